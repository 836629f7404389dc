import { allBuckets, matchSeries } from '../../../store/index.js';
import { compact, judged } from '../../../words/index.js';
import { paintLine, rowOf } from '../../charts/chart.js';
import {
  cursorLabel,
  paintAxes,
  paintCursor,
  paintMarkGuides,
  valueAxisWidth,
} from '../../charts/chart-axes.js';
import { cursorColumn, readAt, windowOf } from '../../charts/chart-view.js';
import { matchAxes, matchTicks } from '../../charts/match-axis.js';
import { smoothed } from '../../charts/smoothing.js';
import { lastColumns, lineOf } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { strengthRole } from '../../terminal/theme.js';
import { layerTitle, type Scene, shownLayer } from '../scene.js';

const strengthLegend: Pieces = [
  ['strong ', 'strength0'],
  ['to ', 'dim'],
  ['weak teacher nodes', 'strength5'],
];

/** What the cursor reads: the best match of as many teacher nodes as there is room for, strong ones first. */
const readings = (scene: Scene): Pieces[] => {
  const { state, view } = scene;
  const read = readAt(state, view.chart);
  const shown = shownLayer(scene);
  const { header } = state;
  if (!read || !shown || !header) return [];
  const values = shown.teachers.map((teacher, rank): Pieces[number] => [
    `  ${teacher}: ${judged(read.last[matchSeries(state, view.layer, teacher)], state.threshold)}`,
    strengthRole(rank, shown.teachers.length),
  ]);
  const place: Pieces = [[cursorLabel(header, read.toStep), 'focus']];
  const short: Pieces = [[`at ${compact(read.toStep)}`, 'focus']];
  const fewer = values.map((_, missing): Pieces => [...short, ...values.slice(0, values.length - missing)]);
  return [[...place, ...values], ...fewer, short];
};

/**
 * The best match of every teacher node over the run, coloured by strength, the threshold a dotted line, on the axis
 * and with the smoothing that the view asks for.
 */
export const paintCurves = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing, view } = scene;
  const inner = paintFrame(canvas, scene, {
    title: layerTitle(`best match over time${view.matchAxis === 'log' ? ', log of 1 - it' : ''}`, scene),
    id: 'curves',
    aside: view.chart.cursor === null ? [strengthLegend] : readings(scene),
  });
  const shown = shownLayer(scene);
  const width = inner.width - valueAxisWidth;
  if (!shown || !state.header || width < 2 || inner.height < 3) return;
  const { threshold } = state;
  const axis = matchAxes[view.matchAxis];
  const { scale } = axis;
  const window = windowOf(state, view.chart);
  const ticks = matchTicks(axis, threshold, (height) => rowOf(height, scale, inner.height - 1));
  const plot = paintAxes(inner, state, window, drawing, ticks, scale);
  const thresholdRow = rowOf(axis.heightOf(threshold), scale, plot.height);
  for (let x = 0; x < width; x += 2) plot.text(x, thresholdRow, drawing.dot, 'dim');
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, width), drawing);
  const columns = lastColumns(allBuckets(state.history), window, width);
  const count = shown.teachers.length;
  for (let rank = count - 1; rank >= 0; rank--) {
    const series = matchSeries(state, view.layer, shown.teachers[rank]);
    const line = lineOf(columns, (bucket) => axis.heightOf(bucket.last[series]));
    paintLine(plot, smoothed(line, view.smoothing), scale, drawing, strengthRole(rank, count));
  }
};
