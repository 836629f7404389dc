import { allBuckets, type Bucket } from '../store/history.js';
import { seriesIndex } from '../store/state.js';
import type { Canvas } from './cells.js';
import { paintLine, paintSpan, type Scale } from './chart.js';
import { markLegend, paintAxes, paintMarkGuides, type Tick, valueAxisWidth } from './chart-axes.js';
import { loss } from './format.js';
import { type Pieces, paintFrame } from './panel-frame.js';
import type { Scene } from './scene.js';
import { axisEnd, lineOf, mergedColumns } from './time-axis.js';

/** Decades below which a loss of zero is drawn. */
const leastLogLoss = -12;

const logOf = (value: number): number =>
  value > 0 ? Math.max(leastLogLoss, Math.log10(value)) : value === 0 ? leastLogLoss : Number.NaN;

type Span = readonly [minimum: number, maximum: number];

/** Extremes of a column in decades, minibatches included; null where there is none. */
const spanOf = (bucket: Bucket | null): Span | null => {
  if (!bucket) return null;
  const { trainLoss, batchLoss } = seriesIndex;
  const finite = [trainLoss, batchLoss]
    .flatMap((series) => [logOf(bucket.minimum[series]), logOf(bucket.maximum[series])])
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

/** Round limits that hold everything: whole decades where there are many, so that they move rarely. */
const scaleOf = (values: readonly number[]): Scale => {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { low: -1, high: 0 };
  const least = Math.min(...finite);
  const most = Math.max(...finite);
  const parts = most - least > 3 ? 1 : most - least > 1.5 ? 2 : 4;
  const low = Math.floor(least * parts) / parts;
  const high = Math.ceil(most * parts) / parts;
  return high - low >= 0.5 ? { low, high } : { low: low - 0.25, high: low + 0.5 };
};

/** Powers of ten on the scale, thinned to the rows there are; its ends where it holds less than two. */
const ticksOf = ({ low, high }: Scale, rows: number): Tick[] => {
  const every = Math.max(1, Math.ceil((3 * (high - low)) / Math.max(1, rows - 1)));
  const powers: Tick[] = [];
  for (let exponent = Math.ceil(low); exponent <= high; exponent++)
    if (exponent % every === 0) powers.push({ value: exponent, label: `1e${exponent}` });
  if (powers.length > 1) return powers;
  return [low, high].map((value) => ({ value, label: (10 ** value).toExponential(0).replace('+', '') }));
};

const asides = ({ state: { frame, marks, twin }, drawing }: Scene): Pieces[] => {
  if (!frame) return [];
  const values: Pieces = [
    ['train ', 'train'],
    [loss(frame.trainLoss), 'train'],
    ['  eval ', 'evaluation'],
    [loss(frame.evalLoss), 'evaluation'],
  ];
  const control = twin?.compared?.control;
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

/**
 * Train and evaluation loss over the whole run on a log axis, the range of the minibatches behind them, and the
 * evaluation loss of a control.
 */
export const paintLoss = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing } = scene;
  const inner = paintFrame(canvas, scene, { title: 'loss', id: 'loss', aside: asides(scene) });
  const end = axisEnd(state);
  const width = inner.width - valueAxisWidth;
  if (width < 2 || inner.height < 3) return;
  const columns = mergedColumns(allBuckets(state.history), end, width);
  const spans = fillBackwards(columns.map(spanOf));
  const line = (series: number): number[] => lineOf(columns, (bucket) => logOf(bucket.last[series]));
  const evaluation = line(seriesIndex.evalLoss);
  const train = line(seriesIndex.trainLoss);
  const control = state.twin
    ? lineOf(mergedColumns(allBuckets(state.twin.history), end, width), (bucket) =>
        logOf(bucket.last[seriesIndex.evalLoss]),
      )
    : [];
  const scale = scaleOf([...evaluation, ...train, ...control, ...spans.flatMap((span) => span ?? [])]);
  const plot = paintAxes(inner, state, end, drawing, ticksOf(scale, inner.height - 1), scale);
  spans.forEach((span, column) => {
    if (span) paintSpan(plot, column, span, scale, drawing);
  });
  paintMarkGuides(plot, state.marks, end, drawing);
  paintLine(plot, evaluation, scale, drawing, 'evaluation');
  paintLine(plot, train, scale, drawing, 'train');
  if (control.length > 0) paintLine(plot, control, scale, drawing, 'control');
};
