import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive.js';
import { UserError } from '../../../src/input/user-error.js';
import { gaussianData } from '../../../src/net/construction/inputs.js';
import { RandomStream, streamState } from '../../../src/net/random.js';
import { forward, meanSquare, outputGradient } from '../../../src/net/two-layer.js';
import type { TwoLayerProblem } from '../../../src/problem/problem.js';

const problemOf = (change: Partial<TwoLayerProblem> = {}): TwoLayerProblem => {
  const stream = RandomStream.of(3, 'teacher');
  const net = (nodes: number, scale: number) => ({
    w1: gaussianData(5, nodes, scale, stream),
    w2: gaussianData(nodes + 1, 2, scale, stream),
  });
  return {
    kind: 'two-layer',
    teacher: net(3, 1),
    student: net(6, 0.1),
    trainingSet: gaussianData(40, 4, 1, stream),
    evaluationSet: gaussianData(30, 4, 1, stream),
    rule: { relu: true, featuresFixed: false, topLayerFixed: false, normalizeStudent: false, noBias: false },
    batchSize: 4,
    samplerState: streamState(3, 'batches'),
    learningRate: 0.05,
    ...change,
  };
};

const engineOf = (change: Partial<TwoLayerProblem> = {}) =>
  createNaiveEngine(problemOf(change), { precision: 'float64' });

describe('naive engine', () => {
  test('refuses float32 in one line', () => {
    const create = () => createNaiveEngine(problemOf(), { precision: 'float32' });
    expect(create).toThrow(UserError);
    expect(create).toThrow(/float32.*float64/);
  });

  test('draws batchSize indices a step from the sampler, in order (seed 3)', () => {
    const [drawn, given] = [engineOf(), engineOf()];
    const sampler = new RandomStream(streamState(3, 'batches'));
    const indices = Int32Array.from({ length: 7 * 4 }, () => sampler.nextIndex(40));
    expect(drawn.train(7)).toEqual(given.trainOn(indices));
    expect(drawn.readState().student).toEqual(given.readState().student);
    expect(drawn.readState().samplerState).toEqual(sampler.state);
    expect(given.readState().samplerState).toEqual(streamState(3, 'batches'));
  });

  test('does not depend on how calls are cut (seed 3)', () => {
    const [whole, cut] = [engineOf(), engineOf()];
    whole.train(9);
    for (const steps of [0, 2, 1, 6]) cut.train(steps);
    expect(cut.readState()).toEqual(whole.readState());
  });

  test('continues bit for bit from a restored state (seed 3)', () => {
    const engine = engineOf();
    engine.train(5);
    const state = engine.readState();
    engine.train(5);
    const after = engine.readState();
    engine.setLearningRate(9);
    engine.writeState(state);
    engine.train(5);
    expect(engine.readState()).toEqual(after);
  });

  test('trains on the whole set at each step when there is no batch size (seed 3)', () => {
    const full = engineOf({ batchSize: null });
    const listed = engineOf({ batchSize: 40 });
    const all = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(full.train(1)).toEqual(listed.trainOn(all));
    expect(full.readState().student).toEqual(listed.readState().student);
  });

  test('evaluates the loss on either set, and on a training set that replaced the first (seed 3)', () => {
    const problem = problemOf();
    const engine = engineOf();
    const expected = (x: TwoLayerProblem['trainingSet']): number =>
      meanSquare(
        outputGradient(forward(problem.teacher, x, true).output, forward(problem.student, x, true).output),
      );
    expect(engine.loss('train')).toBe(expected(problem.trainingSet));
    expect(engine.evaluate('eval').loss).toBe(expected(problem.evaluationSet));
    const next = gaussianData(40, 4, 2, RandomStream.of(4, 'train-data'));
    engine.setTrainingSet(next);
    expect(engine.loss('train')).toBe(expected(next));
    expect(engine.evaluate('train').loss).toBe(expected(next));
  });

  test('a student that is the teacher has loss 0 and a diagonal of 1 (seed 3)', () => {
    const { teacher } = problemOf();
    const evaluation = engineOf({ student: teacher }).evaluate('eval');
    const [layer] = evaluation.layers;
    expect(evaluation.loss).toBe(0);
    expect([layer.teachers, layer.students]).toEqual([3, 3]);
    for (let j = 0; j < 3; j++) expect(layer.correlation[j * 4]).toBeCloseTo(1, 6);
  });

  test('stops at the step whose loss is no longer finite, and says so (seed 3)', () => {
    const report = engineOf({ learningRate: 1e200 }).train(50);
    expect(report.diverged).toBe(true);
    expect(report.steps).toBeLessThan(50);
    expect(report.steps).toBeGreaterThan(0);
  });
});
