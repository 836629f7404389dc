import { expect, test } from 'vitest';
import type { Frame } from '../../src/protocol/frame.js';
import { type Holders, holdersAfter, holdersUntil, judgementOf, noHolders } from '../../src/store/holders.js';
import { syntheticFrame, syntheticHeader } from '../support/synthetic-run.js';

const header = syntheticHeader({ m: 1, n: 3 });

/** A frame with one teacher node of these correlations. */
const frameAt = (step: number, row: readonly number[]): Frame => {
  const base = syntheticFrame(header, 1);
  const best = Math.max(...row);
  const match = { bestMatchOfTeacher: [best], bestStudentOfTeacher: [row.indexOf(best)] };
  return { ...base, step, layers: [{ ...base.layers[0], correlation: [row], ...match }] };
};

const after = (rows: readonly (readonly number[])[], threshold = 0.95): Holders =>
  rows.reduce((holders, row, at) => holdersAfter(holders, frameAt(10 * at, row)), noHolders(threshold));

const sinceOf = (holders: Holders) => judgementOf(holders).specializedSince;
const ownersOf = (holders: Holders) => judgementOf(holders).owners;

test('since is the latest crossing that still holds, and nothing while the node is below', () => {
  const flapping = [[0.1], [0.96], [0.97], [0.94], [0.96], [0.99]];
  expect(flapping.map((_, at) => sinceOf(after(flapping.slice(0, at + 1)))[0][0])).toEqual([
    ...[null, 10, 10, null, 40, 40],
  ]);
});

test('of two students that are as good the first one stays, until the other is better by a margin', () => {
  const rows = [
    [0.96, 0.955],
    [0.96, 0.97],
    [0.96, 0.99],
    [0.951, 0.999],
    [0.94, 0.999],
  ];
  expect(rows.map((_, at) => ownersOf(after(rows.slice(0, at + 1)))[0][0])).toEqual([0, 0, 0, 0, 1]);
  expect(sinceOf(after(rows))).toEqual([[0]]);
});

test('a node that becomes specialized is held by the best student, as its event says', () => {
  expect(ownersOf(after([[0.94, 0.93]]))).toEqual([[0]]);
  expect(
    ownersOf(
      after([
        [0.94, 0.93],
        [0.951, 0.96],
      ]),
    ),
  ).toEqual([[1]]);
});

test('cut back to a step, they are what they were there', () => {
  const rows = [[0.96], [0.97], [0.9], [0.96]];
  expect(sinceOf(holdersUntil(after(rows), 20))).toEqual([[null]]);
  expect(sinceOf(holdersUntil(after(rows), 10))).toEqual([[0]]);
});

test('they know the first frame that was judged, from which a node that never fell below is specialized', () => {
  expect(judgementOf(noHolders(0.5))).toEqual({ owners: [], specializedSince: [], judgedFrom: null });
  // Held by another student node in the end, and never below.
  const luck = [
    [0.6, 0.1],
    [0.7, 0.1],
    [0.55, 0.9],
  ];
  expect(judgementOf(after(luck, 0.5))).toEqual({ owners: [[1]], specializedSince: [[0]], judgedFrom: 0 });
  // Lost and learned again: the later crossing counts.
  const lost = after([[0.6], [0.4], [0.6]], 0.5);
  expect(judgementOf(lost)).toMatchObject({ specializedSince: [[20]], judgedFrom: 0 });
  expect(judgementOf(holdersUntil(lost, 0))).toMatchObject({ specializedSince: [[0]], judgedFrom: 0 });
});
