import { describe, expect, test } from 'vitest';
import type { Mark } from '../../../../src/store/past.js';
import { isBroken, startsOf, straightened } from '../../../../src/ui/charts/lines/line-over-time.js';
import { penFor } from '../../../../src/ui/charts/lines/pen.js';
import { Canvas, CellGrid } from '../../../../src/ui/terminal/cells.js';
import { drawings } from '../../../../src/ui/terminal/drawing.js';

const mark = (step: number, kind: Mark['kind'] = 'perturbed'): Mark => ({ step, kind });

/** Records at 0, 3 and 8 of an axis to 10, the last one ten times as high. */
const steps = [0, null, null, 3, null, null, null, null, 8, null];
const values = steps.map((step) => (step === null ? null : step === 8 ? 10 : 1));
const window = { from: 0, to: 10 };

describe('a line over time', () => {
  test('holds its value up to the first record after a change, and bridges what lies between others', () => {
    const starts = startsOf(steps, [mark(8)], window);
    expect([...starts]).toEqual([8]);
    expect(straightened(values, starts).slice(0, 9)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 10]);
    expect(straightened(values)[7]).toBeCloseTo(8.2, 12);
  });

  test.each(['perturbed', 'undone', 'redone', 'rewound', 'control-promoted'] as const)(
    'is broken where a run is %s: the record at its step comes after it',
    (kind) => {
      expect([2, 3, 5, 8, 9].map((step) => isBroken([mark(step, kind)], 3, 8))).toEqual([
        ...[false, false, true, true, false],
      ]);
    },
  );

  test('goes on through a change of the rate at a record, which is not changed yet, and where a control starts', () => {
    expect(isBroken([mark(5, 'learning-rate')], 3, 8)).toBe(true);
    expect(isBroken([mark(8, 'learning-rate')], 3, 8)).toBe(false);
    expect([...startsOf(steps, [mark(8, 'learning-rate')], window)]).toEqual([]);
    expect(isBroken([mark(5, 'control-started')], 3, 8)).toBe(false);
  });

  test.each(['plain', 'braille'] as const)(
    'has no stroke of a jump before its column, drawn %s',
    (choice) => {
      const grid = new CellGrid(10, 6);
      const pen = penFor(new Canvas(grid), { low: 1, high: 10 }, drawings.utf8, choice);
      const each = pen.places / 10;
      const fine = values.flatMap((value) => [...new Array(each - 1).fill(null), value]);
      const starts = new Set([9 * each - 1]);
      pen.line({ values: straightened(fine, starts), starts }, 'train');
      const inked = grid.lines.map((line) => line.search(/[^ ]/));
      expect(inked.slice(0, 5)).toEqual([8, -1, -1, -1, -1]);
    },
  );
});
