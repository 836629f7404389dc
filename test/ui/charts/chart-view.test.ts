import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allBuckets } from '../../../src/store/history.js';
import { stepOf } from '../../../src/store/selectors.js';
import { matchSeries, seriesIndex } from '../../../src/store/series.js';
import {
  type ChartView,
  cursorColumn,
  movedCursor,
  readAt,
  toggledCursor,
  wholeChart,
  windowOf,
  zoomedIn,
  zoomedOut,
} from '../../../src/ui/charts/chart-view.js';
import { matchAxes, matchAxisNames, matchTicks } from '../../../src/ui/charts/match-axis.js';
import { axisEnd, isWithin } from '../../../src/ui/charts/time-axis.js';
import { paintScreen, stateAfter } from '../../support/painted-screen.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

const states = [3, 20, 40, 71, 101].map((until) => stateAfter(syntheticMessages({ until })));
const midway = states[3];

/** Ways to look at a chart, as keys would reach them. */
const moves: readonly ((state: (typeof states)[number], chart: ChartView) => ChartView)[] = [
  (state, chart) => zoomedIn(state, chart) ?? chart,
  zoomedOut,
  toggledCursor,
  (state, chart) => movedCursor(state, chart, -1, 50),
  (state, chart) => movedCursor(state, chart, 1, 50),
  (state, chart) => movedCursor(state, chart, -10, 50),
  (state, chart) => movedCursor(state, chart, Number.NEGATIVE_INFINITY, 50),
  (state, chart) => movedCursor(state, chart, Number.POSITIVE_INFINITY, 50),
];

describe('the charts', () => {
  test('hold the cursor or the present whatever the keys, while data streams, fast-check seed 23', () => {
    let zoomed = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(moves.length - 1), { maxLength: 40 }), (keys) => {
        let chart = wholeChart;
        for (const state of states)
          for (const key of keys) {
            chart = moves[key](state, chart);
            const window = windowOf(state, chart);
            expect(window.from).toBeGreaterThanOrEqual(0);
            expect(window.to).toBeLessThanOrEqual(axisEnd(state));
            expect(isWithin(readAt(state, chart)?.toStep ?? stepOf(state), window)).toBe(true);
            if (chart.span !== null) zoomed++;
          }
      }),
      { seed: 23, numRuns: 500 },
    );
    expect(zoomed).toBeGreaterThan(1000);
  });

  test('keep still under a cursor while the run goes on', () => {
    const near = zoomedIn(states[2], { span: null, cursor: 12_000 });
    if (!near) throw new Error('there is something to zoom into');
    const still = windowOf(states[2], near);
    expect(still.to - still.from).toBe(near.span);
    for (const later of states.slice(2)) {
      expect(windowOf(later, near)).toEqual(still);
      expect(readAt(later, near)?.toStep).toBe(12_000);
    }
  });

  test('follow the present without one', () => {
    const near = { span: 10_000, cursor: null };
    for (const state of states.slice(1)) {
      const { from, to } = windowOf(state, near);
      expect(to - from).toBe(10_000);
      expect(stepOf(state)).toBeGreaterThanOrEqual((from + to) / 2);
      expect(stepOf(state)).toBeLessThanOrEqual(to);
    }
  });

  test('are not enlarged beyond what was recorded, and come back to the whole run', () => {
    let chart: ChartView = wholeChart;
    for (let next = zoomedIn(midway, chart); next; next = zoomedIn(midway, chart)) chart = next;
    const window = windowOf(midway, chart);
    expect(
      allBuckets(midway.history).filter(({ toStep }) => isWithin(toStep, window)).length,
    ).toBeLessThanOrEqual(3);
    while (chart.span !== null) chart = zoomedOut(midway, chart);
    expect(windowOf(midway, chart)).toEqual({ from: 0, to: axisEnd(midway) });
  });
});

describe('the cursor', () => {
  test('goes through every record at a width that has a column for each, and stops at both ends', () => {
    const buckets = allBuckets(midway.history);
    const width = axisEnd(midway) / 1000;
    let chart = toggledCursor(midway, wholeChart);
    const read: number[] = [];
    for (let at = 0; at < buckets.length; at++) {
      read.unshift(readAt(midway, chart)?.toStep ?? Number.NaN);
      chart = movedCursor(midway, chart, -1, width);
    }
    expect(read).toEqual(buckets.map(({ toStep }) => toStep));
    expect(readAt(midway, movedCursor(midway, chart, -1, width))?.toStep).toBe(buckets[0].toStep);
    expect(toggledCursor(midway, chart).cursor).toBeNull();
  });

  test('reads the values of its step on every chart, and stands in its column', () => {
    const chart = { span: null, cursor: 30_000 };
    const bucket = readAt(midway, chart);
    if (!bucket) throw new Error('a record at the cursor');
    expect(bucket.toStep).toBe(30_000);
    const { panels } = paintScreen(midway, { columns: 160, rows: 50, view: { chart } });
    const firstMatch = matchSeries({ teacherStrength: [] }, 0, 0);
    const evalLoss = bucket.last[seriesIndex.evalLoss].toExponential(2);
    expect(panels.get('loss')).toContain('at epoch 30 (step 30k)');
    expect(panels.get('loss')).toContain(evalLoss);
    expect(panels.get('curves')).toContain('at 30');
    expect(panels.get('curves')).toContain(`t0 ${bucket.last[firstMatch].toFixed(3)}`);
    expect(panels.get('teachers')).toMatch(/‖v‖ 30 /);
    for (const match of bucket.last.slice(firstMatch))
      expect(panels.get('teachers')).toContain(match.toFixed(3));
    expect(cursorColumn(midway, chart, 100)).toBe(Math.floor((100 * 30_000) / axisEnd(midway)));
    expect(cursorColumn(midway, { span: 10_000, cursor: null }, 100)).toBeNull();
  });

  test('leaves a chart of one width alone at every size', () => {
    for (let columns = 40; columns <= 250; columns += 7)
      for (const chart of [
        { span: 10_000, cursor: 30_000 },
        { span: 10_000, cursor: null },
      ]) {
        const { grid } = paintScreen(midway, { columns, rows: 24, view: { chart, matchAxis: 'log' } });
        for (const line of grid.lines) expect([...line]).toHaveLength(columns);
      }
  });
});

describe.each(matchAxisNames)('the %s axis of the best match', (name) => {
  const axis = matchAxes[name];

  test('keeps order and stays on its scale, fast-check seed 29', () => {
    const anyMatch = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyMatch, anyMatch, (a, b) => {
        expect(Math.sign(axis.heightOf(a) - axis.heightOf(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        expect(axis.heightOf(a)).toBeLessThanOrEqual(axis.scale.high);
      }),
      { seed: 29, numRuns: 1000 },
    );
    expect(axis.heightOf(Number.NaN)).toBeNaN();
  });

  test('labels the threshold first, one tick a row, in the columns of the axis', () => {
    const ticks = matchTicks(axis, 0.95, (height) => Math.round(height * 3));
    expect(ticks[0]).toEqual({ value: axis.heightOf(0.95), label: '0.95' });
    expect(new Set(ticks.map(({ value }) => Math.round(value * 3))).size).toBe(ticks.length);
    for (const { label } of ticks) expect(label.length).toBeLessThanOrEqual(6);
  });
});

test('the log axis of the best match tells 0.999 from 0.9999', () => {
  expect(matchAxes.log.heightOf(0.999)).toBeCloseTo(3, 9);
  expect(matchAxes.log.heightOf(0.9999)).toBeCloseTo(4, 9);
});
