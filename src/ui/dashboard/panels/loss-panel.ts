import { predictedOf } from '../../../protocol/index.js';
import { allBuckets, type Bucket, controlFrameOf, controlSeries, seriesIndex } from '../../../store/index.js';
import { loss } from '../../../words/index.js';
import { paintSpan } from '../../charts/chart.js';
import {
  cursorLabel,
  markLegend,
  paintAxes,
  paintCursor,
  paintMarkGuides,
  paintMarkLetters,
  valueAxisWidth,
} from '../../charts/chart-axes.js';
import { cursorColumn, readAt, windowOf } from '../../charts/chart-view.js';
import { type LossAxis, lossAxes } from '../../charts/loss-axis.js';
import { penFor } from '../../charts/pen.js';
import { smoothed } from '../../charts/smoothing.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { columnOf, isWithin, lastColumns, lineOf, type TimeWindow } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Scene } from '../scene.js';
import type { View } from '../view.js';

type Span = readonly [minimum: number, maximum: number];

const spannedSeries = [seriesIndex.trainLoss, seriesIndex.leastBatchLoss, seriesIndex.greatestBatchLoss];

/** Extremes of each column of a chart as the axis has them, minibatches included; null where there is none. */
const spansOf = (
  { heightOf }: LossAxis,
  buckets: readonly Bucket[],
  window: TimeWindow,
  width: number,
): (Span | null)[] => {
  const low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  for (const { toStep, minimum, maximum } of buckets) {
    if (!isWithin(toStep, window)) continue;
    const column = columnOf(toStep, window, width);
    for (const series of spannedSeries)
      for (const height of [heightOf(minimum[series]), heightOf(maximum[series])]) {
        if (!Number.isFinite(height)) continue;
        low[column] = Math.min(low[column], height);
        high[column] = Math.max(high[column], height);
      }
  }
  return Array.from(low, (least, column) => (least <= high[column] ? [least, high[column]] : null));
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
  const place: Pieces = [[cursorLabel(state.header, read.toStep, view.timeUnit), 'focus']];
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
  const short: Pieces = [[`at ${timeText(read.toStep, state.header, view.timeUnit)}`, 'focus']];
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
  const expected = predictedOf(frame);
  const predicted: Pieces = expected
    ? [
        ['  predicted ', 'mark'],
        [loss(expected.loss), 'mark'],
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
    [...legend, ...batch, ...values, ...untouched, ...predicted, ...agreement],
    [...legend, ...values, ...untouched, ...predicted, ...agreement],
    [...values, ...untouched, ...predicted, ...agreement],
    [...values, ...untouched, ...predicted],
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
  const inner = paintFrame(canvas, scene, {
    title: titleOf(view),
    isFocused: scene.view.focus === 'loss',
    aside: asides(scene),
  });
  const width = inner.width - valueAxisWidth;
  if (width < 2 || inner.height < 3) return;
  const window = windowOf(state, view.chart);
  const buckets = allBuckets(state.history);
  const control = state.control ? controlSeries(state.control) : [];
  const lines = [
    ...(state.frame?.orderParameters
      ? [{ isControl: false, series: seriesIndex.predictedLoss, role: 'mark' } as const]
      : []),
    { isControl: false, series: seriesIndex.evalLoss, role: 'evaluation' },
    { isControl: false, series: seriesIndex.trainLoss, role: 'train' },
    ...(state.control ? [{ isControl: true, series: seriesIndex.evalLoss, role: 'control' } as const] : []),
  ] as const;
  const placed = (places: number): readonly (readonly number[])[] => {
    const columns = lastColumns(buckets, window, places);
    const beside = lastColumns(control, window, places);
    return lines.map(({ isControl, series }) =>
      smoothed(
        lineOf(isControl ? beside : columns, (bucket) => axis.heightOf(bucket.last[series])),
        view.smoothing,
      ),
    );
  };
  // Finer than the plot's columns: lines may have more places, and the axis is the same either way.
  const fine = placed(2 * width);
  const { scale, ticks } = axis.fit(fine.flat(), inner.height - 1);
  const plot = paintAxes(inner, state, window, { drawing, timeUnit: view.timeUnit }, { ticks, scale });
  fillBackwards(spansOf(axis, buckets, window, width)).forEach((span, column) => {
    if (span) paintSpan(plot, column, span, scale, drawing);
  });
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, width), drawing);
  const pen = penFor(plot, scale, drawing, scene.lines);
  const drawn = pen.places === 2 * width ? fine : placed(pen.places);
  lines.forEach(({ role }, at) => {
    pen.line(drawn[at], role);
  });
  paintMarkLetters(plot, state.marks, window);
};
