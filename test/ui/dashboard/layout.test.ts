import { describe, expect, test } from 'vitest';
import {
  type Layout,
  layoutFor,
  placedPanels,
  smallestSize,
  wholeLayoutFor,
} from '../../../src/ui/dashboard/layout.js';
import { noContents } from '../../../src/ui/dashboard/stacks/panel-size.js';
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

/** Panels that leave the screen, the footer's row not theirs, and pairs of panels that share a cell. */
const misplaced = (layout: Layout): string[] => {
  const panels = placedPanels(layout);
  const outside = panels.filter(
    ({ left, top, width, height }) =>
      left < 0 || top < 0 || left + width > layout.columns || top + height > layout.rows - 1,
  );
  const covering = panels.flatMap((one, at) =>
    panels
      .slice(at + 1)
      .filter(
        (other) =>
          one.left < other.left + other.width &&
          other.left < one.left + one.width &&
          one.top < other.top + other.height &&
          other.top < one.top + one.height,
      )
      .map((other) => `${one.id} covers ${other.id}`),
  );
  return [...outside.map(({ id }) => `${id} leaves the screen`), ...covering];
};

/** What is wrong at each width where something is. */
const faultsByWidth = (layoutAt: (columns: number) => Layout | null): string[] =>
  widths.flatMap((columns) => {
    const layout = layoutAt(columns);
    return layout ? misplaced(layout).map((fault) => `${columns} columns: ${fault}`) : [];
  });

describe.each(networks)('$name at 40 to 250 columns', ({ m, n, layers }) => {
  test.each(heights)('%d rows: no panel leaves the screen or covers another', (rows) => {
    expect(
      widths.filter(
        (columns) => layoutFor(columns, rows, { ...noContents, teachers: m, students: n, layers }) === null,
      ),
    ).toEqual([]);
    expect(
      faultsByWidth((columns) =>
        layoutFor(columns, rows, { ...noContents, teachers: m, students: n, layers }),
      ),
    ).toEqual([]);
  });

  test('the theory has all of it too', () => {
    expect(faultsByWidth((columns) => wholeLayoutFor('theory', columns, 24))).toEqual([]);
  });
});

test('below the smallest size there is no layout, at it there is one', () => {
  const { columns, rows } = smallestSize;
  expect(layoutFor(columns - 1, rows, { ...noContents, teachers: 10, students: 50 })).toBe(null);
  expect(layoutFor(columns, rows - 1, { ...noContents, teachers: 10, students: 50 })).toBe(null);
  expect(layoutFor(columns, rows, { ...noContents, teachers: 10, students: 50 })).not.toBe(null);
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
