import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fastestBuild } from '../../../src/engine/wasm/fastest-build.js';
import { kernelProduct } from '../../../src/engine/wasm/strict-product.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { plainProduct } from '../../../src/net/product.js';
import { RandomStream } from '../../../src/net/random.js';

/** Normal numbers, one in five of them 0 as behind a closed gate. */
const someMatrix = (rows: number, columns: number, stream: RandomStream): Matrix => ({
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, () =>
    stream.nextUniform() < 0.2 ? 0 : stream.nextNormal(),
  ),
});

const build = await fastestBuild(true);

const hasSameBits = (rows: number, inputs: number, units: number): void => {
  const stream = RandomStream.of(rows + inputs + units, 'teacher');
  const [x, weight] = [someMatrix(rows, inputs, stream), someMatrix(units, inputs, stream)];
  expect(kernelProduct(x, weight, build)).toEqual(plainProduct(x, weight));
};

test('products on the strict kernels have the bits of the plain ones, over several blocks of rows and depth too', () => {
  for (const [rows, inputs, units] of [
    [1, 1, 1],
    [128, 128, 16],
    [129, 129, 17],
    [300, 400, 9],
  ])
    hasSameBits(rows, inputs, units);
  const size = (most: number) => fc.integer({ min: 1, max: most });
  fc.assert(fc.property(size(140), size(300), size(40), hasSameBits), { numRuns: 20 });
});
