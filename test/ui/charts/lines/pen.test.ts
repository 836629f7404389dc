import { describe, expect, test } from 'vitest';
import { rowOf } from '../../../../src/ui/charts/chart.js';
import { noStarts } from '../../../../src/ui/charts/lines/line-over-time.js';
import { penFor } from '../../../../src/ui/charts/lines/pen.js';
import { Canvas, CellGrid } from '../../../../src/ui/terminal/cells.js';
import { drawings } from '../../../../src/ui/terminal/drawing.js';

const scale = { low: 0, high: 1 };

const drawn = (rows: number, values: (places: number) => number[]): string[] => {
  const grid = new CellGrid(10, rows);
  const pen = penFor(new Canvas(grid), scale, drawings.utf8, 'braille');
  pen.line({ values: values(pen.places), starts: noStarts }, 'train');
  return grid.lines;
};

describe('a fine line', () => {
  test.each([1, 2, 5, 12])('stands in the cells of a plain one, %i rows', (rows) => {
    for (const value of [0, 0.3, 0.7, 1]) {
      const lines = drawn(rows, (places) => new Array(places).fill(value));
      const inked = lines.flatMap((line, y) => (/[\u2801-\u28ff]/.test(line) ? [y] : []));
      expect(inked).toHaveLength(1);
      if (rows > 1) expect(Math.abs(inked[0] - rowOf(value, scale, rows))).toBeLessThanOrEqual(1);
    }
  });

  test('has no gap where it rises, and one where there is no value', () => {
    const steep = drawn(6, (places) => Array.from({ length: places }, (_, at) => (at < places / 2 ? 0 : 1)));
    expect(steep.every((line) => /[\u2801-\u28ff]/.test(line))).toBe(true);
    const broken = drawn(1, (places) => Array.from({ length: places }, (_, at) => (at < 8 ? 1 : Number.NaN)));
    expect(broken[0].trimEnd()).toHaveLength(4);
  });

  test('leaves the dots of the line below it', () => {
    const grid = new CellGrid(1, 1);
    const pen = penFor(new Canvas(grid), scale, drawings.utf8, 'braille');
    pen.line({ values: [0, 0], starts: noStarts }, 'train');
    pen.line({ values: [1, 1], starts: noStarts }, 'evaluation');
    expect(grid.lines[0]).toBe('⣉');
  });
});

test('is drawn by itself where there are fewer than 8 rows, never in ASCII', () => {
  const placesOf = (rows: number, set: 'utf8' | 'ascii', choice: 'auto' | 'braille' | 'plain'): number =>
    penFor(new Canvas(new CellGrid(10, rows)), scale, drawings[set], choice).places;
  expect([7, 8].map((rows) => placesOf(rows, 'utf8', 'auto'))).toEqual([20, 10]);
  expect(placesOf(20, 'utf8', 'braille')).toBe(20);
  expect(placesOf(4, 'utf8', 'plain')).toBe(10);
  expect(placesOf(4, 'ascii', 'braille')).toBe(10);
});
