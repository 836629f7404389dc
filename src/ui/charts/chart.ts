import { plot } from 'asciichart';
import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import type { Role } from '../terminal/theme.js';
import type { TimeLine } from './lines/line-over-time.js';

/** The values at the bottom and at the top row of a chart. */
export type Scale = { readonly low: number; readonly high: number };

/** Height of a value above the bottom row, in rows; not rounded. */
const heightOf = (value: number, { low, high }: Scale, rows: number): number =>
  ((value - low) / (high - low)) * (rows - 1);

/** Row of a value, counted from the top and kept inside the chart. */
export const rowOf = (value: number, scale: Scale, rows: number): number =>
  rows - 1 - Math.max(0, Math.min(rows - 1, Math.round(heightOf(value, scale, rows))));

/** Columns that asciichart spends on its own axis, which is not shown. */
const offset = 2;

/** Draws one value a column as a line that begins anew in the columns `starts`; NaN is a gap. */
export const paintLine = (
  canvas: Canvas,
  { values, starts }: TimeLine,
  scale: Scale,
  drawing: Drawing,
  role: Role,
): void => {
  const rows = canvas.height;
  if (rows < 2) return;
  const heights = values.map((value) => Math.max(0, Math.min(rows - 1, heightOf(value, scale, rows))));
  for (const { start, segment } of unbroken(heights, starts)) {
    const text = plot([...segment, segment[segment.length - 1]], {
      min: 0,
      max: rows - 1,
      height: rows - 1,
      offset,
      symbols: drawing.chart,
      format: () => ' ',
    });
    paintPlot(canvas, start, text, role);
  }
};

/** Runs of values without a gap and without a start among them. */
const unbroken = (
  values: readonly number[],
  starts: ReadonlySet<number>,
): { start: number; segment: number[] }[] => {
  const runs: { start: number; segment: number[] }[] = [];
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const latest = runs.at(-1);
    if (latest && latest.start + latest.segment.length === at && !starts.has(at)) latest.segment.push(value);
    else runs.push({ start: at, segment: [value] });
  });
  return runs;
};

const paintPlot = (canvas: Canvas, start: number, plotted: string, role: Role): void => {
  plotted.split('\n').forEach((line, y) => {
    [...line].slice(offset).forEach((character, x) => {
      if (character !== ' ') canvas.text(start + x, y, character, role);
    });
  });
};

/** Draws a bar between two values in one column, as far as it is on the scale. */
export const paintSpan = (
  canvas: Canvas,
  column: number,
  range: readonly [minimum: number, maximum: number],
  scale: Scale,
  drawing: Drawing,
): void => {
  if (range[1] < scale.low || range[0] > scale.high) return;
  const bottom = rowOf(range[0], scale, canvas.height);
  for (let y = rowOf(range[1], scale, canvas.height); y <= bottom; y++)
    canvas.text(column, y, drawing.span, 'span');
};
