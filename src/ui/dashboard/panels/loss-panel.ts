import { allBuckets, type Bucket, controlFrameOf, seriesIndex } from '../../../store/index.js';
import { compact, loss } from '../../../words/index.js';
import { paintLine, paintSpan } from '../../charts/chart.js';
import {
  cursorLabel,
  markLegend,
  paintAxes,
  paintCursor,
  paintMarkGuides,
  valueAxisWidth,
} from '../../charts/chart-axes.js';
import { cursorColumn, readAt, windowOf } from '../../charts/chart-view.js';
import { type LossAxis, lossAxes } from '../../charts/loss-axis.js';
import { smoothed } from '../../charts/smoothing.js';
import { lineOf, mergedColumns } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Scene } from '../scene.js';
import type { View } from '../view.js';

type Span = readonly [minimum: number, maximum: number];

/** Extremes of a column as the axis has them, minibatches included; null where there is none. */
const spanOf = ({ heightOf }: LossAxis, bucket: Bucket | null): Span | null => {
  if (!bucket) return null;
  const { trainLoss, leastBatchLoss, greatestBatchLoss } = seriesIndex;
  const finite = [trainLoss, leastBatchLoss, greatestBatchLoss]
    .flatMap((series) => [heightOf(bucket.minimum[series]), heightOf(bucket.maximum[series])])
    .filter(Number.isFinite);
  return finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : null;
};

/** Columns without a frame get the next one's range: it covers the minibatches since the frame before. */
const fillBackwards = (spans: readonly (Span | null)[]): (Span | null)[] => {
  const filled = [...spans];
  const first = spans.findIndex((span) => span !== null);
  for (let at = spans.length - 2; at > first; at--) filled[at] ??= filled[at + 1];
  return filled;
};

/** What the cursor reads: the losses, and the range of the minibatches, where there is room. */
const readings = ({ state, view, drawing }: Scene): Pieces[] => {
  const read = readAt(state, view.chart);
  if (!read || !state.header) return [];
  const { trainLoss, evalLoss, leastBatchLoss, greatestBatchLoss } = seriesIndex;
  const place: Pieces = [[cursorLabel(state.header, read.toStep), 'focus']];
  const losses: Pieces = [
    ['  train ', 'train'],
    [loss(read.last[trainLoss]), 'train'],
    ['  eval ', 'evaluation'],
    [loss(read.last[evalLoss]), 'evaluation'],
  ];
  const range: Pieces = [
    [`  ${drawing.span}`, 'span'],
    [` ${loss(read.minimum[leastBatchLoss])} to ${loss(read.maximum[greatestBatchLoss])}`, 'dim'],
  ];
  const short: Pieces = [[`at ${compact(read.toStep)}`, 'focus']];
  return [
    [...place, ...losses, ...range],
    [...place, ...losses],
    [...short, ...losses],
    [...short, ...losses.slice(0, 2)],
    losses.slice(2),
    short,
  ];
};

const asides = (scene: Scene): Pieces[] =>
  scene.view.chart.cursor === null ? latestLosses(scene) : readings(scene);

const latestLosses = ({ state, drawing }: Scene): Pieces[] => {
  const { frame, marks } = state;
  if (!frame) return [];
  const values: Pieces = [
    ['train ', 'train'],
    [loss(frame.trainLoss), 'train'],
    ['  eval ', 'evaluation'],
    [loss(frame.evalLoss), 'evaluation'],
  ];
  const control = controlFrameOf(state);
  const untouched: Pieces = control
    ? [
        ['  control ', 'control'],
        [loss(control.evalLoss), 'control'],
      ]
    : [];
  const top = frame.topAgreement;
  const agreement: Pieces = top
    ? [[`  top-1 ${top[0].toFixed(0)}%  top-${top.length} ${top[top.length - 1].toFixed(0)}%`, 'evaluation']]
    : [];
  const legend = markLegend(marks).map((meaning): Pieces[number] => [`${meaning}  `, 'mark']);
  const batch: Pieces = [
    [drawing.span, 'span'],
    [' minibatches  ', 'dim'],
  ];
  return [
    [...legend, ...batch, ...values, ...untouched, ...agreement],
    [...legend, ...values, ...untouched, ...agreement],
    [...values, ...untouched, ...agreement],
    [...values, ...untouched],
    ...(control ? [[['eval ', 'evaluation'] as const, values[3], ...untouched]] : []),
    values,
    values.slice(0, 2),
  ];
};

/** Says where the chart is not as it is at first. */
const titleOf = ({ lossAxis, smoothing, chart }: View): string =>
  [
    'loss',
    lossAxis === 'log' ? '' : lossAxis,
    smoothing === 0 ? '' : `smoothed ${smoothing}`,
    chart.span === null ? '' : 'zoomed',
  ]
    .filter(Boolean)
    .join(', ');

/**
 * Train and evaluation loss over the whole run, the range of the minibatches behind them, and the evaluation loss of a
 * control, on the axis and with the smoothing that the view asks for.
 */
export const paintLoss = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing, view } = scene;
  const axis = lossAxes[view.lossAxis];
  const inner = paintFrame(canvas, scene, { title: titleOf(view), id: 'loss', aside: asides(scene) });
  const window = windowOf(state, view.chart);
  const width = inner.width - valueAxisWidth;
  if (width < 2 || inner.height < 3) return;
  const columns = mergedColumns(allBuckets(state.history), window, width);
  const spans = fillBackwards(columns.map((column) => spanOf(axis, column)));
  const line = (from: readonly (Bucket | null)[], series: number): number[] =>
    smoothed(
      lineOf(from, (bucket) => axis.heightOf(bucket.last[series])),
      view.smoothing,
    );
  const evaluation = line(columns, seriesIndex.evalLoss);
  const train = line(columns, seriesIndex.trainLoss);
  const control = state.control
    ? line(mergedColumns(allBuckets(state.control.history), window, width), seriesIndex.evalLoss)
    : [];
  const scale = axis.scaleOf([...evaluation, ...train, ...control, ...spans.flatMap((span) => span ?? [])]);
  const plot = paintAxes(inner, state, window, drawing, axis.ticksOf(scale, inner.height - 1), scale);
  spans.forEach((span, column) => {
    if (span) paintSpan(plot, column, span, scale, drawing);
  });
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, width), drawing);
  paintLine(plot, evaluation, scale, drawing, 'evaluation');
  paintLine(plot, train, scale, drawing, 'train');
  if (control.length > 0) paintLine(plot, control, scale, drawing, 'control');
};
