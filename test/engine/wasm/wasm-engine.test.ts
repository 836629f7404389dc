import { describe, expect, test } from 'vitest';
import { type Engine, noLosses, type Precision } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm.js';
import { RandomStream } from '../../../src/net/random.js';
import type { Problem } from '../../../src/problem/problem.js';
import { stateHash } from '../../../src/run/frames/state-hash.js';
import { deviation, kernelVariants, lossesOf } from '../../support/agreement.js';
import {
  type ProblemShape,
  randomProblem,
  stackedLayers,
  type UpdateOptions,
  withLayers,
} from '../../support/problems.js';

const weights = (engine: Engine): Float64Array => {
  const { w1, w2 } = stackedLayers(engine.readState().student);
  return Float64Array.from([...w1.data, ...w2.data]);
};

/**
 * Sizes below, at and above the tile of 4 rows x 8 or 4 columns, odd ones, one whose rows are padded against cache
 * conflicts, and batches around the block of 64.
 */
const shapes: readonly ProblemShape[] = [
  { d: 1, m: 1, n: 1, c: 1, batch: 1 },
  { d: 2, m: 3, n: 2, c: 3, batch: 2 },
  { d: 3, m: 2, n: 7, c: 5, batch: 3 },
  { d: 4, m: 4, n: 8, c: 4, batch: 4 },
  { d: 7, m: 5, n: 9, c: 8, batch: 5 },
  { d: 13, m: 3, n: 31, c: 17, batch: 16 },
  { d: 20, m: 10, n: 50, c: 10, batch: 16 },
  { d: 70, m: 3, n: 127, c: 64, batch: 6, learningRate: 0.002 },
  { d: 16, m: 7, n: 33, c: 1, batch: 63 },
  { d: 9, m: 4, n: 12, c: 6, batch: 64 },
  { d: 9, m: 4, n: 12, c: 6, batch: 65 },
  { d: 5, m: 4, n: 1, c: 9, batch: 200 },
  { d: 11, m: 6, n: 13, c: 7, batch: null },
  { d: 6, m: 2, n: 5, c: 3, batch: null, rows: 9 },
];

const rules: readonly Partial<UpdateOptions>[] = [
  {},
  { relu: false },
  { featuresFixed: true },
  { topLayerFixed: true },
  { normalizeStudent: true },
  { noBias: true },
  { erf: true },
  { leak: 0.2 },
  { weightDecay: 0.1 },
  { momentum: 0.9, weightDecay: 0.1 },
  { temperature: 0.01, weightDecay: 0.1 },
  { temperature: 0.01, topLayerFixed: true, noBias: true },
  { optimizer: 'adam', weightDecay: 0.1, normalizeStudent: true },
  { leak: 0.2, normalizeStudent: true, noBias: true },
  { erf: true, topLayerFixed: true, noBias: true },
  { normalizeStudent: true, noBias: true, relu: false },
  { featuresFixed: true, topLayerFixed: true, normalizeStudent: true },
];

const name = ({ d, m, n, c, batch }: ProblemShape): string =>
  `d=${d} m=${m} n=${n} c=${c} batch=${batch ?? 'all'}`;

const pair = async (problem: Problem, precision: Precision, strict: boolean) => ({
  oracle: createNaiveEngine(problem, { precision: 'float64' }),
  engine: await createWasmEngine(problem, { precision, strict }),
});

describe.each(kernelVariants)('$precision, strict $strict', ({ precision, strict, tolerance }) => {
  test.each(shapes.map((shape) => [name(shape), shape] as const))(
    '%s: twelve sampled steps and the evaluation agree with the oracle',
    async (_, shape) => {
      const { oracle, engine } = await pair(randomProblem(shape), precision, strict);
      const expected = oracle.train(12);
      const report = engine.train(12);
      expect(deviation(weights(engine), weights(oracle))).toBeLessThan(tolerance);
      expect(deviation(lossesOf(report), lossesOf(expected))).toBeLessThan(tolerance);
      for (const set of ['train', 'eval'] as const) {
        const [actual, wanted] = [engine.evaluate(set), oracle.evaluate(set)];
        expect(deviation([actual.loss, engine.loss(set)], [wanted.loss, wanted.loss])).toBeLessThan(
          tolerance,
        );
        expect(deviation(actual.layers[0].correlation, wanted.layers[0].correlation)).toBeLessThan(
          10 * tolerance,
        );
        expect(actual.layers[0].observability).toEqual(wanted.layers[0].observability);
        expect(actual.layers).toMatchObject(engine.correlations(set));
      }
    },
  );

  test.each(rules)('every rule: %o', async (rule) => {
    for (const batch of [5, 80, null]) {
      const problem = randomProblem({ d: 7, m: 3, n: 11, c: 6, batch }, rule);
      const { oracle, engine } = await pair(problem, precision, strict);
      oracle.train(10);
      engine.train(10);
      expect(deviation(weights(engine), weights(oracle))).toBeLessThan(tolerance);
    }
  });

  test('erf units of every width, and noise on the targets', async () => {
    for (const n of [1, 3, 4, 8, 9, 16, 17, 33]) {
      const shape = { d: 7, m: 3, n, c: 2, batch: 37, noise: 0.5 };
      const { oracle, engine } = await pair(randomProblem(shape, { erf: true }), precision, strict);
      oracle.train(6);
      engine.train(6);
      expect(deviation(weights(engine), weights(oracle))).toBeLessThan(tolerance);
      for (const set of ['train', 'eval'] as const)
        expect(deviation([engine.loss(set)], [oracle.loss(set)])).toBeLessThan(tolerance);
    }
  });

  test('steps on given rows agree with the oracle and leave the sampler alone', async () => {
    const problem = randomProblem({ d: 6, m: 3, n: 10, c: 5, batch: 4 });
    const { oracle, engine } = await pair(problem, precision, strict);
    const random = RandomStream.of(5, 'batches');
    const indices = Int32Array.from({ length: 600 * 4 }, () => random.nextIndex(70));
    expect(engine.trainOn(indices).steps).toBe(600);
    oracle.trainOn(indices);
    expect(deviation(weights(engine), weights(oracle))).toBeLessThan(100 * tolerance);
    expect(engine.readState().samplerState).toEqual(problem.samplerState);
  });

  test('cutting a run into calls leaves the bits alone', async () => {
    const problem = randomProblem({ d: 9, m: 3, n: 14, c: 6, batch: 16 });
    const whole = await createWasmEngine(problem, { precision, strict });
    const cut = await createWasmEngine(problem, { precision, strict });
    const { losses } = whole.train(100);
    let cutLosses = noLosses;
    for (const steps of [1, 2, 30, 7, 60]) cutLosses = cut.train(steps, cutLosses).losses;
    expect(cut.readState()).toEqual(whole.readState());
    expect(cutLosses).toEqual(losses);
  });

  test('a written state continues bit for bit', async () => {
    const problem = randomProblem({ d: 9, m: 3, n: 14, c: 6, batch: 16 });
    const first = await createWasmEngine(problem, { precision, strict });
    first.train(40);
    const second = await createWasmEngine(randomProblem({ d: 9, m: 3, n: 14, c: 6, batch: 16 }), {
      precision,
      strict,
    });
    second.train(3);
    second.writeState(first.readState());
    first.train(40);
    second.train(40);
    expect(second.readState()).toEqual(first.readState());
  });

  test('a loss that is no longer finite ends the chunk at its step', async () => {
    const engine = await createWasmEngine(randomProblem({ d: 4, m: 2, n: 6, c: 3, batch: 8 }), {
      precision,
      strict,
    });
    engine.setLearningRate(1e6);
    const report = engine.train(1000);
    expect(report.diverged).toBe(true);
    expect(report.steps).toBeLessThan(1000);
  });

  test('a student that is the teacher has loss 0 and correlates 1 with itself', async () => {
    const problem = randomProblem({ d: 8, m: 6, n: 6, c: 5, batch: 4 });
    const engine = await createWasmEngine({ ...problem, student: problem.teacher }, { precision, strict });
    const { loss, layers } = engine.evaluate('eval');
    expect(loss).toBeLessThan(tolerance ** 2);
    for (let j = 0; j < 6; j++) expect(layers[0].correlation[7 * j]).toBeCloseTo(1, 5);
  });

  test('a dead student node correlates 0 and observes nothing', async () => {
    const problem = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 4 });
    const { w1 } = stackedLayers(problem.student);
    for (let row = 0; row < 5; row++) w1.data[row * 5 + 2] = row === 4 ? -100 : 0;
    const engine = await createWasmEngine(
      { ...problem, student: withLayers(problem.student, { w1 }) },
      { precision, strict },
    );
    const [layer] = engine.evaluate('eval').layers;
    for (let j = 0; j < 3; j++) {
      expect(layer.correlation[j * 5 + 2]).toBe(0);
      expect(layer.observability[j * 5 + 2]).toBe(0);
    }
  });

  test('a killed node stays at zero where columns are normalized', async () => {
    const problem = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 4 }, { normalizeStudent: true });
    const { w1, w2 } = stackedLayers(problem.student);
    for (let row = 0; row < 5; row++) w1.data[row * 5 + 2] = 0;
    w2.data.fill(0, 2 * 3, 3 * 3);
    const { oracle, engine } = await pair(
      { ...problem, student: withLayers(problem.student, { w1, w2 }) },
      precision,
      strict,
    );
    oracle.train(5);
    engine.train(5);
    expect(deviation(weights(engine), weights(oracle))).toBeLessThan(tolerance);
  });

  test('a replaced training set is the one that is trained on', async () => {
    const problem = randomProblem({ d: 5, m: 3, n: 7, c: 4, batch: 6 });
    const other = randomProblem({ d: 5, m: 3, n: 7, c: 4, batch: 6 }, {}, 8);
    const { oracle, engine } = await pair(problem, precision, strict);
    for (const one of [oracle, engine]) {
      one.setTrainingSet(other);
      one.train(10);
    }
    expect(deviation(weights(engine), weights(oracle))).toBeLessThan(tolerance);
    expect(deviation([engine.loss('train')], [oracle.loss('train')])).toBeLessThan(tolerance);
  });
});

test('an experiment that no memory can hold is refused in one line', async () => {
  const problem = randomProblem({ d: 4, m: 2, n: 3, c: 2, batch: 4 });
  const trainingSet = { rows: 1e9, columns: 4, data: new Float64Array() };
  await expect(
    createWasmEngine({ ...problem, trainingSet }, { precision: 'float64', strict: true }),
  ).rejects.toThrow(/^engine wasm: the experiment needs \d+ MB of memory, which cannot be had$/);
});

/** The strict build's bits after 200 steps; a change here changes every recorded run. */
test.each([
  ['float32', '9938d712c079f0e5'],
  ['float64', 'defc23e5a57a4dc6'],
] as const)('the strict build gives the same bits everywhere: %s', async (precision, hash) => {
  const problem = randomProblem({ d: 13, m: 3, n: 31, c: 17, batch: 16 });
  const engine = await createWasmEngine(problem, { precision, strict: true });
  engine.train(200);
  expect(engine.description.variant).toMatch(/-strict$/);
  expect(stateHash(engine.readState().student, precision)).toBe(hash);
});
