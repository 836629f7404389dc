import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialState, reduce } from '../../../../src/store/state.js';
import { multiplesOf, roundUp } from '../../../../src/ui/charts/ticks/round-steps.js';
import { timeText, timeTicks } from '../../../../src/ui/charts/ticks/time-ticks.js';
import { tickedScale } from '../../../../src/ui/charts/ticks/value-scale.js';
import { axisEnd } from '../../../../src/ui/charts/time-axis.js';
import { syntheticHeader, syntheticMessages } from '../../../support/synthetic-run.js';

const header = syntheticHeader({});

test('round numbers are 1, 2 or 5 times a power of ten', () => {
  expect([0.3, 1, 1.1, 3, 7, 0.02, 2e-7].map(roundUp)).toEqual([0.5, 1, 2, 5, 10, 0.02, 2e-7]);
  expect(multiplesOf(5, 3, 20)).toEqual([5, 10, 15, 20]);
});

test('ticks stand equally many rows apart on a scale that holds the range, fast-check seed 43', () => {
  const anyRange = fc.record({
    low: fc.double({ min: -12, max: 3, noNaN: true }),
    span: fc.double({ min: 1.3, max: 12, noNaN: true }),
    rows: fc.integer({ min: 3, max: 40 }),
  });
  fc.assert(
    fc.property(anyRange, ({ low, span, rows }) => {
      const found = tickedScale({ low, high: low + span }, rows, [1, 2, 3, 5, 10, 20, 50]);
      expect(found).not.toBeNull();
      if (!found) return;
      const { scale, ticks } = found;
      expect(scale.low).toBeLessThanOrEqual(low + 1e-6);
      expect(scale.high).toBeGreaterThanOrEqual(low + span - 1e-6);
      const rowsOf = ticks.map((tick) => ((tick - scale.low) / (scale.high - scale.low)) * (rows - 1));
      for (const row of rowsOf) expect(Math.abs(row - Math.round(row))).toBeLessThan(1e-6);
      const gaps = new Set(rowsOf.slice(1).map((row, at) => Math.round(row - rowsOf[at])));
      expect(gaps.size).toBeLessThanOrEqual(1);
    }),
    { seed: 43, numRuns: 500 },
  );
});

test('from ten rows on no more than a third of them are empty, fast-check seed 53', () => {
  const anyRange = fc.record({
    low: fc.double({ min: -12, max: 0, noNaN: true }),
    span: fc.double({ min: 1.3, max: 9, noNaN: true }),
    rows: fc.integer({ min: 10, max: 40 }),
  });
  fc.assert(
    fc.property(anyRange, ({ low, span, rows }) => {
      const { scale } = tickedScale({ low, high: low + span }, rows, [1, 2, 3, 5, 10, 20, 50]) ?? {};
      expect(scale).toBeDefined();
      if (!scale) return;
      const empty = 1 - span / (scale.high - scale.low);
      expect(empty).toBeLessThanOrEqual(1 / 3 + 1 / rows);
    }),
    { seed: 53, numRuns: 500 },
  );
});

test('a moment just behind a whole epoch is told as that epoch', () => {
  const moments = [36_000, 36_003, 36_120].map((step) => timeText(step, header, 'epochs'));
  expect(moments).toEqual(['36', '36', '36.1']);
});

test('labels of the time axis are round, in their order, and never overlap, fast-check seed 47', () => {
  const anyWindow = fc.record({
    from: fc.nat(50_000),
    span: fc.integer({ min: 10, max: 10_000_000 }),
    width: fc.integer({ min: 12, max: 200 }),
    unit: fc.constantFrom('epochs', 'steps'),
  });
  fc.assert(
    fc.property(anyWindow, ({ from, span, width, unit }) => {
      const free = width - 8;
      const ticks = timeTicks({ from, to: from + span }, header, unit, { width, free });
      ticks.slice(1).forEach((tick, at) => {
        expect(tick.from).toBeGreaterThan(ticks[at].from + ticks[at].label.length);
      });
      expect(ticks.every((tick) => tick.from + tick.label.length <= free)).toBe(true);
    }),
    { seed: 47, numRuns: 500 },
  );
});

test('a moment is said in the unit of the charts', () => {
  expect(timeText(12_500, header, 'epochs')).toBe('12.5');
  expect(timeText(12_500, header, 'steps')).toBe('12.5k');
});

test('never more than a third of the time axis is empty once there are a few frames', () => {
  let [state, few] = [initialState, 3];
  for (const message of syntheticMessages()) {
    state = reduce(state, message);
    if (message.type !== 'frame' || few-- > 0) continue;
    expect(axisEnd(state)).toBeGreaterThanOrEqual(message.step);
    expect(message.step / axisEnd(state)).toBeGreaterThanOrEqual(2 / 3 - 1e-9);
  }
  expect(axisEnd(state)).toBe(100 * header.frameEvery);
});
