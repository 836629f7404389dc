import { describe, expect, test } from 'vitest';
import {
  type Layout,
  layoutFor,
  placedPanels,
  smallestSize,
  wholeLayoutFor,
} from '../../../src/ui/dashboard/layout.js';
import { compose, panelMarker } from '../../../src/ui/screen/compose.js';
import { CellGrid } from '../../../src/ui/terminal/cells.js';

const networks = [
  { name: 'two nodes', m: 2, n: 2, layers: 1 },
  { name: 'the quick start', m: 10, n: 50, layers: 1 },
  { name: 'a large student', m: 30, n: 600, layers: 1 },
  { name: 'four layers', m: 25, n: 250, layers: 4 },
] as const;
const heights = [12, 13, 15, 16, 24, 29, 30, 40, 50, 70, 120];
const widths = Array.from({ length: 211 }, (_, at) => 40 + at);

/** How often each cell of the screen but the footer's belongs to a panel. */
const coverage = (layout: Layout): Uint8Array => {
  const covered = new Uint8Array(layout.columns * layout.rows);
  for (const { left, top, width, height } of placedPanels(layout))
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) {
        expect(x >= 0 && x < layout.columns && y >= 0 && y < layout.rows - 1).toBe(true);
        covered[y * layout.columns + x]++;
      }
  return covered;
};

describe.each(networks)('$name at 40 to 250 columns', ({ m, n, layers }) => {
  test.each(heights)('%d rows: no panel leaves the screen or covers another', (rows) => {
    for (const columns of widths) {
      const layout = layoutFor(columns, rows, m, n, layers);
      expect(layout).not.toBe(null);
      if (layout) expect(Math.max(...coverage(layout)), `${columns} columns`).toBe(1);
    }
  });

  test('the theory has all of it too', () => {
    for (const columns of widths) {
      const layout = wholeLayoutFor('theory', columns, 24);
      if (layout) expect(Math.max(...coverage(layout)), `${columns} columns`).toBe(1);
    }
  });
});

test('below the smallest size there is no layout, at it there is one', () => {
  const { columns, rows } = smallestSize;
  expect(layoutFor(columns - 1, rows, 10, 50)).toBe(null);
  expect(layoutFor(columns, rows - 1, 10, 50)).toBe(null);
  expect(layoutFor(columns, rows, 10, 50)).not.toBe(null);
});

test('an overlay hides what is painted beneath it', () => {
  const template = new CellGrid(4, 1);
  [...`${panelMarker('loss').repeat(2)}ab`].forEach((character, at) => {
    template.codePoints[at] = character.codePointAt(0) ?? 0;
  });
  const panel = { id: 'loss', left: 0, top: 0, width: 4, height: 1 } as const;
  const painted = compose(template, [panel], (_, canvas) => canvas.text(0, 0, 'wxyz', 'text'));
  expect(String.fromCodePoint(...painted.codePoints)).toBe('wxab');
});
