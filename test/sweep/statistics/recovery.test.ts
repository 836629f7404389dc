import { expect, test } from 'vitest';
import { medianRecovery, recoveryCurve, recoveryEpochs } from '../../../src/sweep/statistics/recovery.js';
import { resultOf } from '../../support/synthetic-results.js';

/** A run of two teacher nodes with these best matches after the epochs at which they were measured. */
const run = (
  matches: readonly (readonly [number, number] | null)[],
  status: 'done' | 'diverged' | 'stopped' | 'failed' = 'done',
) =>
  resultOf(
    {
      status,
      epochs: matches.map((best, epoch) => ({
        epoch,
        trainLoss: 1,
        evalLoss: 1,
        bestMatchOfTeacher: best && [[...best]],
      })),
      students: { bestMatchTrain: [1, 1], bestMatchEval: [1, 1], fanOutNorm: [1, 1] },
    },
    1,
    { multi: 1, strengthDecay: 1, m: 2 },
  );

const results = [
  run([[0, 0], null, [1, 0.9], [1, 1]]),
  run([
    [0, 0],
    [1, 0],
    [0.5, 0],
    [1, 0],
  ]),
  run(
    [
      [0, 0],
      [1, 1],
    ],
    'diverged',
  ),
  run(
    [
      [0, 0],
      [1, 1],
    ],
    'stopped',
  ),
  run([], 'failed'),
];
const never = Number.POSITIVE_INFINITY;

test('a node is recovered at the first measured epoch above the threshold, in a run that diverged never', () => {
  expect(recoveryEpochs(results, 0.95, 0)).toEqual([
    [2, 3],
    [1, never],
    [never, never],
    [1, 1],
  ]);
});

test('the curve is the share of all nodes not recovered yet', () => {
  expect(recoveryCurve(recoveryEpochs(results, 0.95, 0), 3)).toEqual([
    { epoch: 0, unrecovered: 1 },
    { epoch: 1, unrecovered: 5 / 8 },
    { epoch: 2, unrecovered: 4 / 8 },
    { epoch: 3, unrecovered: 3 / 8 },
  ]);
});

test('the median is the epoch by which half of the runs have recovered a node', () => {
  expect(medianRecovery(recoveryEpochs(results, 0.95, 0))).toEqual([1, 3]);
  expect(medianRecovery(recoveryEpochs(results.slice(1, 3), 0.95, 0))).toEqual([1, never]);
});
