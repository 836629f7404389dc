import { expect, test } from 'vitest';
import type { Bucket } from '../../../src/store/history.js';
import { heldOf, lastBefore, lastColumns } from '../../../src/ui/charts/time-axis.js';

const records = [
  [0, 0.2],
  [40, 0.5],
  [80, 0.99],
  [90, 0.4],
].map(([step, value]): Bucket => {
  const one = [value];
  return { fromStep: step, toStep: step, minimum: one, maximum: one, last: one };
});

const held = (from: number, to: number, width: number): number[] => {
  const window = { from, to };
  return heldOf(
    lastColumns(records, window, width),
    lastBefore(records, window),
    ({ last: [value] }) => value,
  );
};

test('a value stands until the column of the next record, so that no change is seen before it', () => {
  expect(held(0, 100, 10)).toEqual([0.2, 0.2, 0.2, 0.2, 0.5, 0.5, 0.5, 0.5, 0.99, 0.4]);
});

test('of a part of the axis the record before it stands at its start, and nothing after the last', () => {
  expect(held(60, 120, 6)).toEqual([0.5, 0.5, 0.99, 0.4, Number.NaN, Number.NaN]);
});
