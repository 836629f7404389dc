import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOf } from '../../../src/ui/charts/chart.js';
import { smoothed } from '../../../src/ui/charts/lines/smoothing.js';
import { lossAxes, lossAxisNames } from '../../../src/ui/charts/loss-axis.js';

const anyLoss = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.constantFrom(0, 1e-10, 1e-300, Number.NaN, Number.POSITIVE_INFINITY),
);

describe.each(lossAxisNames)('the %s axis', (name) => {
  const axis = lossAxes[name];

  test('has a scale that holds all losses, with ticks inside it, fast-check seed 17', () => {
    fc.assert(
      fc.property(fc.array(anyLoss, { maxLength: 50 }), fc.integer({ min: 2, max: 40 }), (losses, rows) => {
        const values = losses.map(axis.heightOf);
        const { scale, ticks } = axis.fit(values, rows);
        expect(scale.low).toBeLessThan(scale.high);
        for (const value of values.filter(Number.isFinite)) {
          expect(value).toBeGreaterThanOrEqual(scale.low);
          expect(value).toBeLessThanOrEqual(scale.high);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(Math.max(3, rows));
        for (const { value, label } of ticks) {
          expect(value).toBeGreaterThanOrEqual(scale.low);
          expect(value).toBeLessThanOrEqual(scale.high);
          expect(label.length).toBeLessThanOrEqual(6);
        }
      }),
      { seed: 17, numRuns: 1000 },
    );
  });
});

test('the log axis tells losses apart down to 1e-10 and below', () => {
  const { heightOf } = lossAxes.log;
  expect(heightOf(1e-10)).toBeCloseTo(-10, 12);
  expect(heightOf(1e-11)).toBeLessThan(heightOf(1e-10));
  expect(heightOf(0)).toBe(-12);
});

test('the log axis leaves at most a quarter of its rows empty, on however few, fast-check seed 23', () => {
  const range = fc.tuple(
    fc.double({ min: -8, max: 0, noNaN: true }),
    fc.double({ min: 0.4, max: 8, noNaN: true }),
  );
  fc.assert(
    fc.property(range, fc.integer({ min: 2, max: 40 }), ([low, decades], rows) => {
      const { scale } = lossAxes.log.fit([low, low + decades], rows);
      expect(decades / (scale.high - scale.low)).toBeGreaterThan(0.74);
    }),
    { seed: 23, numRuns: 2000 },
  );
});

test('rows between ticks of the log axis tell ratios: equal ones are equally far apart, fast-check seed 29', () => {
  const range = fc.tuple(
    fc.double({ min: -8, max: 0, noNaN: true }),
    fc.double({ min: 0.02, max: 8, noNaN: true }),
  );
  fc.assert(
    fc.property(range, fc.integer({ min: 2, max: 40 }), ([low, decades], rows) => {
      const { scale, ticks } = lossAxes.log.fit([low, low + decades], rows);
      const perRow = (scale.high - scale.low) / (rows - 1);
      const gaps = ticks.slice(1).map(({ value }, at) => ({
        rows: rowOf(ticks[at].value, scale, rows) - rowOf(value, scale, rows),
        exact: (value - ticks[at].value) / perRow,
      }));
      for (const gap of gaps) {
        expect(gap.rows).toBeGreaterThan(0);
        // Two ticks alone are compared with nothing.
        if (gaps.length < 2) continue;
        expect(Math.abs(gap.rows / gap.exact - 1)).toBeLessThan(0.21);
        for (const other of gaps)
          if (Math.abs(other.exact - gap.exact) < 1e-6) expect(other.rows).toBe(gap.rows);
      }
    }),
    { seed: 29, numRuns: 2000 },
  );
});

test('a decade in eight rows has its ends for ticks, in ten 1, 2 and 5 as well', () => {
  const labels = (rows: number) =>
    lossAxes.log.fit([Math.log10(0.055), Math.log10(0.95)], rows).ticks.map(({ label }) => label);
  expect(labels(8)).toEqual(['0.1', '1']);
  expect(labels(10)).toEqual(['0.1', '0.2', '0.5', '1']);
});

test('the linear axis leaves at most a quarter of its rows empty, on however few, fast-check seed 31', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -6, max: 2, noNaN: true }),
      fc.integer({ min: 2, max: 40 }),
      (power, rows) => {
        const most = 10 ** power;
        const { scale, ticks } = lossAxes.linear.fit([0, most], rows);
        expect(most / scale.high).toBeGreaterThan(0.74);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        const gaps = ticks
          .slice(1)
          .map(({ value }, at) => rowOf(ticks[at].value, scale, rows) - rowOf(value, scale, rows));
        expect(new Set(gaps).size).toBe(1);
      },
    ),
    { seed: 31, numRuns: 1000 },
  );
});

describe('smoothing', () => {
  test('with weight 0 changes nothing, and leaves a constant as it is whatever the weight', () => {
    expect(smoothed([3, Number.NaN, 1], 0)).toEqual([3, Number.NaN, 1]);
    for (const weight of [0.6, 0.9])
      for (const value of smoothed([2, 2, 2, 2], weight)) expect(value).toBeCloseTo(2, 12);
  });

  test('goes on after a value that is not finite as if it had not been there', () => {
    const { POSITIVE_INFINITY: infinite } = Number;
    const [first, , third] = smoothed([1, infinite, 3], 0.6);
    expect([first, third]).toEqual(smoothed([1, 3], 0.6));
  });

  test('is the weighted mean of all values so far, gaps left out, fast-check seed 19', () => {
    const value = fc.oneof(fc.double({ min: -20, max: 20, noNaN: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.constantFrom(0.6, 0.9), (line, weight) => {
        smoothed(line, weight).forEach((got, at) => {
          const before = line.slice(0, at + 1).filter((each) => !Number.isNaN(each));
          if (Number.isNaN(line[at])) {
            expect(got).toBeNaN();
            return;
          }
          const weights = before.map((_, index) => weight ** (before.length - 1 - index));
          const total = weights.reduce((sum, each) => sum + each, 0);
          const mean = before.reduce((sum, each, index) => sum + each * weights[index], 0) / total;
          expect(got).toBeCloseTo(mean, 9);
        });
      }),
      { seed: 19, numRuns: 300 },
    );
  });
});
