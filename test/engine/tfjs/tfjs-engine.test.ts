import os from 'node:os';
import { memory } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Engine, type Evaluation, noLosses, type StepReport } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { reportBackends } from '../../../src/engine/tfjs/tfjs-backend.js';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine.js';
import { UserError } from '../../../src/input/user-error.js';
import { RandomStream } from '../../../src/net/random.js';
import type { Problem } from '../../../src/problem/problem.js';
import {
  type ProblemShape,
  randomProblem,
  stackedLayers,
  type UpdateOptions,
  withLayers,
} from '../../support/problems.js';
import { type DeepProblemShape, randomDeepProblem } from '../../support/tfjs-problems.js';

const backends = ['cpu', 'wasm', 'tensorflow'] as const;
type Backend = (typeof backends)[number];

/** Why a backend's tests are skipped: native TensorFlow does not load everywhere. */
const missing = new Map((await reportBackends()).map(({ backend, reason }) => [backend, reason]));

const oracleOf = (problem: Problem): Engine => createNaiveEngine(problem, { precision: 'float64' });

const engineOf = (problem: Problem, backend: Backend): Promise<Engine> =>
  createTfjsEngine(problem, { precision: 'float32', backend });

/** Largest difference, relative to the largest expected magnitude. */
const deviation = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let difference = 0;
  let magnitude = 0;
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i] - expected[i]);
    difference = Number.isNaN(distance) ? Number.NaN : Math.max(difference, distance);
    magnitude = Math.max(magnitude, Math.abs(expected[i]));
  }
  return magnitude > 0 ? difference / magnitude : difference;
};

const tolerance = 2e-3;
const correlationTolerance = 5e-3;

const expectSameReport = (actual: StepReport, expected: StepReport): void => {
  expect([actual.steps, actual.diverged]).toEqual([expected.steps, expected.diverged]);
  const { minimum, sum, maximum, gradientNorms } = actual.losses;
  const wanted = expected.losses;
  expect(deviation([minimum, sum, maximum], [wanted.minimum, wanted.sum, wanted.maximum])).toBeLessThan(
    tolerance,
  );
  expect(deviation(gradientNorms.weights, wanted.gradientNorms.weights)).toBeLessThan(tolerance);
  expect(deviation(gradientNorms.biases, wanted.gradientNorms.biases)).toBeLessThan(tolerance);
};

const expectSameEvaluation = (actual: Evaluation, expected: Evaluation): void => {
  expect(deviation([actual.loss], [expected.loss])).toBeLessThan(tolerance);
  expect(actual.layers.length).toBe(expected.layers.length);
  expected.layers.forEach((wanted, l) => {
    const { teachers, students, correlation, observability } = actual.layers[l];
    expect([teachers, students]).toEqual([wanted.teachers, wanted.students]);
    const distances = Array.from(wanted.correlation, (value, i) => Math.abs(correlation[i] - value));
    expect(Math.max(...distances)).toBeLessThan(correlationTolerance);
    expect(deviation(observability, wanted.observability)).toBeLessThan(0.05);
  });
  expect(actual.topAgreement === null).toBe(expected.topAgreement === null);
  if (actual.topAgreement && expected.topAgreement)
    expect(deviation(actual.topAgreement, expected.topAgreement)).toBeLessThan(0.05);
};

/** Every array of a student, and the optimizer's. */
const arraysOf = (engine: Engine): ArrayLike<number>[] => {
  const { student, optimizer } = engine.readState();
  const arrays: Float64Array[] = [...optimizer];
  JSON.stringify(student, (_, value) => {
    if (value instanceof Float64Array) arrays.push(value);
    return value instanceof Float64Array ? null : value;
  });
  return arrays;
};

/** Trains both for some steps, across epochs and short batches, and compares all that they say. */
const expectAgreement = async (problem: Problem, backend: Backend, steps = 8): Promise<void> => {
  const [oracle, engine] = [oracleOf(problem), await engineOf(problem, backend)];
  expectSameReport(engine.train(steps), oracle.train(steps));
  const wanted = arraysOf(oracle);
  for (const [i, array] of arraysOf(engine).entries())
    expect(deviation(array, wanted[i])).toBeLessThan(tolerance);
  for (const set of ['train', 'eval'] as const) {
    expectSameEvaluation(engine.evaluate(set), oracle.evaluate(set));
    expect(deviation([engine.loss(set)], [oracle.loss(set)])).toBeLessThan(tolerance);
  }
  engine.dispose();
};

const twoLayerShapes: readonly ProblemShape[] = [
  { d: 1, m: 1, n: 1, c: 1, batch: 1 },
  { d: 7, m: 5, n: 9, c: 8, batch: 5 },
  { d: 13, m: 3, n: 31, c: 17, batch: 16 },
  { d: 70, m: 3, n: 127, c: 64, batch: 6, learningRate: 0.002 },
  { d: 11, m: 6, n: 13, c: 7, batch: null },
];

const twoLayerRules: readonly Partial<UpdateOptions>[] = [
  {},
  { relu: false },
  { erf: true },
  { leak: 0.2 },
  { momentum: 0.9, weightDecay: 0.1 },
  { optimizer: 'adam', noBias: true },
  { featuresFixed: true },
  { topLayerFixed: true },
  { normalizeStudent: true },
  { noBias: true },
  { normalizeStudent: true, noBias: true },
  { featuresFixed: true, topLayerFixed: true, normalizeStudent: true },
];

const conv: Partial<DeepProblemShape> = {
  ...{ inputs: 2, side: 6, teacher: [2, 3], student: [3, 4] },
  ...{ batch: 3, rows: 8, outputs: 2 },
};
const afterRelu = { affine: false, beforeRelu: false };
const beforeRelu = { affine: true, beforeRelu: true };

const deepShapes: Readonly<Record<string, Partial<DeepProblemShape>>> = {
  'one hidden layer': { teacher: [5], student: [9] },
  'wide layers': { inputs: 20, teacher: [12, 15], student: [70, 130], outputs: 49 },
  'no biases': { noBias: true },
  'a leaky teacher': { leak: 0.2 },
  'batch norm after ReLU': { norm: afterRelu, teacherNorm: true },
  'affine batch norm after ReLU': { norm: { affine: true, beforeRelu: false } },
  'batch norm before ReLU': { norm: { affine: false, beforeRelu: true } },
  'affine batch norm before ReLU': { norm: beforeRelu, teacherNorm: true, leak: 0.1 },
  images: conv,
  'images, no biases': { ...conv, noBias: true, leak: 0.1 },
  'images, batch norm': { ...conv, norm: afterRelu, teacherNorm: true },
  'images, affine batch norm before ReLU': { ...conv, norm: beforeRelu, teacherNorm: true },
};

const rule = (change: Partial<Problem['rule']>): Partial<Problem> => ({
  rule: { ...randomDeepProblem().rule, ...change },
});

const deepRules: Readonly<Record<string, Partial<Problem>>> = {
  'weight decay': rule({ optimizer: { method: 'sgd', momentum: 0, weightDecay: 0.05 } }),
  momentum: rule({ optimizer: { method: 'sgd', momentum: 0.9, weightDecay: 0.01 } }),
  Adam: { ...rule({ optimizer: { method: 'adam', weightDecay: 0 } }), learningRate: 0.003 },
  'Adam with weight decay': {
    ...rule({ optimizer: { method: 'adam', weightDecay: 0.05 } }),
    learningRate: 0.003,
  },
  'unit rows': rule({ constraints: ['unit-rows'] }),
  'cross-entropy': rule({ loss: 'cross-entropy' }),
  'frozen features': rule({
    optimizer: { method: 'sgd', momentum: 0.9, weightDecay: 0.01 },
    constraints: ['unit-rows'],
    frozenLayers: [0, 1],
  }),
  'a frozen head': {
    ...rule({ optimizer: { method: 'adam', weightDecay: 0.01 }, frozenLayers: [2] }),
    learningRate: 0.003,
  },
  'nodes left out': { activeNodes: [[0, 2, 4], [3]] },
  'evaluation batches': { evaluationBatch: 10 },
};

const smallShape: ProblemShape = { d: 5, m: 3, n: 7, c: 4, batch: 6 };

/** Problems whose optimizers and statistics remember something, and one of two layers. */
const statefulProblems: Readonly<Record<string, Problem>> = {
  'two layers': randomProblem(smallShape),
  'momentum, batch norm, images': randomDeepProblem(
    { ...conv, norm: afterRelu },
    rule({ optimizer: { method: 'sgd', momentum: 0.9, weightDecay: 0 } }),
  ),
  'Adam, affine batch norm, cross-entropy': randomDeepProblem(
    { norm: beforeRelu },
    rule({ optimizer: { method: 'adam', weightDecay: 0.01 }, loss: 'cross-entropy' }),
  ),
};

describe.each(backends)('backend %s', (backend) => {
  beforeEach(({ skip }) => {
    const reason = missing.get(backend);
    skip(Boolean(reason), reason ?? undefined);
  });

  test.each(twoLayerShapes)('two layers agree with the oracle: %o', async (shape) => {
    await expectAgreement(randomProblem(shape), backend, 12);
  });

  test.each(twoLayerRules)('two layers, every rule: %o', async (change) => {
    for (const batch of [5, null])
      await expectAgreement(randomProblem({ d: 7, m: 3, n: 11, c: 6, batch }, change), backend);
  });

  test.each(Object.entries(deepShapes))('many layers agree with the oracle: %s', async (_, shape) => {
    await expectAgreement(randomDeepProblem(shape), backend);
  });

  test.each(Object.entries(deepRules))('many layers, every rule: %s', async (_, change) => {
    await expectAgreement(randomDeepProblem({}, change), backend);
    await expectAgreement(randomDeepProblem({ norm: afterRelu }, change), backend, 3);
  });

  test('steps on given rows agree with the oracle and leave the sampler alone', async () => {
    for (const problem of [
      randomProblem({ d: 6, m: 3, n: 10, c: 5, batch: 4 }),
      randomDeepProblem({ batch: 4 }),
    ]) {
      const [oracle, engine] = [oracleOf(problem), await engineOf(problem, backend)];
      const random = RandomStream.of(5, 'batches');
      const indices = Int32Array.from({ length: 10 * 4 }, () => random.nextIndex(44));
      expectSameReport(engine.trainOn(indices), oracle.trainOn(indices));
      expect(engine.readState().samplerState).toEqual(problem.samplerState);
      engine.dispose();
    }
  });

  test.each(Object.entries(statefulProblems))('%s: a written state continues the run', async (_, problem) => {
    const [first, second] = [await engineOf(problem, backend), await engineOf(problem, backend)];
    first.train(7);
    second.train(2);
    second.writeState(first.readState());
    expect(second.readState()).toEqual(first.readState());
    const [ahead, behind] = [first.train(6), second.train(6)];
    expect(behind).toEqual(ahead);
    expect(second.readState()).toEqual(first.readState());
    for (const engine of [first, second]) engine.dispose();
  });

  test.each(Object.entries(statefulProblems))(
    '%s: two runs give the same bits, however their calls are cut',
    async (_, problem) => {
      const [whole, cut] = [await engineOf(problem, backend), await engineOf(problem, backend)];
      const { losses } = whole.train(8);
      let cutLosses = noLosses;
      for (const steps of [1, 0, 5, 2]) cutLosses = cut.train(steps, cutLosses).losses;
      expect(cutLosses).toEqual(losses);
      expect(cut.readState()).toEqual(whole.readState());
      expect(cut.evaluate('eval')).toEqual(whole.evaluate('eval'));
      for (const engine of [whole, cut]) engine.dispose();
    },
  );

  test.each(Object.entries(statefulProblems))('%s: no tensor leaks', async (_, problem) => {
    (await engineOf(problem, backend)).dispose();
    const start = memory().numTensors;
    const engine = await engineOf(problem, backend);
    engine.train(1);
    const running = memory().numTensors;
    const counts = new Set<number>();
    for (let i = 0; i < 3; i++) {
      engine.train(3);
      counts.add(memory().numTensors);
    }
    engine.evaluate('train');
    counts.add(memory().numTensors);
    engine.loss('eval');
    engine.writeState(engine.readState());
    engine.setTrainingSet(problem);
    engine.setLearningRate(0.01);
    engine.trainOn(Int32Array.from({ length: 6 }, (_, i) => i));
    counts.add(memory().numTensors);
    expect([...counts]).toEqual([running]);
    engine.dispose();
    expect(memory().numTensors).toBe(start);
  });

  test('a replaced training set and learning rate are the ones that are trained with', async () => {
    for (const [problem, other] of [
      [randomProblem(smallShape), randomProblem(smallShape, {}, 8)],
      [randomDeepProblem(conv), randomDeepProblem(conv, {}, 8)],
    ]) {
      const [oracle, engine] = [oracleOf(problem), await engineOf(problem, backend)];
      for (const one of [oracle, engine]) {
        one.setTrainingSet(other);
        one.setLearningRate(0.01);
      }
      expectSameReport(engine.train(4), oracle.train(4));
      expectSameEvaluation(engine.evaluate('train'), oracle.evaluate('train'));
      engine.dispose();
    }
  });

  test('gradient forms are those of the oracle', async () => {
    const problem = randomDeepProblem({}, { gradientForms: true });
    const [oracle, engine] = [oracleOf(problem), await engineOf(problem, backend)];
    for (const one of [oracle, engine]) one.train(3);
    const [actual, wanted] = [engine.evaluate('eval').gradientForms, oracle.evaluate('eval').gradientForms];
    expect(actual?.length).toBe(2);
    actual?.forEach((forms, l) => {
      for (const form of ['hStudent', 'betaStudent', 'hTeacher', 'betaTeacher'] as const)
        expect(deviation(forms[form].data, wanted?.[l][form].data ?? [])).toBeLessThan(tolerance);
    });
    engine.dispose();
  });

  test('a dead student node correlates 0 and observes nothing', async () => {
    const problem = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 4 });
    const { w1 } = stackedLayers(problem.student);
    for (let row = 0; row < 5; row++) w1.data[row * 5 + 2] = row === 4 ? -100 : 0;
    const engine = await engineOf({ ...problem, student: withLayers(problem.student, { w1 }) }, backend);
    const [layer] = engine.evaluate('eval').layers;
    for (let j = 0; j < 3; j++) {
      expect(layer.correlation[j * 5 + 2]).toBe(0);
      expect(layer.observability[j * 5 + 2]).toBe(0);
    }
    engine.dispose();
  });

  test('a killed node opens its gate at 0 and stays finite where columns are normalized', async () => {
    const problem = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 4 }, { normalizeStudent: true });
    const { w1 } = stackedLayers(problem.student);
    for (let row = 0; row < 5; row++) w1.data[row * 5 + 2] = 0;
    await expectAgreement({ ...problem, student: withLayers(problem.student, { w1 }) }, backend, 5);
  });

  test('a node that varies little about a large mean correlates as in double precision', async () => {
    const problem = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 4, rows: 3000, learningRate: 1e-9 });
    const { w1 } = stackedLayers(problem.student);
    for (let row = 0; row < 5; row++) w1.data[row * 5 + 2] = row === 4 ? 30 : 0.003 * (row + 1);
    await expectAgreement({ ...problem, student: withLayers(problem.student, { w1 }) }, backend, 1);
  });

  test.each(Object.entries(statefulProblems))(
    '%s: a loss that is not finite ends the run',
    async (_, problem) => {
      const engine = await engineOf(problem, backend);
      engine.setLearningRate(1e30);
      const report = engine.train(50);
      expect(report.diverged).toBe(true);
      expect(report.steps).toBeLessThan(50);
      expect(report.losses.steps).toBe(report.steps);
      engine.dispose();
    },
  );

  test('prints nothing', async () => {
    const calls: unknown[] = [];
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...words) => void calls.push(words)),
    );
    const engine = await engineOf(randomDeepProblem(conv), backend);
    engine.train(2);
    engine.evaluate('eval');
    engine.dispose();
    for (const spy of spies) spy.mockRestore();
    expect(calls).toEqual([]);
  });

  test('says which backend runs', async () => {
    const engine = await engineOf(randomProblem(smallShape), backend);
    expect(engine.description).toEqual({
      engine: 'tfjs',
      variant: backend,
      precision: 'float32',
      threads: backend === 'tensorflow' ? os.availableParallelism() : 1,
    });
    engine.dispose();
  });
});

test('engines on different backends take turns', async () => {
  const problem = randomDeepProblem(conv);
  const [cpu, wasm] = [await engineOf(problem, 'cpu'), await engineOf(problem, 'wasm')];
  const alone = await engineOf(problem, 'cpu');
  const alternate = [0, 1, 2, 3].map(() => [cpu.train(3), wasm.train(3)]);
  for (const [ofCpu, ofWasm] of alternate) expectSameReport(ofWasm, ofCpu);
  alone.train(12);
  expect(cpu.readState()).toEqual(alone.readState());
  for (const engine of [cpu, wasm, alone]) engine.dispose();
});

test('the strict engine runs on plain JavaScript, the same bits everywhere', async () => {
  const engine = await createTfjsEngine(randomProblem(smallShape), { precision: 'float32', strict: true });
  expect(engine.description.variant).toBe('cpu');
  engine.dispose();
});

test('double precision is refused in one line', async () => {
  const refused = createTfjsEngine(randomProblem(smallShape), { precision: 'float64' });
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(/^engine tfjs: precision "float64" .*"float32".*wasm or naive.*$/);
});

test('every backend that does not load has a reason of one line', async () => {
  const reports = await reportBackends();
  expect(reports.map(({ backend }) => backend)).toEqual(['tensorflow', 'wasm', 'cpu']);
  expect(reports.filter(({ reason }) => reason?.includes('\n'))).toEqual([]);
  expect(reports.slice(1).map(({ reason }) => reason)).toEqual([null, null]);
});
