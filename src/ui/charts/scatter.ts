import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import { roundUp } from './ticks/round-steps.js';

/** A student node of the L-shape. */
export type ScatterPoint = {
  readonly correlation: number;
  readonly fanOutNorm: number;
  readonly isAbove: boolean;
};

/** Leftmost correlation: a best match is rarely below. */
const leastCorrelation = 0;
const labelWidth = 5;

/**
 * Student nodes at their best correlation, to the right, and their fan-out norm, upwards: an L where a student has
 * specialized. Source: Tian 2019, Fig. 4.
 */
export const paintScatter = (
  canvas: Canvas,
  points: readonly ScatterPoint[],
  threshold: number,
  drawing: Drawing,
): void => {
  const plot = canvas.region(labelWidth, 0, canvas.width - labelWidth, canvas.height - 1);
  const most = points.reduce((sum, { fanOutNorm }) => Math.max(sum, fanOutNorm), Number.MIN_VALUE);
  const top = Number.isFinite(most) ? roundUp(most) : 1;
  canvas.textBefore(labelWidth - 1, 0, String(top).slice(0, labelWidth - 1), 'dim');
  canvas.text(0, Math.floor(plot.height / 2), drawing.norm, 'dim');
  canvas.textBefore(labelWidth - 1, plot.height - 1, '0', 'dim');
  for (let y = 0; y < plot.height; y++) canvas.text(labelWidth - 1, y, drawing.vertical, 'rule');
  const line = drawing.axisCorner + drawing.horizontal.repeat(plot.width);
  canvas.text(labelWidth - 1, canvas.height - 1, line, 'rule');
  const share = (correlation: number): number => (correlation - leastCorrelation) / (1 - leastCorrelation);
  const name = 'correlation 1';
  canvas.textBefore(canvas.width, canvas.height - 1, name, 'dim');
  for (const value of [0, 0.5]) {
    const x = labelWidth + Math.round(share(value) * (plot.width - 1));
    if (x + 4 <= canvas.width - name.length) canvas.text(x, canvas.height - 1, String(value), 'dim');
  }
  const column = Math.round(share(threshold) * (plot.width - 1));
  for (let y = 0; y < plot.height; y++) plot.text(column, y, drawing.guide, 'rule');
  // A dot a cell: finer ones would move, and be sent, with every frame.
  for (const { correlation, fanOutNorm, isAbove } of points.toSorted(
    (a, b) => Number(a.isAbove) - Number(b.isAbove),
  )) {
    if (!Number.isFinite(correlation) || !Number.isFinite(fanOutNorm)) continue;
    const x = Math.round(Math.max(0, share(correlation)) * (plot.width - 1));
    const y = Math.round((1 - fanOutNorm / top) * (plot.height - 1));
    const { above, below } = drawing.students;
    plot.text(x, y, isAbove ? above : below, isAbove ? 'specialized' : 'partial');
  }
};
