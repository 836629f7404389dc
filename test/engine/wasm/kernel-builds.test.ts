import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Precision } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import type { KernelBuild } from '../../../src/engine/wasm/kernels.js';
import {
  dataSetFields,
  layerFields,
  networkFields,
  normFields,
} from '../../../src/engine/wasm/memory/records.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm.js';
import { trainedArrays } from '../../../src/net/network.js';
import type { Problem } from '../../../src/problem/problem.js';
import { randomProblem } from '../../support/problems.js';
import { type DeepRule, type DeepShape, randomDeepProblem } from '../../support/random-deep-problems.js';
import { randomDeepProblem as randomLayeredProblem } from '../../support/tfjs-problems.js';

const precisions: readonly Precision[] = ['float32', 'float64'];

/** Wide and narrow builds of the same bits. */
const pairs: readonly (readonly [KernelBuild, KernelBuild])[] = [
  ['avx2', 'simd128'],
  ['avx2-strict', 'simd128-strict'],
];

const adam: DeepRule['optimizer'] = { method: 'adam', weightDecay: 0.01 };
const momentum: DeepRule['optimizer'] = { method: 'sgd', momentum: 0.9, weightDecay: 0.01 };

/** Every path of the kernels: sizes around tiles and panels, depths over a block, batches of one and of several blocks. */
const problems: Readonly<Record<string, Problem>> = {
  'one of everything': randomProblem({ d: 1, m: 1, n: 1, c: 1, batch: 1 }),
  'two layers': randomProblem({ d: 20, m: 10, n: 50, c: 10, batch: 16 }, { normalizeStudent: true }),
  'two layers, deep sums': randomProblem({ d: 131, m: 3, n: 150, c: 17, batch: 33, learningRate: 0.001 }),
  'two layers, whole set': randomProblem({ d: 9, m: 4, n: 13, c: 6, batch: null, rows: 150 }),
  'multi-layer': randomDeepProblem({ d: 20, teacher: [5, 7, 6], student: [31, 16, 49], c: 12, batch: 64 }),
  'multi-layer, momentum': randomDeepProblem(
    { d: 7, teacher: [5, 6], student: [26, 38], c: 5, batch: 45 },
    { optimizer: momentum, normalizeStudent: true, frozenLayers: [1] },
  ),
  'multi-layer, Langevin noise': randomDeepProblem(
    { d: 7, teacher: [5, 6], student: [26, 38], c: 5, batch: 45 },
    { temperature: 0.001 },
  ),
  'multi-layer, Adam, cross-entropy, two blocks': randomDeepProblem(
    { d: 7, teacher: [5, 6], student: [13, 17], c: 9, batch: 140, rows: 300, learningRate: 0.01 },
    { optimizer: adam, crossEntropy: true },
  ),
  'batch norm, over a block': randomLayeredProblem({
    student: [19, 33],
    batch: 150,
    rows: 300,
    norm: { affine: true, beforeRelu: false },
  }),
  images: randomLayeredProblem({ inputs: 3, side: 7, student: [17, 10], batch: 21 }),
  'images, batch norm before the ReLU': randomLayeredProblem({
    inputs: 2,
    side: 6,
    student: [7, 18],
    batch: 19,
    norm: { affine: true, beforeRelu: true },
  }),
};

/** All that training and evaluating gives: of the same bits if it is equal. */
const outcome = async (problem: Problem, precision: Precision, build: KernelBuild, threads: number) => {
  const engine = await createWasmEngine(problem, { precision, strict: false, build, threads });
  try {
    const report = engine.train(8);
    const correlations = engine.correlations('train');
    return { report, state: engine.readState(), correlations, evaluation: engine.evaluate('eval') };
  } finally {
    engine.dispose();
  }
};

describe.each(Object.entries(problems))('%s', (_, problem) => {
  test.each(pairs)('%s and %s give the same bits', async (wide, narrow) => {
    for (const precision of precisions)
      expect(await outcome(problem, precision, wide, 1)).toEqual(
        await outcome(problem, precision, narrow, 1),
      );
  });

  test('one to four threads give the same bits', async () => {
    const alone = await outcome(problem, 'float32', 'simd128', 1);
    for (const threads of [2, 3, 4])
      expect(await outcome(problem, 'float32', 'avx2', threads)).toEqual(alone);
  });
});

/** Names of the fields of a class of the kernels, doubles and words in their order. */
const fieldsOf = (name: string): { doubles: string[]; words: string[] } => {
  const file = join(
    import.meta.dirname,
    '..',
    '..',
    '..',
    'src',
    'engine',
    'wasm',
    'kernel',
    'host-records.ts',
  );
  const [, body = ''] =
    readFileSync(file, 'utf8').match(new RegExp(`class ${name} \\{(.*?)\\n\\}`, 's')) ?? [];
  const fields = [...body.matchAll(/^ {2}(\w+): (\w+);$/gm)];
  const of = (isDouble: boolean): string[] =>
    fields.filter(([, , type]) => (type === 'f64') === isDouble).map(([, field]) => field);
  return { doubles: of(true), words: of(false) };
};

test.each([
  ['Norm', normFields],
  ['Layer', layerFields],
  ['DataSet', dataSetFields],
  ['NetworkRecord', networkFields],
] as const)('the kernels and the host name the fields of %s alike', (name, { doubles, words }) => {
  expect(fieldsOf(name)).toEqual({ doubles, words });
});

const width = fc.integer({ min: 1, max: 40 });

const anyShape = fc.record({
  d: width,
  c: width,
  student: fc.array(width, { minLength: 1, maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 150 }),
  noBias: fc.boolean(),
  leak: fc.constantFrom(0, 0.3),
});

const anyRule = fc.record({
  optimizer: fc.constantFrom<DeepRule['optimizer']>(adam, momentum, {
    method: 'sgd',
    momentum: 0,
    weightDecay: 0,
  }),
  normalizeStudent: fc.boolean(),
  crossEntropy: fc.boolean(),
  frozenLayers: fc.constantFrom<number[]>([], [0], [1]),
});

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (value, i) => value - b[i]));

const lossOf = (engine: Engine): number => engine.evaluate('eval').loss;

test('random networks and rules agree with the oracle, seed 7', async () => {
  const property = fc.asyncProperty(anyShape, anyRule, async (drawn, rule) => {
    const shape: DeepShape = { ...drawn, teacher: drawn.student.map(() => 4), learningRate: 0.01 };
    const problem = randomDeepProblem(shape, rule);
    const oracle = createNaiveEngine(problem, { precision: 'float64' });
    const engine = await createWasmEngine(problem, {
      precision: 'float64',
      strict: true,
      build: 'avx2-strict',
    });
    const [expected, actual] = [oracle.train(4).losses, engine.train(4).losses];
    expect(actual.sum).toBeCloseTo(expected.sum, 9);
    const { weights, biases } = expected.gradientNorms;
    expect(largestDifference(actual.gradientNorms.weights, weights)).toBeLessThan(
      1e-10 * (1 + largest(weights)),
    );
    expect(largestDifference(actual.gradientNorms.biases, biases)).toBeLessThan(
      1e-10 * (1 + largest(biases)),
    );
    expect(lossOf(engine)).toBeCloseTo(lossOf(oracle), 9);
  });
  await fc.assert(property, { seed: 7, numRuns: 15 });
});

test('random two-layer problems agree with the oracle, seed 8', async () => {
  const anyFlags = fc.record({
    relu: fc.boolean(),
    normalizeStudent: fc.boolean(),
    noBias: fc.boolean(),
    featuresFixed: fc.boolean(),
    topLayerFixed: fc.boolean(),
  });
  const batch = fc.option(fc.integer({ min: 1, max: 150 }));
  const property = fc.asyncProperty(width, width, width, batch, anyFlags, async (d, n, c, size, rule) => {
    const problem = randomProblem({ d, m: 3, n, c, batch: size, learningRate: 0.01 }, rule);
    const oracle = createNaiveEngine(problem, { precision: 'float64' });
    const engine = await createWasmEngine(problem, {
      precision: 'float64',
      strict: true,
      build: 'avx2-strict',
    });
    expect(engine.train(4).losses.sum).toBeCloseTo(oracle.train(4).losses.sum, 9);
    const [actual, expected] = [engine, oracle].map((one) => trainedArrays(one.readState().student));
    for (const [i, array] of actual.entries())
      expect(largestDifference(array, expected[i])).toBeLessThan(1e-10);
  });
  await fc.assert(property, { seed: 8, numRuns: 15 });
});
