import type { LayerFrame } from '../../../protocol/index.js';
import { allBuckets, type Bucket, census, matchSeries, type State } from '../../../store/index.js';
import { correlation, judged } from '../../../words/index.js';
import { windowOf } from '../../charts/chart-view.js';
import { heldOf, lastBefore, lastColumns } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { type Scene, scrollWindow } from '../scene.js';

/** What one row says of a hidden layer. */
type Summary = {
  readonly mean: number;
  readonly minimum: number;
  readonly specialized: string;
  /** Norm of the minibatch gradients of its weights; NaN where it is not known. */
  readonly gradient: number;
};

const summaryOf = (layer: LayerFrame, gradient: number | undefined, threshold: number): Summary => {
  const best = layer.bestMatchOfTeacher;
  return {
    mean: best.reduce((sum, value) => sum + value, 0) / best.length,
    minimum: best.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    specialized: `${census(layer, threshold).specialized.length}/${best.length}`,
    gradient: gradient ?? Number.NaN,
  };
};

/** 1.2e-3 in six columns. */
const magnitude = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : '-');

/** Right ends of the columns after the layer's number; the gradient's where there is room for it. */
const ends = { mean: 9, minimum: 15, specialized: 22, gradient: 30 } as const;
const leastHistory = 6;

const meanMatch = (state: State, layer: number) => {
  const from = matchSeries(state, layer, 0);
  const nodes = state.teacherStrength[layer]?.length ?? 1;
  return (bucket: Bucket): number => {
    let sum = 0;
    for (let series = from; series < from + nodes; series++) sum += bucket.last[series];
    return sum / nodes;
  };
};

const sparkline = ({ state, view, drawing: { spark } }: Scene, layer: number, width: number): string => {
  const [buckets, window] = [allBuckets(state.history), windowOf(state, view.chart)];
  const columns = lastColumns(buckets, window, width);
  return heldOf(columns, lastBefore(buckets, window), meanMatch(state, layer))
    .map((value) =>
      Number.isNaN(value)
        ? ' '
        : spark[Math.max(0, Math.min(spark.length - 1, Math.floor(value * spark.length)))],
    )
    .join('');
};

const paintHeadings = (inner: Canvas): void => {
  inner.textBefore(ends.mean, 0, 'mean', 'dim');
  inner.textBefore(ends.minimum, 0, 'least', 'dim');
  inner.textBefore(ends.specialized, 0, 'spec', 'dim');
  if (inner.width >= ends.gradient) inner.textBefore(ends.gradient, 0, 'grad', 'dim');
};

const paintRow = (inner: Canvas, y: number, index: number, scene: Scene): void => {
  const { state, view, drawing } = scene;
  const layer = state.frame?.layers[index];
  if (!layer) return;
  const shown = index === view.layer;
  const { mean, minimum, specialized, gradient } = summaryOf(
    layer,
    state.frame?.gradientNorms?.weights[index],
    state.threshold,
  );
  inner.text(0, y, shown ? drawing.right : ' ', 'focus');
  inner.text(1, y, String(index), shown ? 'focus' : 'text');
  inner.textBefore(ends.mean, y, correlation(mean), 'text');
  inner.textBefore(ends.minimum, y, judged(minimum, state.threshold), 'dim');
  inner.textBefore(ends.specialized, y, specialized, 'specialized');
  if (inner.width < ends.gradient) return;
  inner.textBefore(ends.gradient, y, magnitude(gradient), 'dim');
  const width = inner.width - ends.gradient - 1;
  if (width >= leastHistory) inner.text(ends.gradient + 1, y, sparkline(scene, index, width), 'text');
};

const asides = (layers: number, from: number, to: number): Pieces[] => {
  const window: Pieces = to - from < layers ? [[`${from}-${to - 1} of ${layers}  `, 'dim']] : [];
  return [[...window, ['[ ] choose', 'dim']], [...window, ['[ ]', 'dim']], [['[ ]', 'dim']]];
};

/**
 * A row a hidden layer, lowest first: mean and least best match, teacher nodes specialized, norm of the weights'
 * gradient, and where there is room the mean best match over time.
 */
export const paintLayers = (canvas: Canvas, scene: Scene): void => {
  const { state, view, framed } = scene;
  const layers = state.teacherStrength.length;
  const rows = Math.max(0, canvas.height - (framed ? 2 : 1) - 1);
  const { from, to } = scrollWindow(view.layer - Math.floor(rows / 2), rows, layers);
  const inner = paintFrame(canvas, scene, { title: 'layers', aside: asides(layers, from, to) });
  paintHeadings(inner);
  for (let index = from; index < to; index++) paintRow(inner, 1 + index - from, index, scene);
};
