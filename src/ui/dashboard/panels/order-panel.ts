import { type Frame, predictedOf } from '../../../protocol/index.js';
import { allBuckets, type Bucket, orderPlaces } from '../../../store/index.js';
import { loss } from '../../../words/index.js';
import type { Scale } from '../../charts/chart.js';
import { paintAxes, paintCursor, paintMarkGuides, paintMarkLetters } from '../../charts/chart-axes.js';
import { cursorColumn, windowOf } from '../../charts/chart-view.js';
import { lineOf, startsOfColumns, type TimeLine } from '../../charts/lines/line-over-time.js';
import { penFor } from '../../charts/lines/pen.js';
import type { FittedAxis } from '../../charts/loss-axis.js';
import { roundUp } from '../../charts/ticks/round-steps.js';
import { tickedScale } from '../../charts/ticks/value-scale.js';
import { lastColumns } from '../../charts/time-axis.js';
import { type Pieces, paintFrame, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { type Drawing, shorten } from '../../terminal/drawing.js';
import { type Role, strengthRole } from '../../terminal/theme.js';
import type { Scene } from '../scene.js';
import { measuredLines } from './measured-lines.js';

type OrderFrame = NonNullable<Frame['orderParameters']>;

/** What the equations predict is drawn below what is measured. */
const predictedRole: Role = 'mark';
const lengthRole: Role = 'train';

/** Columns of a student node's number, and of a value beside what is predicted of it. */
const nameWidth = 8;
const valueWidth = 16;
/** Rows that a chart needs. */
const leastChart = 6;

/** A line of the chart: where its values stand, and its colour. */
type Line = { readonly place: number; readonly role: Role };

const linesOf = ({ q, r }: OrderFrame): Line[] => {
  const places = orderPlaces(q.length);
  const teachers = r[0]?.length ?? 0;
  const pairs = q.flatMap((_, i) => [
    { at: places.ofQ(i), role: lengthRole },
    ...Array.from({ length: teachers }, (_, m) => ({
      at: places.ofR(m, i),
      role: strengthRole(m, teachers),
    })),
  ]);
  return [
    ...pairs.map(({ at }) => ({ place: at.predicted, role: predictedRole })),
    ...pairs.map(({ at, role }) => ({ place: at.measured, role })),
  ];
};

/** Two decimals at most, as wide as a label may be. */
const label = (value: number): string => String(Number(value.toFixed(2)));

const axisOf = (values: readonly number[], rows: number): FittedAxis => {
  const finite = values.filter(Number.isFinite);
  const range: Scale = { low: Math.min(0, ...finite), high: Math.max(0.1, ...finite) };
  const finest = roundUp((range.high - range.low) / rows);
  const found = tickedScale(range, rows, [finest, roundUp(1.5 * finest), roundUp(3 * finest), 10 * finest]);
  const { scale, ticks } = found ?? { scale: range, ticks: [range.low, range.high] };
  return { scale, ticks: ticks.map((value) => ({ value, label: label(value) })) };
};

/** Q_ii and R_im over the run. */
const paintCourse = (canvas: Canvas, scene: Scene, order: OrderFrame): void => {
  const { state, view, drawing } = scene;
  const window = windowOf(state, view.chart);
  const buckets = allBuckets(state.orders);
  const lines = linesOf(order);
  const placed = (places: number): readonly TimeLine[] => {
    const columns = lastColumns(buckets, window, places);
    const starts = startsOfColumns(columns, state.marks, window);
    const read = (place: number) => (bucket: Bucket) => bucket.last[place] ?? Number.NaN;
    return lines.map(({ place }) => ({ values: lineOf(columns, read(place), starts), starts }));
  };
  const { scale, ticks } = axisOf(
    placed(2 * canvas.width).flatMap(({ values }) => values),
    canvas.height - 1,
  );
  const plot = paintAxes(canvas, state, window, { drawing, timeUnit: view.timeUnit }, { ticks, scale });
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, plot.width), drawing);
  const pen = penFor(plot, scale, drawing, scene.lines);
  placed(pen.places).forEach((line, at) => {
    pen.line(line, lines[at].role);
  });
  paintMarkLetters(plot, state.marks, window);
};

const number = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : value.toFixed(3);

/** A row a student node: Q_ii and its R with each teacher node, as measured and as predicted. */
const paintTable = (
  canvas: Canvas,
  { q, r }: OrderFrame,
  predicted: ReturnType<typeof predictedOf>,
  drawing: Drawing,
): void => {
  const teachers = r[0]?.length ?? 0;
  const columns = Math.max(1, Math.floor((canvas.width - nameWidth) / valueWidth));
  const headings = ['Q', ...Array.from({ length: teachers }, (_, m) => `R teacher ${m}`)].slice(0, columns);
  canvas.text(0, 0, 'student', 'dim');
  headings.forEach((heading, at) => {
    canvas.textBefore(nameWidth + (at + 1) * valueWidth - 8, 0, shorten(heading, 12, drawing), 'dim');
  });
  q.slice(0, canvas.height - 1).forEach((row, i) => {
    canvas.textBefore(nameWidth - 1, i + 1, String(i), 'text');
    headings.forEach((_, at) => {
      const [measured, expected] =
        at === 0 ? [row[i], predicted?.q[i]?.[i]] : [r[i][at - 1], predicted?.r[i]?.[at - 1]];
      const end = nameWidth + (at + 1) * valueWidth;
      const role = at === 0 ? lengthRole : strengthRole(at - 1, teachers);
      canvas.textBefore(end - 8, i + 1, number(measured), role);
      canvas.textBefore(end - 1, i + 1, number(expected), predictedRole);
    });
  });
};

const lossPieces = (frame: Frame, { loss: closedForm }: OrderFrame): Pieces => {
  const predicted = predictedOf(frame);
  return [
    ['loss  ', 'text'],
    [`evaluated ${loss(frame.evalLoss)}`, 'evaluation'],
    [`  closed form ${loss(closedForm)}`, 'text'],
    ...(predicted ? ([[`  predicted ${loss(predicted.loss)}`, predictedRole]] as const) : []),
  ];
};

/** Why nothing is predicted; nothing where something is. */
const unpredicted = ({ predicted }: OrderFrame): string[] => {
  if (predicted === null) return ['no prediction: the equations diverge'];
  return typeof predicted === 'string' ? [`no prediction: ${predicted}`] : [];
};

/** What the colours of the lines mean. */
const legend = ({ t, predicted }: OrderFrame): Pieces => [
  ['Q of each student node  ', lengthRole],
  ['R with teacher node', 'dim'],
  ...t.map((_, m): Pieces[number] => [` ${m}`, strengthRole(m, t.length)]),
  ...(typeof predicted === 'object' ? ([['  predicted', predictedRole]] as const) : []),
];

/** Time and rate as the equations have them. */
const asides = ({ state }: Scene, { step, learningRate }: Frame): Pieces[] => {
  const experiment = state.header?.experiment;
  if (!experiment) return [];
  const { d, dataStd } = experiment;
  if (typeof dataStd !== 'number') return [];
  const time = `time ${Number((step / d).toPrecision(4))}`;
  const rate = `rate ${Number((learningRate * d * dataStd * dataStd).toPrecision(3))}`;
  return [[[`${time} (steps / d)  ${rate} (lr d)`, 'dim']], [[`${time}  ${rate}`, 'dim']], [[time, 'dim']]];
};

/** The order parameters of a soft committee machine over the run, as measured and as their equations predict them. */
export const paintOrder = (canvas: Canvas, scene: Scene): void => {
  const { frame } = scene.state;
  const order = frame?.orderParameters;
  const aside = frame ? asides(scene, frame) : [];
  const inner = paintFrame(canvas, scene, { title: 'order parameters', aside });
  if (!frame || !order) return;
  writePieces(inner, 0, 0, lossPieces(frame, order));
  writePieces(inner, 0, 1, legend(order));
  const measured = [...unpredicted(order), ...measuredLines(scene.state, inner.width)];
  const room = inner.height - 3 - measured.length;
  const table = Math.min(order.q.length + 1, Math.max(2, room - leastChart));
  const chart = room - table;
  if (chart >= leastChart) paintCourse(inner.region(0, 2, inner.width, chart), scene, order);
  const top = chart >= leastChart ? 2 + chart + 1 : 2;
  const below = inner.region(0, top, inner.width, inner.height - top - measured.length);
  paintTable(below, order, predictedOf(frame), scene.drawing);
  measured.forEach((line, at) => {
    inner.text(0, inner.height - measured.length + at, shorten(line, inner.width, scene.drawing), 'text');
  });
};
