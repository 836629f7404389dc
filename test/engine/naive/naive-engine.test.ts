import { describe, expect, test } from 'vitest';
import { noLosses } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { UserError } from '../../../src/input/user-error.js';
import { backward, gradientArrays } from '../../../src/net/backward.js';
import { forward } from '../../../src/net/forward.js';
import { lossGradient } from '../../../src/net/loss.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { copyNetwork, everyArray, trainedArrays } from '../../../src/net/network.js';
import { RandomStream, streamState } from '../../../src/net/random.js';
import type { Problem } from '../../../src/problem/problem.js';
import { deepProblem, deepVariants, normAndImageVariants } from '../../support/deep-problems.js';
import { randomProblem, stackedLayers, type UpdateOptions } from '../../support/problems.js';

const flat = (options: Partial<UpdateOptions> = {}, change: Partial<Problem> = {}): Problem => ({
  ...randomProblem({ d: 4, m: 3, n: 6, c: 2, batch: 4, rows: 40 }, options),
  ...change,
});
const engineOf = (problem: Problem) => createNaiveEngine(problem, { precision: 'float64' });

const problems: Readonly<Record<string, Problem>> = {
  'half squared errors': flat(),
  'the whole set at each step': flat({}, { batchSize: null }),
  linear: flat({ relu: false }),
  erf: flat({ erf: true }),
  'leaky student': flat({ leak: 0.2 }),
  'unit hidden weights, no biases': flat({ normalizeStudent: true, noBias: true }),
  ...Object.fromEntries(
    Object.entries({ ...deepVariants, ...normAndImageVariants }).map(([name, options]) => [
      name,
      deepProblem(options),
    ]),
  ),
};

describe.each(Object.entries(problems))('%s', (_, problem) => {
  test('learns, and cutting the steps changes no bit', () => {
    const [whole, cut] = [engineOf(problem), engineOf(problem)];
    const before = whole.evaluate('train').loss;
    const report = whole.train(21);
    let losses = noLosses;
    for (const steps of [1, 0, 6, 9, 5]) losses = cut.train(steps, losses).losses;
    expect(losses).toEqual(report.losses);
    expect(everyArray(cut.readState().student)).toEqual(everyArray(whole.readState().student));
    expect(whole.evaluate('train').loss).toBeLessThan(before);
    expect(whole.loss('eval')).toBeCloseTo(whole.evaluate('eval').loss, 12);
  });

  test('a restored state continues bit for bit', () => {
    const engine = engineOf(problem);
    engine.train(10);
    const state = engine.readState();
    engine.train(11);
    const end = engine.readState();
    engine.setLearningRate(9);
    engine.writeState(state);
    engine.train(11);
    expect(engine.readState()).toEqual(end);
  });

  test('a loss that is not finite ends the call, that step included', () => {
    const { optimizer } = problem.rule;
    if (optimizer.method === 'adam' || problem.rule.constraints.length > 0) return;
    const normalized = problem.student.hidden.some(({ norm }) => norm);
    const report = engineOf({ ...problem, learningRate: normalized ? 1e300 : 1e200 }).train(50);
    expect([report.diverged, report.losses.steps]).toEqual([true, report.steps]);
    expect(report.steps).toBeLessThan(50);
    expect(report.steps).toBeGreaterThan(0);
  });
});

test('float32 is refused in one line', () => {
  const create = () => createNaiveEngine(flat(), { precision: 'float32' });
  expect(create).toThrow(UserError);
  expect(create).toThrow(/float32.*float64/);
});

describe('batches', () => {
  test('are drawn from the sampler, in order (seed 3)', () => {
    const [drawn, given] = [engineOf(flat()), engineOf(flat())];
    const sampler = new RandomStream(streamState(3, 'batches'));
    const indices = Int32Array.from({ length: 7 * 4 }, () => sampler.nextIndex(40));
    expect(drawn.train(7)).toEqual(given.trainOn(indices));
    expect(drawn.readState().student).toEqual(given.readState().student);
    expect(drawn.readState().samplerState).toEqual(sampler.state);
    expect(given.readState().samplerState).toEqual(streamState(3, 'batches'));
  });

  test('are the whole set at each step when there is no batch size (seed 3)', () => {
    const full = engineOf(flat({}, { batchSize: null }));
    const listed = engineOf(flat({}, { batchSize: 40 }));
    const all = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(full.train(1)).toEqual(listed.trainOn(all));
    expect(full.readState().student).toEqual(listed.readState().student);
  });
});

describe('a step on half squared errors', () => {
  const rows = Int32Array.of(3, 0, 7, 7);
  const stepped = (options: Partial<UpdateOptions>) => {
    const problem = flat(options);
    const engine = engineOf(problem);
    const { losses } = engine.trainOn(rows);
    const after = engine.readState().student;
    return { before: problem.student, after, loss: losses.sum, layers: stackedLayers(after) };
  };

  test('moves every weight by its gradient over the batch size, all taken before the update', () => {
    const problem = flat();
    const { after } = stepped({});
    const { trainingSet, teacher, student, grid, learningRate } = problem;
    const x: Matrix = {
      rows: 4,
      columns: 4,
      data: Float64Array.from([...rows].flatMap((row) => [...trainingSet.data.slice(4 * row, 4 * row + 4)])),
    };
    const pass = forward(student, x, grid, true);
    const target = forward(teacher, x, grid, false).output;
    const { gradient } = lossGradient('half-squared-error', pass.output, target);
    const gradients = gradientArrays(backward(student, pass, gradient));
    trainedArrays(after).forEach((array, p) => {
      const before = trainedArrays(student)[p];
      expect(array).toEqual(before.map((weight, i) => weight - learningRate * (gradients[p][i] / 4)));
    });
  });

  test('fixed features leave the first layer, a fixed top layer the second', () => {
    const features = stepped({ featuresFixed: true, normalizeStudent: true });
    expect(features.after.hidden).toEqual(features.before.hidden);
    expect(features.after.final).not.toEqual(features.before.final);
    const top = stepped({ topLayerFixed: true });
    expect(top.after.final).toEqual(top.before.final);
    expect(top.after.hidden).not.toEqual(top.before.hidden);
  });

  test('without biases both layers end with a row of zeros', () => {
    const { w1, w2 } = stepped({ noBias: true }).layers;
    expect([...w1.data.subarray(-6), ...w2.data.subarray(-2)]).toEqual(new Array(8).fill(0));
  });

  test('moves nothing when the student is the teacher', () => {
    const { teacher } = flat();
    const engine = engineOf(flat({}, { student: teacher }));
    expect(engine.trainOn(rows).losses.sum).toBe(0);
    expect(engine.readState().student).toEqual(copyNetwork(teacher));
  });
});

describe('an evaluation', () => {
  test('is of either set, and of a training set that replaced the first (seed 3)', () => {
    const problem = flat();
    const engine = engineOf(problem);
    const expected = (x: Matrix): number => {
      const [target, output] = [problem.teacher, problem.student].map(
        (network) => forward(network, x, problem.grid, false).output,
      );
      return lossGradient('half-squared-error', output, target).loss;
    };
    expect(engine.loss('train')).toBe(expected(problem.trainingSet));
    expect(engine.evaluate('eval').loss).toBe(expected(problem.evaluationSet));
    const next = randomProblem({ d: 4, m: 3, n: 6, c: 2, batch: 4, rows: 40 }, {}, 8).trainingSet;
    engine.setTrainingSet({ trainingSet: next, outputNoise: null });
    expect(engine.loss('train')).toBe(expected(next));
    expect(engine.evaluate('train').loss).toBe(expected(next));
  });

  test('on training samples count the noise on the targets, which a step follows', () => {
    const noisy = randomProblem({ d: 4, m: 3, n: 6, c: 2, batch: 4, rows: 40, noise: 0.3 });
    const noise = noisy.outputNoise?.data ?? new Float64Array(0);
    const engine = engineOf({ ...noisy, student: noisy.teacher });
    const square = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    expect(engine.loss('train')).toBeCloseTo(square, 12);
    expect(engine.evaluate('train').loss).toBeCloseTo(square, 12);
    expect(engine.loss('eval')).toBe(0);
    engine.setTrainingSet({ ...noisy, outputNoise: null });
    expect(engine.loss('train')).toBe(0);
    engine.setTrainingSet(noisy);
    engine.train(1);
    expect(engine.loss('eval')).toBeGreaterThan(0);
  });

  test('of a student that is the teacher has loss 0 and a diagonal of 1 (seed 3)', () => {
    const { teacher } = flat();
    const { loss, layers } = engineOf(flat({}, { student: teacher })).evaluate('eval');
    expect([loss, layers[0].teachers, layers[0].students]).toEqual([0, 3, 3]);
    for (let j = 0; j < 3; j++) expect(layers[0].correlation[j * 4]).toBeCloseTo(1, 6);
  });
});
