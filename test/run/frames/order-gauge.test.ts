import { describe, expect, test } from 'vitest';
import type { TwoLayerOptions } from '../../../src/experiment/experiment.js';
import { frameSchema } from '../../../src/protocol/frame.js';
import { predictedOf } from '../../../src/protocol/series/run-series.js';
import { allBuckets } from '../../../src/store/history.js';
import { orderPlaces } from '../../../src/store/series.js';
import { initialState, reduce } from '../../../src/store/state.js';
import { framesOf, recordRun, trainTo } from '../../support/small-run.js';

const committee: TwoLayerOptions = {
  ...{ d: 40, m: 2, multi: 1.5, c: 1, noBias: true, secondLayer: 1, onlineSamples: true, batchSize: 2 },
  ...{
    activation: 'erf',
    evalSize: 4000,
    learningRate: 0.02,
    studentScale: 0.1,
    dataStd: 1.1,
    halvingPeriod: 2,
  },
};
const ordersOf = ({ messages }: ReturnType<typeof recordRun>) =>
  framesOf(messages).map(({ orderParameters }) => orderParameters);

describe('frames of a soft committee machine on online samples', () => {
  const recorded = recordRun(committee);
  trainTo(recorded.run, 100);
  const frames = framesOf(recorded.messages);

  test('have Q, R and T, the covariances of the pre-activations', () => {
    const { student, teacher } = recorded.run.networks;
    const product = (a: Float64Array, i: number, b: Float64Array, j: number): number =>
      1.21 * a.slice(40 * i, 40 * i + 40).reduce((sum, value, at) => sum + value * b[40 * j + at], 0);
    const [s, t] = [student, teacher].map(({ hidden }) => hidden[0].weight.data);
    const order = frames.at(-1)?.orderParameters;
    expect(order?.q[2][1]).toBeCloseTo(product(s, 2, s, 1), 5);
    expect(order?.r[2][1]).toBeCloseTo(product(s, 2, t, 1), 5);
    expect(order?.t[0][0]).toBeCloseTo(1.21, 5);
  });

  test('have the loss in closed form beside the evaluated one, and the predicted one, the same at the start', () => {
    for (const { evalLoss, orderParameters } of frames)
      expect(Math.abs((orderParameters?.loss ?? 0) / evalLoss - 1)).toBeLessThan(0.15);
    expect(frames[0].orderParameters?.predicted).toEqual({
      q: frames[0].orderParameters?.q,
      r: frames[0].orderParameters?.r,
      loss: frames[0].orderParameters?.loss,
    });
    expect(predictedOf(frames[frames.length - 1])?.loss).toBeLessThan(frames[0].evalLoss / 2);
  });

  test('read back as they were shown', () => {
    for (const frame of frames) expect(frameSchema.parse(JSON.parse(JSON.stringify(frame)))).toEqual(frame);
  });

  test('predict the run that nobody touches, whatever is done to it', () => {
    const touched = recordRun(committee);
    trainTo(touched.run, 40);
    touched.run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } });
    trainTo(touched.run, 100);
    expect(ordersOf(touched).at(-1)?.predicted).toEqual(frames.at(-1)?.orderParameters?.predicted);
    expect(ordersOf(touched).at(-1)?.q).not.toEqual(frames.at(-1)?.orderParameters?.q);
  });

  test('are the same after a checkpoint', () => {
    const before = recordRun(committee);
    trainTo(before.run, 55);
    const after = recordRun(committee);
    after.run.restore(before.run.checkpoint());
    trainTo(after.run, 100);
    expect(ordersOf(after).at(-1)).toEqual(frames.at(-1)?.orderParameters);
  });

  test('are kept over the run, up to where an undo leads', () => {
    const places = orderPlaces(3);
    const state = recorded.messages.reduce(reduce, initialState);
    const buckets = allBuckets(state.orders);
    expect(buckets.map(({ toStep }) => toStep)).toEqual(frames.map(({ step }) => step));
    const { q, r } = frames[5].orderParameters ?? { q: [], r: [] };
    const { last } = buckets[5];
    expect(last[places.ofQ(2).measured]).toBe(q[2][2]);
    expect(last[places.ofR(1, 2).measured]).toBe(r[2][1]);
    expect(last[places.ofR(1, 2).predicted]).toBe(predictedOf(frames[5])?.r[2][1]);
    const undone = recordRun(committee);
    trainTo(undone.run, 40);
    undone.run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } });
    trainTo(undone.run, 80);
    undone.run.handle({ type: 'undo' });
    const after = undone.messages.reduce(reduce, initialState);
    expect(allBuckets(after.orders).at(-1)?.toStep).toBe(40);
  });
});

test.each<TwoLayerOptions>([
  {},
  { ...committee, onlineSamples: false },
  { ...committee, noBias: false },
  (({ secondLayer: _, ...trained }) => trained)(committee),
  { ...committee, latentDimension: 20 },
  { ...committee, activation: 'relu', studentLeak: 0.1 },
  { ...committee, multi: 40 },
])('other runs have none: %o', (options) => {
  expect(ordersOf(recordRun(options))).toEqual([undefined]);
});

test.each<readonly [TwoLayerOptions, RegExp]>([
  [{ ...committee, momentum: 0.5 }, /plain steps/],
  [{ ...committee, normalizeStudent: true }, /normalized/],
  [
    { ...committee, activation: 'relu', multi: 5 },
    /^12 nodes in both networks, solved for at most 10 of relu$/,
  ],
  [{ ...committee, multi: 12 }, /^26 nodes .* 24 of erf$/],
])('are measured where nothing is predicted, and why is said: %o', (options, reason) => {
  const [order] = ordersOf(recordRun(options));
  expect(order?.predicted).toMatch(reason);
  expect(order?.loss).toBeGreaterThan(0);
});
