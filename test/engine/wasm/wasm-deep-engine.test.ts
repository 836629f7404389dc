import { execFile } from 'node:child_process';
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../src/engine/create.js';
import { type Engine, noLosses, type Precision } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { flopsPerStep } from '../../../src/engine/step-cost.js';
import { threadsFor } from '../../../src/engine/wasm/threads/threads-for.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm.js';
import { trainedArrays } from '../../../src/net/network.js';
import { RandomStream } from '../../../src/net/random.js';
import type { Problem } from '../../../src/problem/problem.js';
import { stateHash } from '../../../src/run/frames/state-hash.js';
import {
  deviation,
  expectEvaluation,
  expectReport,
  kernelVariants,
  lossesOf,
} from '../../support/agreement.js';
import { type Answer, oracleAnswers } from '../../support/oracle-answers.js';
import { patienceMs } from '../../support/patience.js';
import { type DeepRule, type DeepShape, randomDeepProblem } from '../../support/random-deep-problems.js';

const weights = (engine: Engine): Float64Array[] => trainedArrays(engine.readState().student);

/** The largest deviation of any array of parameters from those of the oracle. */
const weightDeviation = (engine: Engine, oracle: Engine | Answer): number => {
  const expected = 'student' in oracle ? trainedArrays(oracle.student) : weights(oracle);
  return Math.max(...weights(engine).map((array, i) => deviation(array, expected[i])));
};

const oracleOn = oracleAnswers(
  (shape: DeepShape, rule: Partial<DeepRule> = {}) => randomDeepProblem(shape, rule),
  12,
);

/** Widths below, at and above the tiles, odd ones, one padded against cache conflicts; batches around the block of 64. */
const shapes: readonly DeepShape[] = [
  { d: 1, teacher: [1], student: [1], c: 1, batch: 1 },
  { d: 1, teacher: [1, 1], student: [1, 1], c: 1, batch: 3 },
  { d: 3, teacher: [5, 2], student: [5, 2], c: 2, batch: 4 },
  { d: 4, teacher: [3, 4, 2], student: [15, 18, 21], c: 3, batch: 16 },
  { d: 7, teacher: [17, 9], student: [17, 33], c: 5, batch: 9 },
  { d: 8, teacher: [4, 4, 4, 4], student: [8, 7, 12, 16], c: 8, batch: 64 },
  { d: 20, teacher: [10, 15], student: [20, 31], c: 10, batch: 65 },
  { d: 70, teacher: [12], student: [127], c: 64, batch: 32, learningRate: 0.02 },
  { d: 6, teacher: [5, 6], student: [11, 9], c: 4, batch: 70 },
  { d: 6, teacher: [5, 6], student: [11, 9], c: 4, batch: 500, rows: 300, evaluationRows: 260 },
  {
    d: 5,
    teacher: [4, 3],
    student: [9, 8],
    c: 3,
    batch: 16,
    rows: 150,
    evaluationRows: 150,
    evaluationBatch: 67,
  },
];

const sgd = (momentum: number, weightDecay: number): Partial<DeepRule> => ({
  optimizer: { method: 'sgd', momentum, weightDecay },
});
const adam = (weightDecay: number): Partial<DeepRule> => ({ optimizer: { method: 'adam', weightDecay } });

/** Every option of a rule and its opposite, with the shape's. */
const rules: readonly { readonly rule: Partial<DeepRule>; readonly shape?: Partial<DeepShape> }[] = [
  { rule: sgd(0, 0.1) },
  { rule: sgd(0.9, 0) },
  { rule: sgd(0.5, 0.2) },
  { rule: adam(0), shape: { learningRate: 0.01 } },
  { rule: adam(0.1), shape: { learningRate: 0.01 } },
  { rule: { normalizeStudent: true } },
  { rule: { crossEntropy: true } },
  { rule: {}, shape: { noBias: true } },
  { rule: {}, shape: { leak: 0.3 } },
  { rule: { temperature: 0.001 } },
  { rule: { ...sgd(0, 0.1), temperature: 0.001, frozenLayers: [1] }, shape: { noBias: true } },
  { rule: { ...sgd(0.9, 0.01), frozenLayers: [0, 1, 2] } },
  { rule: { ...adam(0.01), normalizeStudent: true, frozenLayers: [3] }, shape: { learningRate: 0.01 } },
  {
    rule: { ...sgd(0.9, 0.01), normalizeStudent: true, crossEntropy: true },
    shape: { noBias: true, leak: 0.2 },
  },
  {
    rule: { ...adam(0.01), normalizeStudent: true, crossEntropy: true },
    shape: { leak: 0.2, learningRate: 0.01, evaluationBatch: 40 },
  },
];

const name = ({ d, student, c, batch }: DeepShape): string => `${d}-${student.join('-')}-${c} batch=${batch}`;

type Choice = { readonly precision: Precision; readonly strict: boolean; readonly threads?: number };

const pair = async (problem: Problem, { precision, strict, threads = 1 }: Choice) => ({
  oracle: createNaiveEngine(problem, { precision: 'float64' }),
  engine: await createWasmEngine(problem, { precision, strict, threads }),
});

const base: DeepShape = { d: 7, teacher: [6, 5, 4], student: [13, 11, 9], c: 6, batch: 16 };

describe.each(kernelVariants)('$precision, strict $strict', ({ precision, strict, tolerance }) => {
  const choice = { precision, strict };

  test.each(shapes.map((shape) => [name(shape), shape] as const))(
    '%s: twelve sampled steps and the evaluation agree with the oracle',
    async (_, shape) => {
      const oracle = oracleOn(shape);
      const engine = await createWasmEngine(oracle.problem, { ...choice, threads: 1 });
      const report = engine.train(12);
      expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
      expectReport(report, oracle.report, tolerance);
      for (const set of ['train', 'eval'] as const) {
        const evaluation = engine.evaluate(set);
        expectEvaluation(evaluation, oracle[set], tolerance);
        expect(evaluation.layers).toMatchObject(engine.correlations(set));
        expect(deviation([engine.loss(set)], [evaluation.loss])).toBeLessThan(tolerance);
      }
    },
  );

  test.each(rules)('every rule: %o', async ({ rule, shape }) => {
    for (const batch of [5, 48, 100]) {
      const oracle = oracleOn({ ...base, ...shape, batch }, rule);
      const engine = await createWasmEngine(oracle.problem, { ...choice, threads: 1 });
      const report = engine.train(12);
      expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
      expect(deviation(lossesOf(report), lossesOf(oracle.report))).toBeLessThan(tolerance);
      const { optimizer } = oracle;
      const actual = engine.readState().optimizer;
      expect(actual.length).toBe(optimizer.length);
      for (const [i, array] of optimizer.entries())
        expect(deviation(actual[i], array)).toBeLessThan(10 * tolerance);
      expectEvaluation(engine.evaluate('eval'), oracle.eval, tolerance);
    }
  });

  test('gradient forms agree with the oracle', async () => {
    const { oracle, engine } = await pair(randomDeepProblem({ ...base, gradientForms: true }), choice);
    const [actual, expected] = [engine.evaluate('eval').gradientForms, oracle.evaluate('eval').gradientForms];
    for (const [l, layer] of (expected ?? []).entries())
      for (const form of ['hStudent', 'betaStudent', 'hTeacher', 'betaTeacher'] as const)
        expect(deviation(actual?.[l][form].data ?? [], layer[form].data)).toBeLessThan(tolerance);
    expect(expected).toHaveLength(3);
  });

  test('steps on given rows agree with the oracle and leave the sampler alone', async () => {
    const problem = randomDeepProblem(base);
    const { oracle, engine } = await pair(problem, choice);
    const random = RandomStream.of(5, 'batches');
    const indices = Int32Array.from({ length: 30 * 16 + 3 }, () => random.nextIndex(70));
    expect(engine.trainOn(indices).steps).toBe(31);
    oracle.trainOn(indices);
    expect(weightDeviation(engine, oracle)).toBeLessThan(10 * tolerance);
    expect(engine.readState().samplerState).toEqual(problem.samplerState);
  });

  test('cutting a run into calls leaves the bits alone', async () => {
    const problem = randomDeepProblem(base, adam(0.01));
    const whole = await createWasmEngine(problem, { ...choice, threads: 1 });
    const cut = await createWasmEngine(problem, { ...choice, threads: 1 });
    const { losses } = whole.train(100);
    let cutLosses = noLosses;
    for (const steps of [1, 2, 30, 7, 60]) cutLosses = cut.train(steps, cutLosses).losses;
    expect(cut.readState()).toEqual(whole.readState());
    expect(cutLosses).toEqual(losses);
  });

  test.each([adam(0.01), sgd(0.9, 0.01), sgd(0, 0)])(
    'a written state continues bit for bit: %o',
    async (rule) => {
      const problem = randomDeepProblem({ ...base, learningRate: 0.01 }, rule);
      const first = await createWasmEngine(problem, { ...choice, threads: 1 });
      first.train(40);
      const second = await createWasmEngine(problem, { ...choice, threads: 1 });
      second.train(3);
      second.writeState(first.readState());
      first.train(40);
      second.train(40);
      expect(second.readState()).toEqual(first.readState());
    },
  );

  test('a run comes back from a loss that is no longer finite', async () => {
    const problem = randomDeepProblem(base, sgd(0.9, 0));
    const { oracle, engine } = await pair(problem, choice);
    const start = engine.readState();
    engine.setLearningRate(1e30);
    const report = engine.train(1000);
    expect(report.diverged).toBe(true);
    expect(report.steps).toBeLessThan(100);
    expect(Number.isFinite(report.losses.maximum)).toBe(false);
    engine.writeState(start);
    engine.train(12);
    oracle.train(12);
    expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
  });

  test('a student that is the teacher has loss 0 and correlates 1 with itself, but for dead nodes', async () => {
    const problem = randomDeepProblem({ ...base, student: base.teacher });
    const { oracle, engine } = await pair({ ...problem, student: problem.teacher }, choice);
    const { loss, layers } = engine.evaluate('eval');
    const expected = oracle.evaluate('eval').layers;
    expect(loss).toBeLessThan(tolerance ** 2);
    for (const [l, { students, correlation }] of layers.entries())
      for (const [j, node] of problem.activeNodes[l].entries()) {
        const alive = Math.round(expected[l].correlation[j * students + node]);
        expect(correlation[j * students + node]).toBeCloseTo(alive, 4);
      }
  });

  test('a node at zero stays closed, as in the oracle', async () => {
    const problem = randomDeepProblem(base);
    const { weight, bias } = problem.student.hidden[1];
    weight.data.fill(0, 2 * weight.columns, 3 * weight.columns);
    bias?.fill(0, 2, 3);
    const { oracle, engine } = await pair(problem, choice);
    oracle.train(5);
    engine.train(5);
    expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
  });

  test('a replaced training set is the one that is trained on', async () => {
    const other = randomDeepProblem(base, {}, 8);
    const { oracle, engine } = await pair(randomDeepProblem(base), choice);
    for (const one of [oracle, engine]) {
      one.setTrainingSet(other);
      one.train(10);
    }
    expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
    expect(deviation([engine.loss('train')], [oracle.loss('train')])).toBeLessThan(tolerance);
    expectEvaluation(engine.evaluate('train'), oracle.evaluate('train'), tolerance);
  });
});

/** The strict builds' bits after 100 steps; a change here changes every recorded run. */
test.each([
  ['float32', '2ef90a436c774d17'],
  ['float64', '558213be947a7c03'],
] as const)('the strict build gives the same bits everywhere: %s', async (precision, hash) => {
  const rule = { ...adam(0.01), crossEntropy: true, normalizeStudent: true };
  const problem = randomDeepProblem({ ...base, learningRate: 0.01 }, rule);
  const engine = await createWasmEngine(problem, { precision, strict: true });
  engine.train(100);
  expect(engine.description.variant).toMatch(/-strict$/);
  expect(stateHash(engine.readState().student, precision)).toBe(hash);
  engine.dispose();
});

/** Every option at once, and a batch that leaves the last one short and some threads without a share of it. */
const everything: readonly { threads: number; shape: DeepShape; rule: Partial<DeepRule> }[] = [
  { threads: 2, shape: base, rule: sgd(0.9, 0.01) },
  {
    threads: 3,
    shape: { ...base, batch: 33, noBias: true, leak: 0.2, evaluationBatch: 40 },
    rule: { ...sgd(0, 0.1), crossEntropy: true },
  },
  {
    threads: 2,
    shape: { ...base, batch: 150, rows: 400, evaluationRows: 300, learningRate: 0.01 },
    rule: { ...adam(0.01), normalizeStudent: true },
  },
];

describe.each(kernelVariants)('threads, $precision, strict $strict', ({ precision, strict, tolerance }) => {
  test.each(everything)('$threads agree with the oracle: $rule', async ({ threads, shape, rule }) => {
    const oracle = oracleOn(shape, rule);
    const engine = await createWasmEngine(oracle.problem, { precision, strict, threads });
    expect(engine.description.threads).toBe(threads);
    const report = engine.train(12);
    expect(weightDeviation(engine, oracle)).toBeLessThan(tolerance);
    expect(deviation(lossesOf(report), lossesOf(oracle.report))).toBeLessThan(tolerance);
    for (const set of ['train', 'eval'] as const)
      expectEvaluation(engine.evaluate(set), oracle[set], tolerance);
    engine.dispose();
  });

  test('three repeat their bits', async () => {
    const { shape, rule } = everything[1];
    const outcome = async () => {
      const engine = await createWasmEngine(oracleOn(shape, rule).problem, { precision, strict, threads: 3 });
      const report = engine.train(12);
      const evaluations = [engine.evaluate('train'), engine.evaluate('eval')];
      engine.dispose();
      return { report, state: engine.readState(), evaluations };
    };
    expect(await outcome()).toEqual(await outcome());
  });
});

const library = (name: string): string => new URL(`../../../dist/library/${name}.js`, import.meta.url).href;

/** Has `engine`, two threads, and trains it. */
const trainingProgram = `
  import { createEngine, prepareRun } from '${library('engine')}';
  import { resolveExperiment } from '${library('experiment')}';
  const experiment = resolveExperiment(
    { kind: 'multi-layer', d: 4, hidden: [5, 6], multi: 2, c: 3, trainSize: 64, evalSize: 64 }, 'test');
  const choice = { engine: 'wasm', precision: 'float32', strict: true, threads: 2 };
  const engine = await createEngine(prepareRun(experiment).problem, choice);
  engine.train(20);`;

/** Runs a program in a process of its own; resolves to what it has printed when it ends by itself. */
const run = (program: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = ['--input-type=module', '--eval', program];
    execFile(process.execPath, args, { timeout: patienceMs }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });

test('helper threads do not keep a process up', async () => {
  expect(await run(`${trainingProgram} console.log('trained');`)).toBe('trained');
});

test('an engine that is disposed of ends its helper threads', async () => {
  const printed = await run(`
    import { once } from 'node:events';
    const started = once(process, 'worker');
    ${trainingProgram}
    const [thread] = await started;
    thread.ref();
    const ended = once(thread, 'exit');
    engine.dispose();
    await ended;
    console.log('ended');`);
  expect(printed).toBe('ended');
});

test('helper threads end with the worker that they help, in the middle of training too', async () => {
  const worker = `${trainingProgram}
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage('trained');
    for (;;) engine.train(100);`;
  const printed = await run(`
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(worker))}),
      { execArgv: [] });
    const [message] = await once(worker, 'message');
    await worker.terminate();
    console.log(message);`);
  expect(printed).toBe('trained');
});

test('an engine that is disposed of refuses to go on', async () => {
  const engine = await createWasmEngine(randomDeepProblem(base), {
    precision: 'float32',
    strict: true,
    threads: 2,
  });
  engine.dispose();
  engine.dispose();
  expect(() => engine.train(1)).toThrow('the engine has been disposed of');
});

test('an experiment that no memory can hold is refused in one line', async () => {
  const problem = randomDeepProblem(base);
  const trainingSet = { rows: 1e9, columns: 7, data: new Float64Array() };
  await expect(
    createWasmEngine({ ...problem, trainingSet }, { precision: 'float64', strict: true, threads: 1 }),
  ).rejects.toThrow(/^engine wasm: the experiment needs \d+ MB of memory, which cannot be had$/);
});

test('threads are added where each has enough work, as many as there are', () => {
  const small = randomDeepProblem(base);
  const large = randomDeepProblem({ ...base, student: [200, 300, 200], batch: 64 });
  expect(flopsPerStep(small)).toBe(16 * (4 * 7 * 13 + 6 * (13 * 11 + 11 * 9 + 9 * 6)));
  expect(flopsPerStep(large)).toBe(64 * (4 * 7 * 200 + 6 * (2 * 200 * 300 + 200 * 6)));
  expect(threadsFor(small, 'float64', 8)).toBe(1);
  expect(threadsFor(large, 'float32', 1)).toBe(1);
  expect(threadsFor(large, 'float32', 2)).toBe(2);
  expect(threadsFor(large, 'float32', 64)).toBe(2);
  expect(threadsFor(large, 'float64', 64)).toBe(4);
});

test('engine wasm trains on the threads asked for, else on as many as pay', async () => {
  const problem = randomDeepProblem({ ...base, student: [200, 300, 200], batch: 64 });
  const choice = { engine: 'wasm', precision: 'float32' } as const;
  const threadsOf = async (rest: { strict: boolean; threads?: number }): Promise<number> => {
    const engine = await createEngine(problem, { ...choice, ...rest });
    engine.dispose();
    return engine.description.threads;
  };
  const paying = threadsFor(problem, 'float32', os.availableParallelism());
  expect(await threadsOf({ strict: true, threads: 2 })).toBe(2);
  for (const strict of [false, true]) expect(await threadsOf({ strict })).toBe(paying);
});
