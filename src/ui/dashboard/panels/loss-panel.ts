import { predictedOf } from '../../../protocol/index.js';
import { allBuckets, type Bucket, controlFrameOf, controlSeries, seriesIndex } from '../../../store/index.js';
import { loss } from '../../../words/index.js';
import { paintBeads } from '../../charts/beads.js';
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
import { lineOf, noStarts, startsOfColumns, type TimeLine } from '../../charts/lines/line-over-time.js';
import { penFor } from '../../charts/lines/pen.js';
import { smoothed } from '../../charts/lines/smoothing.js';
import { type LossAxis, lossAxes } from '../../charts/loss-axis.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { columnOf, isWithin, lastColumns, type TimeWindow } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { beadName, type Drawing } from '../../terminal/drawing.js';
import type { Role } from '../../terminal/theme.js';
import type { Scene } from '../scene.js';
import { chrome } from '../stacks/panel-size.js';
import type { View } from '../view.js';

type PlotSize = { readonly width: number; readonly height: number };

type Span = readonly [minimum: number, maximum: number];

/** What a column spans; the extremes of the minibatches are of all that was trained since the record before. */
const spannedSeries = [seriesIndex.trainLoss, seriesIndex.leastBatchLoss, seriesIndex.greatestBatchLoss];

/**
 * Extremes of each column of a chart as the axis has them: of the losses recorded in it, and of the minibatches since the
 * record before, in the columns between the two as well; null where there is none.
 */
const spansOf = (
  { heightOf }: LossAxis,
  buckets: readonly Bucket[],
  window: TimeWindow,
  width: number,
): (Span | null)[] => {
  const low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  for (const { toStep, minimum, maximum } of buckets) {
    if (!isWithin(toStep, window)) continue;
    const column = columnOf(toStep, window, width);
    for (const series of spannedSeries)
      for (const height of [heightOf(minimum[series]), heightOf(maximum[series])]) {
        if (!Number.isFinite(height)) continue;
        // Nothing leads up to the first record.
        const first = series === seriesIndex.trainLoss || next === 0 ? column : Math.min(next, column);
        for (let at = first; at <= column; at++) {
          low[at] = Math.min(low[at], height);
          high[at] = Math.max(high[at], height);
        }
      }
    next = column + 1;
  }
  return Array.from(low, (least, column) => (least <= high[column] ? [least, high[column]] : null));
};

/** Both losses, and by which sign the line of the second is told from the first. */
const trainAndEvaluation = (training: number, evaluation: number, { beads }: Drawing): Pieces => [
  [`train ${loss(training)}`, 'train'],
  [` ${beadName(beads.evaluation, 'eval')} ${loss(evaluation)}`, 'evaluation'],
];

/** What the cursor reads: the losses, and the range of the minibatches, where there is room. */
const readings = ({ state, view, drawing }: Scene): Pieces[] => {
  const read = readAt(state, view.chart);
  if (!read || !state.header) return [];
  const { trainLoss, evalLoss, leastBatchLoss, greatestBatchLoss } = seriesIndex;
  const place: Pieces = [[cursorLabel(state.header, read.toStep, view.timeUnit), 'focus']];
  const losses: Pieces = [
    ['  ', 'text'],
    ...trainAndEvaluation(read.last[trainLoss], read.last[evalLoss], drawing),
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
    losses.slice(1),
    short,
  ];
};

const asides = (scene: Scene, plot: PlotSize): Pieces[] =>
  scene.view.chart.cursor === null ? latestLosses(scene, plot) : readings(scene);

const latestLosses = ({ state, view, drawing }: Scene, plot: PlotSize): Pieces[] => {
  const { frame, marks } = state;
  if (!frame) return [];
  const values = trainAndEvaluation(frame.trainLoss, frame.evalLoss, drawing);
  const { beads } = drawing;
  const control = controlFrameOf(state);
  const untouched: Pieces = control
    ? [[` ${beadName(beads.control, 'control')} ${loss(control.evalLoss)}`, 'control']]
    : [];
  const expected = predictedOf(frame);
  const predicted: Pieces = expected
    ? [[` ${beadName(beads.predicted, 'predicted')} ${loss(expected.loss)}`, 'mark']]
    : [];
  const top = frame.topAgreement;
  const agreement: Pieces = top
    ? [[`  top-1 ${top[0].toFixed(0)}%  top-${top.length} ${top[top.length - 1].toFixed(0)}%`, 'evaluation']]
    : [];
  const legend = markLegend(marks, windowOf(state, view.chart), plot).map((meaning): Pieces[number] => [
    `${meaning}  `,
    'mark',
  ]);
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
    ...(control ? [[...values.slice(1), ...untouched]] : []),
    values,
    values.slice(0, 1),
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

/** A line of the chart, and the sign that is on it; null where nothing covers it. */
type Line = {
  readonly isControl: boolean;
  readonly series: number;
  readonly role: Role;
  readonly sign: string | null;
};

/** From the lowest to the uppermost. */
const linesOf = ({ frame, control }: Scene['state'], { beads }: Drawing): readonly Line[] => {
  const { predictedLoss, evalLoss, trainLoss } = seriesIndex;
  const own = (series: number, role: Role, sign: string | null): Line => ({
    ...{ isControl: false, series, role, sign },
  });
  return [
    ...(frame?.orderParameters ? [own(predictedLoss, 'mark', beads.predicted)] : []),
    own(evalLoss, 'evaluation', beads.evaluation),
    own(trainLoss, 'train', null),
    ...(control
      ? [{ isControl: true, series: evalLoss, role: 'control', sign: beads.control } as const]
      : []),
  ];
};

/** Column of the first bead of the lowest line; those above it begin further on. */
const firstBead = 3;

/**
 * Train and evaluation loss over the whole run, the range of the minibatches behind them, and the evaluation loss of a
 * control, on the axis and with the smoothing that the view asks for.
 */
export const paintLoss = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing, view } = scene;
  const axis = lossAxes[view.lossAxis];
  const around = chrome(scene.framed);
  const width = canvas.width - around.columns - valueAxisWidth;
  const height = canvas.height - around.rows - 1;
  const inner = paintFrame(canvas, scene, {
    title: titleOf(view),
    isFocused: scene.view.focus === 'loss',
    aside: asides(scene, { width, height }),
  });
  if (width < 2 || height < 2) return;
  const window = windowOf(state, view.chart);
  const buckets = allBuckets(state.history);
  const control = state.control ? controlSeries(state.control) : [];
  const lines = linesOf(state, drawing);
  const placed = (places: number): readonly TimeLine[] => {
    const columns = lastColumns(buckets, window, places);
    const starts = startsOfColumns(columns, state.marks, window);
    const beside = lastColumns(control, window, places);
    return lines.map(({ isControl, series }) => {
      const own = isControl ? { columns: beside, starts: noStarts } : { columns, starts };
      const values = lineOf(own.columns, (bucket) => axis.heightOf(bucket.last[series]), own.starts);
      return { values: smoothed(values, view.smoothing), starts: own.starts };
    });
  };
  // Finer than the plot's columns: lines may have more places, and the axis is the same either way.
  const fine = placed(2 * width);
  const { scale, ticks } = axis.fit(
    fine.flatMap(({ values }) => values),
    height,
  );
  const plot = paintAxes(inner, state, window, { drawing, timeUnit: view.timeUnit }, { ticks, scale });
  spansOf(axis, buckets, window, width).forEach((span, column) => {
    if (span) paintSpan(plot, column, span, scale, drawing);
  });
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, width), drawing);
  const pen = penFor(plot, scale, drawing, scene.lines);
  const drawn = pen.places === 2 * width ? fine : placed(pen.places);
  lines.forEach(({ role }, at) => {
    pen.line(drawn[at], role);
  });
  lines.forEach(({ role, sign }, at) => {
    if (sign !== null) paintBeads(plot, drawn[at].values, scale, { sign, role, from: firstBead + at });
  });
  paintMarkLetters(plot, state.marks, window);
};
