import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { TwoLayerOptions } from '../../../src/experiment/experiment.js';
import { expectedState, PredictedCourse } from '../../../src/net/online/predicted-course.js';
import { nextTrainingSamples, prepareRun } from '../../../src/problem/prepare.js';
import { networkOf } from '../../support/theory.js';

const committee: TwoLayerOptions = {
  ...{ d: 200, m: 2, n: 2, c: 1, dataStd: 1, noBias: true, secondLayer: 1, teacherChoices: null },
  ...{ onlineSamples: true, batchSize: 1, stepsPerEpoch: 1000, epochs: 4, learningRate: 1 / 200 },
  ...{ studentScale: 0.03, evalSize: 2, precision: 'float64', seed: 3 },
};

const prepared = (options: TwoLayerOptions = {}) => {
  const experiment = resolveExperiment({ ...committee, ...options }, 'test');
  const { problem, trainData } = prepareRun(experiment);
  const { student, teacher } = problem;
  const { dataStd, batchSize, outputNoise = 0, learningRate } = experiment;
  const machines = { student, teacher, dataStd };
  const rates = [{ step: 0, learningRate }];
  const predicted = new PredictedCourse({ ...machines, batchSize, outputNoise, rates });
  return { experiment, problem, trainData, machines, predicted };
};

/** Trains, and compares prediction, closed form and measured loss at the end of every epoch. */
const compared = (options: TwoLayerOptions = {}) => {
  const { experiment, problem, trainData, machines, predicted } = prepared({ ...options, evalSize: 10_000 });
  const engine = createNaiveEngine(problem, { precision: 'float64' });
  return Array.from({ length: experiment.epochs }, (_, epoch) => {
    if (epoch > 0) engine.setTrainingSet(nextTrainingSamples(experiment, trainData));
    engine.train(experiment.stepsPerEpoch);
    const state = expectedState({ ...machines, student: engine.readState().student });
    const course = predicted.at((epoch + 1) * experiment.stepsPerEpoch);
    if (course === null) throw new Error('the equations diverge');
    return { state, course, measured: engine.loss('eval') };
  });
};

test.each(['erf', 'relu'] as const)(
  'covariances and closed-form loss are those that NumPy finds: %s',
  (kind) => {
    const file = join(import.meta.dirname, '..', '..', 'fixtures', 'online', 'machines.json');
    const pair = JSON.parse(readFileSync(file, 'utf8'));
    const machine = (weights: number[][], fanOut: number[][]) => ({
      ...networkOf(weights.map((w, k) => ({ w, v: fanOut[k] }))),
      activation: kind === 'erf' ? ('erf' as const) : ('rectifier' as const),
    });
    const { covariance, loss } = expectedState({
      student: machine(pair.student, pair.studentFanOut),
      teacher: machine(pair.teacher, pair.teacherFanOut),
      dataStd: pair.dataStd,
    });
    expect(Array.from(covariance.data)).toEqual(
      pair.expected.covariance.flat().map((value: number) => expect.closeTo(value, 12)),
    );
    expect(loss / pair.expected[kind]).toBeCloseTo(1, 7);
  },
);

const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe.each<[string, TwoLayerOptions]>([
  ['erf', { activation: 'erf' }],
  [
    'ReLU, over-realized, batches of 2, noise, wide inputs',
    {
      ...{ n: 3, batchSize: 2, outputNoise: 0.3, dataStd: 1.2, learningRate: 0.4 / 200, studentScale: 0.03 },
    },
  ],
  ['erf, several outputs', { activation: 'erf', c: 3, learningRate: 0.3 / 200 }],
])('a run of %s', (_, options) => {
  const points = compared(options);

  test('keeps to the predicted course as far as finite inputs do', () => {
    for (const { state, course } of points)
      expect(largestDifference(state.covariance.data, course.covariance.data)).toBeLessThan(
        3 / Math.sqrt(200),
      );
  });

  test('has the loss of the closed form, within sampling error', () => {
    for (const { state, measured } of points) expect(Math.abs(measured / state.loss - 1)).toBeLessThan(0.06);
  });
});

describe('the solution', () => {
  test('of two erf nodes stays on a plateau, and then each node is one teacher node', () => {
    const { predicted } = prepared({ activation: 'erf' });
    const lossAt = (time: number): number => predicted.at(200 * time)?.loss ?? Number.NaN;
    expect(lossAt(0)).toBeGreaterThan(0.3);
    expect(lossAt(20)).toBeLessThan(0.06);
    expect(lossAt(30) / lossAt(15)).toBeGreaterThan(0.85);
    expect(lossAt(200)).toBeLessThan(1e-6);
    const { data } = predicted.at(200 * 200)?.covariance ?? { data: [] };
    const [first, second] = [data[2], data[3]].map(Math.abs);
    expect(Math.max(first, second)).toBeGreaterThan(0.999);
    expect(Math.min(first, second)).toBeLessThan(0.2);
  });

  test.each(['erf', 'relu'] as const)(
    'of %s from the teacher on, with noise, ends at the limit of small rates',
    (activation) => {
      const rate = 0.05;
      const { machines } = prepared({ activation });
      const { teacher } = machines;
      const rates = [{ step: 0, learningRate: rate / 200 }];
      const course = new PredictedCourse({
        ...machines,
        student: teacher,
        batchSize: 1,
        outputNoise: 0.1,
        rates,
      });
      // Around the teacher each node's part that is orthogonal to all teacher nodes tends to rate noise^2 / 2, whatever the
      // activation: the loss is m rate noise^2 < g'^2 > / 2, twice the generalization error of Goldt et al. 2019.
      const slopes = activation === 'erf' ? 2 / Math.PI / Math.sqrt(3) : 1 / 2;
      const { loss } = course.at(200 * 400) ?? { loss: Number.NaN };
      expect(loss / (rate * 0.01 * slopes)).toBeCloseTo(1, 1);
    },
  );

  test('of too large a rate is null from where it diverges', () => {
    const { predicted } = prepared({ learningRate: 30 / 200 });
    expect(predicted.at(0)).not.toBeNull();
    expect(predicted.at(200 * 50)).toBeNull();
  });
});
