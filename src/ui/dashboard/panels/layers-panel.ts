import type { LayerFrame } from '../../../protocol/index.js';
import {
  allBuckets,
  type Bucket,
  census,
  matchIn,
  matchSeries,
  type Standing,
  type State,
  standingsOf,
  type TeacherStanding,
} from '../../../store/index.js';
import { correlation, judged } from '../../../words/index.js';
import { windowOf } from '../../charts/chart-view.js';
import { heldOf, lastBefore, lastColumns, recordedPart } from '../../charts/time-axis.js';
import { type Pieces, paintFrame, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Drawing } from '../../terminal/drawing.js';
import { type Scene, scrollWindow } from '../scene.js';
import { learnedStandings, nodeListLines } from './standings/node-lists.js';
import { countOf, nodesOf } from './standings/standing-lists.js';
import { allStandings } from './standings/standing-signs.js';

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

/** Columns that a quantity takes behind the layer's number, in the order in which they stand. */
const widths = { mean: 6, least: 6, grad: 8 } as const;
const numberWidth = 3;
const leastHistory = 6;

/** Where the quantities that fit end, and of which standings a row has the count. */
type Columns = {
  readonly mean: number | null;
  readonly least: number | null;
  readonly nodes: number;
  readonly grad: number | null;
  readonly counted: readonly Standing[];
  /** Columns of a count, its sign and a gap; 0 where one number says how many are specialized. */
  readonly countWidth: number;
};

/** By layer, then by teacher node. */
type LayerStandings = readonly (readonly TeacherStanding[])[];

/** Columns of "23/50". */
const shortCount = 7;

/** Counts of every standing in use before other quantities, of these the mean first; what is left goes to the history. */
const columnsFor = (width: number, layers: LayerStandings): Columns => {
  const counted = allStandings.filter(
    (each) => each !== 'lost' || layers.some((all) => nodesOf(all, each).length > 0),
  );
  const digits = String(Math.max(...layers.map(({ length }) => length))).length;
  const wanted = digits + 3;
  const hasCounts = numberWidth + wanted * counted.length <= width;
  const nodes = hasCounts ? wanted * counted.length : shortCount;
  const fits = (...more: readonly number[]): boolean =>
    more.reduce((sum, each) => sum + each, numberWidth + nodes) <= width;
  const { mean, least, grad } = widths;
  const [hasMean, hasLeast, hasGrad] = [fits(mean), fits(mean, least), fits(mean, least, grad)];
  const meanEnd = numberWidth + (hasMean ? mean : 0);
  const leastEnd = meanEnd + (hasLeast ? least : 0);
  const nodesEnd = leastEnd + nodes;
  return {
    mean: hasMean ? meanEnd : null,
    least: hasLeast ? leastEnd : null,
    nodes: nodesEnd,
    grad: hasGrad ? nodesEnd + grad : null,
    ...{ counted, countWidth: hasCounts ? wanted : 0 },
  };
};

const meanMatch = (state: State, layer: number) => {
  const from = matchSeries(state, layer, 0);
  const nodes = state.teacherStrength[layer]?.length ?? 1;
  return (bucket: Bucket): number => {
    let sum = 0;
    for (let series = from; series < from + nodes; series++) sum += matchIn(bucket, series);
    return sum / nodes;
  };
};

const sparkline = ({ state, view, drawing: { spark } }: Scene, layer: number, width: number): string => {
  const buckets = allBuckets(state.history);
  const window = recordedPart(windowOf(state, view.chart), buckets);
  const columns = lastColumns(buckets, window, width);
  return heldOf(columns, lastBefore(buckets, window), meanMatch(state, layer))
    .map((value) =>
      Number.isNaN(value)
        ? ' '
        : spark[Math.max(0, Math.min(spark.length - 1, Math.floor(value * spark.length)))],
    )
    .join('');
};

const paintHeadings = (inner: Canvas, columns: Columns): void => {
  for (const name of ['mean', 'least', 'grad'] as const) {
    const end = columns[name];
    if (end !== null) inner.textBefore(end, 0, name, 'dim');
  }
  const { nodes, counted, countWidth } = columns;
  if (countWidth === 0) inner.textBefore(nodes, 0, 'spec', 'dim');
  else inner.text(nodes - countWidth * counted.length + 1, 0, 'teacher nodes', 'dim');
};

/** How many teacher nodes of a layer have each standing: "17 ●   6 ◆  27 ◐   0 ○". */
const paintCounts = (
  inner: Canvas,
  y: number,
  standings: readonly TeacherStanding[],
  drawing: Drawing,
  columns: Columns,
): void => {
  const { counted, countWidth, nodes } = columns;
  counted.forEach((each, at) => {
    const count = nodesOf(standings, each).length;
    const [text, role] = countOf(each, count, drawing);
    const end = nodes - countWidth * (counted.length - 1 - at);
    inner.textBefore(end, y, text, count > 0 ? role : 'dim');
  });
};

const paintRow = (
  inner: Canvas,
  y: number,
  index: number,
  scene: Scene,
  columns: Columns,
  standings: readonly TeacherStanding[],
): void => {
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
  if (columns.mean !== null) inner.textBefore(columns.mean, y, correlation(mean), 'text');
  if (columns.least !== null) inner.textBefore(columns.least, y, judged(minimum, state.threshold), 'dim');
  if (columns.countWidth > 0) paintCounts(inner, y, standings, drawing, columns);
  else inner.textBefore(columns.nodes, y, specialized, 'specialized');
  if (columns.grad === null) return;
  inner.textBefore(columns.grad, y, magnitude(gradient), 'dim');
  const width = inner.width - columns.grad - 1;
  if (width >= leastHistory) inner.text(columns.grad + 1, y, sparkline(scene, index, width), 'text');
};

/** Which teacher nodes of a layer are learned, "L3 ● t23,31"; returns the rows taken. */
const paintLearned = (
  inner: Canvas,
  y: number,
  index: number,
  standings: readonly TeacherStanding[],
  drawing: Drawing,
  rows: number,
): number => {
  const all = { standings, wanted: learnedStandings, drawing };
  const name = `L${index} `;
  const left = numberWidth + name.length;
  const lines = nodeListLines(all, inner.width - left, rows).slice(0, rows);
  if (lines.length > 0) inner.text(numberWidth, y, name, 'text');
  for (const [at, pieces] of lines.entries()) writePieces(inner, left, y + at, pieces);
  return lines.length;
};

const asides = (layers: number, from: number, to: number): Pieces[] => {
  const window: Pieces = to - from < layers ? [[`${from}-${to - 1} of ${layers}  `, 'dim']] : [];
  return [[...window, ['[ ] choose', 'dim']], [...window, ['[ ]', 'dim']], [['[ ]', 'dim']]];
};

/**
 * A row a hidden layer, lowest first: mean and least best match, how many teacher nodes have which standing, norm of the
 * weights' gradient, and where there is room the mean best match over time, and which teacher nodes are learned.
 */
export const paintLayers = (canvas: Canvas, scene: Scene): void => {
  const { state, view, framed, drawing } = scene;
  const layers = state.teacherStrength.length;
  const rows = Math.max(0, canvas.height - (framed ? 2 : 1) - 1);
  const { from, to } = scrollWindow(view.layer - Math.floor(rows / 2), rows, layers);
  const inner = paintFrame(canvas, scene, { title: 'layers', aside: asides(layers, from, to) });
  const standings = state.teacherStrength.map((_, layer) => standingsOf(state, layer));
  const columns = columnsFor(inner.width, standings);
  paintHeadings(inner, columns);
  let [y, spare] = [1, rows - (to - from)];
  for (let index = from; index < to; index++) {
    paintRow(inner, y, index, scene, columns, standings[index]);
    const others = to - index - (view.layer >= index ? 1 : 0);
    const room = index === view.layer ? 0 : Math.ceil(spare / Math.max(1, others));
    const taken = room > 0 ? paintLearned(inner, y + 1, index, standings[index], drawing, room) : 0;
    spare -= taken;
    y += 1 + taken;
  }
};
