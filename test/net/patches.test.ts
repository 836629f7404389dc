import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../src/net/construction/inputs.js';
import { type Matrix, multiply, transpose } from '../../src/net/matrix.js';
import { flatten, gatherPatches, scatterPatches, unflatten } from '../../src/net/patches.js';
import { RandomStream } from '../../src/net/random.js';

describe('images', () => {
  const grid = { height: 4, width: 5 };
  const stream = RandomStream.of(3, 'student');
  const image = gaussianData(2 * 20, 3, 1, stream);

  test('scattering is the adjoint of gathering (seed 3)', () => {
    const patches = gatherPatches(image, grid);
    expect([patches.rows, patches.columns]).toEqual([2 * 2 * 3, 27]);
    const other = gaussianData(patches.rows, patches.columns, 1, stream);
    const dot = (a: Matrix, b: Matrix): number =>
      a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
    expect(dot(patches, other)).toBeCloseTo(dot(image, scatterPatches(other, grid)), 10);
  });

  test('a convolution sums every 3x3 neighbourhood, channels outermost in its weights', () => {
    const patches = gatherPatches(image, grid);
    const weight = gaussianData(1, 27, 1, stream);
    const direct = (sample: number, y: number, x: number): number => {
      let sum = 0;
      for (let channel = 0; channel < 3; channel++)
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++)
            sum +=
              weight.data[channel * 9 + i * 3 + j] *
              image.data[((sample * 4 + y + i) * 5 + x + j) * 3 + channel];
      return sum;
    };
    const out = multiply(patches, transpose(weight)).data;
    expect(out[0]).toBeCloseTo(direct(0, 0, 0), 12);
    expect(out[11]).toBeCloseTo(direct(1, 1, 2), 12);
  });

  test('flattening and back changes nothing', () => {
    expect(unflatten(flatten(image, grid), grid)).toEqual(image);
  });
});
