import { expect, test } from 'vitest';
import type { CellProgress } from '../../../src/sweep/progress.js';
import { cellStatistics } from '../../../src/sweep/statistics/cell-statistics.js';
import { firstMap, heatMapOf, type MapView, mapActions } from '../../../src/ui/sweep/heat-map.js';
import { resultOf } from '../../support/synthetic-results.js';

const grid = [4, 8].flatMap((m) =>
  [0, 1].flatMap((strengthDecay) => [1, 2, 5].map((multi) => ({ m, strengthDecay, multi }))),
);
const cells = grid.map((cell): CellProgress => {
  const key = JSON.stringify(cell);
  return { key, cell, runs: 1, finished: 1, failed: 0, running: 0 };
});
const empty = { bestMatchTrain: [], bestMatchEval: [], fanOutNorm: [] };

/** One seed a cell: of m teacher nodes the first `multi` are recovered at epoch `strengthDecay + 1`, the loss is 10^-multi. */
const statistics = grid.map((cell) => {
  const best = Array.from({ length: cell.m }, (_, node) => (node < cell.multi ? 1 : 0));
  const epochs = [0, 1, 2, 3].map((epoch) => ({
    epoch,
    trainLoss: 1,
    evalLoss: 10 ** -cell.multi,
    bestMatchOfTeacher: [epoch > cell.strengthDecay ? best : best.map(() => 0)],
  }));
  const result = resultOf({ status: 'done', epochs, students: empty }, 1, cell);
  return cellStatistics([result], { threshold: 0.95, earlyEpoch: 1 });
});

const first = firstMap(cells);
const valuesOf = (view: MapView, chosen = 0) =>
  heatMapOf(cells, statistics, chosen, { view, layer: 0 }).places.map((row) => row.map(({ value }) => value));
const quantity = (view: MapView, times: number): MapView =>
  times === 0 ? view : quantity(mapActions.quantity(view), times - 1);

test('the two last settings lie across and down, the others are those of the chosen cell', () => {
  const map = heatMapOf(cells, statistics, 7, { view: first, layer: 0 });
  expect([map.across, map.down, map.fixed]).toEqual([[1, 2, 5], [0, 1], [['m', 8]]]);
  expect(map.places.map((row) => row.map(({ cell }) => cell))).toEqual([
    [6, 7, 8],
    [9, 10, 11],
  ]);
});

test('numbers are the shares recovered at the end and early, the loss, and the epochs until half are', () => {
  const [quarter, half, all] = [1 / 4, 2 / 4, 1];
  expect(valuesOf(first)).toEqual([
    [quarter, half, all],
    [quarter, half, all],
  ]);
  expect(valuesOf(quantity(first, 1))).toEqual([
    [quarter, half, all],
    [0, 0, 0],
  ]);
  expect(valuesOf(quantity(first, 2)).flat()).toEqual([-1, -2, -5, -1, -2, -5]);
  const never = Number.POSITIVE_INFINITY;
  expect(valuesOf(quantity(first, 3))).toEqual([
    [never, 1, 1],
    [never, 2, 2],
  ]);
  expect(quantity(first, 4)).toEqual(first);
});

test('goodness runs from the worst to the best, what was never reached being the worst', () => {
  const goodness = (view: MapView) =>
    heatMapOf(cells, statistics, 0, { view, layer: 0 }).places.map((row) =>
      row.map((place) => place.goodness),
    );
  expect(goodness(first)[0]).toEqual([1 / 4, 2 / 4, 1]);
  expect(goodness(quantity(first, 2))[0]).toEqual([0, 1 / 4, 1]);
  expect(goodness(quantity(first, 3))).toEqual([
    [0, 1, 1],
    [0, 0, 0],
  ]);
});

test('any two settings can lie across and down; one that is taken changes places', () => {
  const turned = mapActions.across(first, cells);
  expect([turned.across, turned.down]).toEqual(['m', 'strengthDecay']);
});

test('a cell without a result has no number', () => {
  const without = statistics.map((of, at) => (at === 1 ? null : of));
  const [[, place]] = heatMapOf(cells, without, 0, { view: first, layer: 0 }).places;
  expect([place.value, place.goodness]).toEqual([Number.NaN, Number.NaN]);
});
