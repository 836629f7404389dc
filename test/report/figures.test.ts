import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/protocol/frame.js';
import { wrapped } from '../../src/report/figures/figure.js';
import { logTicks } from '../../src/report/figures/log-axis.js';
import { statementFigures } from '../../src/report/figures/run/statements-figure.js';
import { notMeasuredTables } from '../../src/report/tables/not-measured-table.js';
import { recordRun } from '../support/small-run.js';

describe('ticks of a log axis', () => {
  test('are powers of ten, of which some are left out where there are many', () => {
    expect(logTicks([1e-3, 0.02, 5], 5)).toEqual([1e-3, 0.01, 0.1, 1]);
    expect(logTicks([1e-9, 1], 4)).toEqual([1e-9, 1e-6, 1e-3, 1]);
  });

  test('are finer over less than two of them', () => {
    expect(logTicks([0.4, 3], 5)).toEqual([0.5, 1, 2]);
    expect(logTicks([0.82, 1.11], 5)).toEqual([0.9, 1, 1.1]);
    expect(logTicks([0.03], 5)).toEqual([0.03]);
  });

  test('have no place for what is not above 0', () => {
    expect(logTicks([0, -1, Number.NaN, Number.POSITIVE_INFINITY], 5)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), { minLength: 1 }), (values) => {
        const ticks = logTicks(values, 5);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(Math.min(...values) * (1 - 1e-12));
          expect(tick).toBeLessThanOrEqual(Math.max(...values) * (1 + 1e-12));
        }
        if (Math.max(...values) > 1.01 * Math.min(...values)) expect(ticks.length).toBeGreaterThan(1);
      }),
      { seed: 17 },
    );
  });
});

test('headings are cut into lines between words', () => {
  expect(wrapped('one two three', 7, { character: 1 })).toEqual(['one two', 'three']);
  expect(wrapped('overlong word', 4, { character: 1 })).toEqual(['overlong', 'word']);
});

const runOf = (change: (frame: Frame) => Frame) => {
  const { run, messages } = recordRun({ statements: true, frameEvery: 50, epochs: 1 });
  const frames = messages.filter((message) => message.type === 'frame').map(change);
  return { path: '', name: 'a run', header: run.header, frames, marks: [], notes: [] };
};

test('a statement without a value says why in its place', () => {
  const [figure] = statementFigures(
    runOf(({ statements, ...frame }) => {
      if (typeof statements !== 'object') throw new Error('no statements');
      return { ...frame, statements: { ...statements, missing: { form: 'for no reason' } } };
    }),
    'run',
    0.95,
  );
  expect(figure.svg.markup).toContain('>for no reason<');
});

test('what a run was asked for and could not measure is a row, with the reason', () => {
  const missing = runOf((frame) => ({ ...frame, curvature: 'too large', statements: 'no ReLU' }));
  expect(notMeasuredTables([missing]).map(({ rows }) => rows)).toEqual([
    [
      ['a run', "the paper's statements", 'no ReLU'],
      ['a run', 'curvature', 'too large'],
    ],
  ]);
  expect(notMeasuredTables([runOf((frame) => frame)])).toEqual([]);
});
