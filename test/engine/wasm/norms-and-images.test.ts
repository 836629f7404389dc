import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm.js';
import { forward } from '../../../src/net/forward.js';
import { lossGradient } from '../../../src/net/loss.js';
import { takeRows } from '../../../src/net/matrix.js';
import { copyNetwork, everyArray, type Network, trainedArrays } from '../../../src/net/network.js';
import type { OptimizerSettings } from '../../../src/net/optimizer.js';
import { inputRows } from '../../../src/net/patches.js';
import { streamState } from '../../../src/net/random.js';
import { EpochSampler } from '../../../src/problem/epoch-sampler.js';
import type { Problem } from '../../../src/problem/problem.js';
import { deviation, expectEvaluation, expectReport, kernelVariants } from '../../support/agreement.js';
import { oracleAnswers } from '../../support/oracle-answers.js';
import { type DeepProblemShape, randomDeepProblem } from '../../support/tfjs-problems.js';

type Shape = Partial<DeepProblemShape>;

const after = { affine: true, beforeRelu: false };
const before = { affine: true, beforeRelu: true };
const plain = { affine: false, beforeRelu: false };

/** Widths and batches below, at and above tiles, panels and blocks. */
const normShapes: readonly Shape[] = [
  { inputs: 1, teacher: [1], student: [1], outputs: 1, batch: 2, norm: plain },
  { inputs: 3, teacher: [5, 2], student: [5, 2], outputs: 2, batch: 4, norm: after },
  { inputs: 4, teacher: [3, 4, 2], student: [15, 18, 21], batch: 16, norm: before },
  { inputs: 7, teacher: [6, 3], student: [17, 33], outputs: 5, batch: 9, norm: after, noBias: true },
  { inputs: 20, teacher: [4], student: [129], outputs: 17, batch: 33, norm: after, teacherNorm: true },
  { inputs: 6, teacher: [5, 6], student: [11, 9], batch: 140, rows: 300, norm: after },
  { inputs: 6, teacher: [5, 6], student: [16, 8], batch: 260, rows: 300, norm: before },
  { inputs: 6, teacher: [5, 6], student: [11, 9], batch: 16, teacherNorm: true, leak: 0.2 },
  { inputs: 6, teacher: [5, 6], student: [11, 9], batch: 16, norm: before, teacherNorm: true, leak: 0.2 },
  { inputs: 6, teacher: [5, 6], student: [11, 9], batch: 16, studentLeak: 0.2 },
  { inputs: 6, teacher: [5, 6], student: [11, 33], batch: 16, norm: after, studentLeak: 0.2 },
  { inputs: 6, teacher: [5, 6], student: [11, 9], batch: 16, norm: before, studentLeak: 0.2 },
];

/** Images of one position and of several; channels and units around tiles and panels, sums longer than a block. */
const imageShapes: readonly Shape[] = [
  { inputs: 1, side: 3, teacher: [1], student: [1], outputs: 1, batch: 1, rows: 5 },
  { inputs: 1, side: 6, teacher: [3, 4], student: [9, 12], outputs: 4, batch: 9, rows: 20 },
  { inputs: 3, side: 7, teacher: [2, 3, 2], student: [4, 17, 5], batch: 17, rows: 20, noBias: true },
  { inputs: 44, side: 3, teacher: [3], student: [6], batch: 7, rows: 20 },
  { inputs: 2, side: 5, teacher: [2, 2], student: [130, 3], batch: 5, rows: 12 },
  { inputs: 2, side: 4, teacher: [3], student: [16], batch: 150, rows: 160 },
  { inputs: 1, side: 6, teacher: [2, 3], student: [5, 7], batch: 9, norm: after, teacherNorm: true },
  { inputs: 2, side: 4, teacher: [2], student: [18], batch: 140, rows: 150, norm: before },
  { inputs: 2, side: 6, teacher: [2], student: [4], batch: 6, teacherNorm: true, leak: 0.3 },
  { inputs: 2, side: 6, teacher: [2, 2], student: [4, 18], batch: 6, studentLeak: 0.3 },
];

const shapes = [...normShapes, ...imageShapes];

const nameOf = ({ inputs, side, student, batch, norm }: Shape): string =>
  `${inputs}${side ? ` at ${side} x ${side}` : ''}, ${student}, batch ${batch}${norm ? ', normalized' : ''}`;

/** `optimizer` at a rate that suits it. */
const problemOf = (shape: Shape, rule: Partial<Problem['rule']> = {}): Problem => {
  const problem = randomDeepProblem(shape);
  const learningRate = rule.optimizer?.method === 'adam' ? 0.01 : 0.02;
  // Noise has words of its own after those of the batches.
  const noise = rule.temperature ? streamState(3, 'noise') : null;
  const samplerState = EpochSampler.initialState(problem.samplerState.slice(0, 4), noise);
  return { ...problem, samplerState, learningRate, rule: { ...problem.rule, ...rule } };
};

/** The largest deviation of any of the student's arrays, running statistics included. */
const stateDeviation = (engine: Engine, { student }: { readonly student: Network }): number => {
  const expected = everyArray(student);
  return Math.max(...everyArray(engine.readState().student).map((array, i) => deviation(array, expected[i])));
};

const oracleAfterFour = oracleAnswers(problemOf, 4);
const oracleAfterSix = oracleAnswers(problemOf, 6);

/** Batch norm divides by deviations of a few samples, which makes roundings larger. */
const looser = 30;

describe.each(kernelVariants)('$precision, strict $strict', ({ precision, strict, tolerance }) => {
  const allowed = looser * tolerance;
  const counts = { countsMayDiffer: precision === 'float32' };
  const engineOf = (problem: Problem, threads = 1): Promise<Engine> =>
    createWasmEngine(problem, { precision, strict, threads });

  test.each(shapes.map((shape) => [nameOf(shape), shape] as const))(
    '%s: steps and evaluations agree with the oracle',
    async (_, shape) => {
      const oracle = oracleAfterFour(shape);
      const engine = await engineOf(oracle.problem);
      expectEvaluation(engine.evaluate('eval'), oracle.before, allowed, counts);
      const report = engine.train(4);
      expect(stateDeviation(engine, oracle)).toBeLessThan(allowed);
      expectReport(report, oracle.report, allowed);
      for (const set of ['train', 'eval'] as const) {
        const evaluation = engine.evaluate(set);
        expectEvaluation(evaluation, oracle[set], allowed, counts);
        expect(evaluation.layers).toMatchObject(engine.correlations(set));
      }
    },
  );

  const momentum: OptimizerSettings = { method: 'sgd', momentum: 0.9, weightDecay: 0.02 };
  const adam: OptimizerSettings = { method: 'adam', weightDecay: 0.02 };
  const rules: readonly Partial<Problem['rule']>[] = [
    { optimizer: momentum },
    { optimizer: adam },
    { optimizer: { method: 'sgd', momentum: 0, weightDecay: 0.1 }, frozenLayers: [0] },
    { optimizer: momentum, constraints: ['unit-rows'], frozenLayers: [1] },
    { optimizer: adam, loss: 'cross-entropy', frozenLayers: [0, 2] },
    { temperature: 0.001 },
    { temperature: 0.001, constraints: ['unit-rows'], frozenLayers: [1] },
  ];
  const kinds: Readonly<Record<string, Shape>> = {
    'dense, norm after': { student: [13, 7], outputs: 5, batch: 21, norm: after },
    'images, norm after': { inputs: 2, side: 6, student: [5, 6], batch: 9, norm: after },
    images: { inputs: 2, side: 6, student: [5, 6], batch: 9 },
  };
  const cases = Object.entries(kinds).flatMap(([name, shape]) =>
    rules.map((rule) => ({ name, shape, rule })),
  );

  test.each(cases)('every rule: $name, $rule', async ({ shape, rule }) => {
    const oracle = oracleAfterSix(shape, rule);
    const engine = await engineOf(oracle.problem);
    engine.train(6);
    expect(stateDeviation(engine, oracle)).toBeLessThan(allowed);
    const [actual, expected] = [engine.readState().optimizer, oracle.optimizer];
    expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    for (const [i, array] of expected.entries())
      expect(deviation(actual[i], array)).toBeLessThan(10 * allowed);
    expectEvaluation(engine.evaluate('eval'), oracle.eval, allowed, counts);
  });

  test.each(Object.entries(kinds))('a written state continues bit for bit: %s', async (_, shape) => {
    const problem = problemOf(shape, { optimizer: adam });
    const [first, second] = [await engineOf(problem), await engineOf(problem, 2)];
    first.train(20);
    second.train(3);
    second.writeState(first.readState());
    first.train(20);
    for (const steps of [1, 7, 12]) second.train(steps);
    expect(second.readState()).toEqual(first.readState());
    expect(second.evaluate('eval')).toEqual(first.evaluate('eval'));
    second.dispose();
  });
});

/** A step of plain descent moves every parameter by its gradient times the rate. */
test.each(['after', 'before', 'images'])('a step follows central differences: %s', async (kind) => {
  const side = kind === 'images' ? 5 : null;
  const norm = kind === 'images' ? null : { affine: true, beforeRelu: kind === 'before' };
  const problem = problemOf({ inputs: 3, side, teacher: [3], student: [5], batch: 6, rows: 12, norm });
  const rows = Int32Array.of(0, 2, 4, 6, 8, 10);
  const engine = await createWasmEngine(problem, { precision: 'float64', strict: true, threads: 1 });
  engine.trainOn(rows);
  const moved = trainedArrays(engine.readState().student);
  const x = inputRows(takeRows(problem.trainingSet, rows), problem.grid);
  const target = forward(problem.teacher, x, problem.grid, false).output;
  const student = copyNetwork(problem.student);
  const lossOf = (): number =>
    lossGradient(problem.rule.loss, forward(copyNetwork(student), x, problem.grid, true).output, target).loss;
  for (const [p, array] of trainedArrays(student).entries())
    for (let i = 0; i < array.length; i += 4) {
      const kept = array[i];
      const [above, below] = [1e-6, -1e-6].map((shift) => {
        array[i] = kept + shift;
        return lossOf();
      });
      array[i] = kept;
      expect((kept - moved[p][i]) / problem.learningRate).toBeCloseTo((above - below) / 2e-6, 5);
    }
});

const width = fc.integer({ min: 1, max: 20 });

const anyShape = fc.record({
  inputs: fc.integer({ min: 1, max: 4 }),
  student: fc.array(width, { minLength: 1, maxLength: 3 }),
  outputs: width,
  batch: fc.integer({ min: 2, max: 40 }),
  noBias: fc.boolean(),
  extraSide: fc.option(fc.integer({ min: 1, max: 3 })),
  norm: fc.option(fc.record({ affine: fc.boolean(), beforeRelu: fc.boolean() })),
  teacherNorm: fc.boolean(),
});

test('random networks with norms and images agree with the oracle, seed 9', async () => {
  const property = fc.asyncProperty(anyShape, async ({ extraSide, ...drawn }) => {
    const side = extraSide && 2 * drawn.student.length + extraSide;
    const problem = problemOf({ ...drawn, side, teacher: drawn.student.map(() => 3) });
    const oracle = createNaiveEngine(problem, { precision: 'float64' });
    const engine = await createWasmEngine(problem, { precision: 'float64', strict: true, threads: 1 });
    expect(engine.train(3).losses.sum).toBeCloseTo(oracle.train(3).losses.sum, 8);
    expect(stateDeviation(engine, oracle.readState())).toBeLessThan(1e-8);
    expect(engine.loss('eval')).toBeCloseTo(oracle.loss('eval'), 7);
  });
  await fc.assert(property, { seed: 9, numRuns: 14 });
});
