import * as Plot from '@observablehq/plot';
import { type SymmetryClass, symmetryClasses } from '../../../net/index.js';
import { type JudgedFrame, type Statement, statementsOverRun, type Verdict } from '../../../store/index.js';
import type { RunInput } from '../../read-inputs.js';
import { spread } from '../../run-timeline.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { logAxis, logTicks } from '../log-axis.js';
import { drawLegend, seriesStyles } from '../series-style.js';
import { runSubtitle } from './run-figure.js';

const width = 760;
const margins = { marginLeft: 64, marginRight: 20, marginTop: 22, marginBottom: 22 } as const;
/** Most frames that a figure of this width can show. */
const mostFrames = 300;

const verdictColors: Readonly<Record<Verdict, string>> = {
  holds: '#9fd3a5',
  'not yet': '#f3dc9b',
  fails: '#e8a79b',
  unknown: '#ececec',
};

type Place = { readonly from: number; readonly to: number; readonly epoch: number };

/** Each judged frame holds until the next one. */
const placesOf = (judged: readonly JudgedFrame[]): Place[] =>
  judged.map(({ frame: { epoch } }, at) => ({
    epoch,
    from: epoch,
    to: judged[at + 1]?.frame.epoch ?? epoch,
  }));

const epochAxis = (judged: readonly JudgedFrame[]) => ({
  domain: [judged[0].frame.epoch, Math.max(1e-3, judged[judged.length - 1].frame.epoch)],
  label: null,
});

const labelledEpochs = (judged: readonly JudgedFrame[]) =>
  ({ ...epochAxis(judged), label: 'epoch', labelAnchor: 'center', labelArrow: 'none' }) as const;

/** How the values of each statement are drawn: over powers of ten, or as shares or correlations. */
const axes: Readonly<Record<Statement['id'], 'log' | readonly [number, number]>> = {
  gradient: 'log',
  aligned: [0, 1],
  'finite-sample': [0, 1],
  form: 'log',
  'fan-out': 'log',
  order: [-1, 1],
  'l-shape': [0, 1],
};

/** The values of a statement and its bound, on an axis of its own; of one without values why there are none. */
const drawStatement = (judged: readonly JudgedFrame[], at: number, isLast: boolean): Part => {
  const { id, name, threshold, bound } = judged[0].statements[at];
  const { quantity } = judged[judged.length - 1].statements[at];
  const axis = axes[id];
  const places = placesOf(judged);
  const points = judged.map(({ statements }, index) => {
    const { value, verdict } = statements[at];
    return { ...places[index], verdict, value: axis === 'log' && !(value > 0) ? Number.NaN : value };
  });
  const hasValues = points.some(({ value }) => Number.isFinite(value));
  const powers = logTicks([...points.map(({ value }) => value), bound], 4);
  const none = { domain: [0, 1], axis: null } as const;
  return drawPlot({
    width,
    height: isLast ? 122 : 104,
    ...margins,
    ...(isLast ? { marginBottom: 40 } : {}),
    x: isLast ? labelledEpochs(judged) : epochAxis(judged),
    y: { ...(!hasValues ? none : axis === 'log' ? { type: axis } : { domain: axis, ticks: 3 }), label: null },
    marks: [
      Plot.rectX(points, {
        x1: 'from',
        x2: 'to',
        fill: ({ verdict }: { verdict: Verdict }) => verdictColors[verdict],
        inset: -0.2,
      }),
      Plot.frame({ stroke: '#999' }),
      ...(hasValues
        ? [
            ...(axis === 'log' ? [logAxis(powers)] : []),
            Plot.ruleY([bound], { stroke: '#555', strokeDasharray: '2 3' }),
            Plot.line(points, { x: 'epoch', y: 'value', stroke: '#16254a', strokeWidth: 1.5 }),
          ]
        : [Plot.text([quantity], { frameAnchor: 'middle', fill: '#444' })]),
      Plot.text([`${name} (${threshold})`], {
        frameAnchor: 'top-left',
        lineAnchor: 'bottom',
        dy: -4,
        fill: '#111',
      }),
    ],
  });
};

const statementsFigure = (run: RunInput, judged: readonly JudgedFrame[], name: string): Figure => {
  const verdicts = Object.entries(verdictColors).map(([label, color]) => ({ label, color, swatch: true }));
  return composeFigure(
    `${name}-statements`,
    `The paper's statements over the run ${run.name}`,
    runSubtitle(run),
    'Each row is one of the statements: the value that it is judged by, by epoch, on the colour of its verdict, and dotted what it is judged by; where there is no value, why at the last frame. docs/guide/theory.md says how each is measured and judged.',
    [
      drawLegend(verdicts, width),
      ...judged[0].statements.map((_, at, { length }) => drawStatement(judged, at, at === length - 1)),
    ],
  );
};

type LossPart = { readonly epoch: number; readonly part: string; readonly share: number };

const restName = 'rest';
const partName = (teacher: number): string => `node ${teacher}`;

/** Shares of the loss by teacher node and what is left, 1 in all. */
export const lossShares = ({ frame, theory }: JudgedFrame): LossPart[] => {
  const { whole, rest } = theory.loss;
  if (!(whole > 0)) return [];
  const part = (name: string, value: number): LossPart => ({
    epoch: frame.epoch,
    part: name,
    share: value / whole,
  });
  return [...theory.teachers.map(({ loss }, j) => part(partName(j), loss)), part(restName, rest)];
};

const lossFigure = (run: RunInput, judged: readonly JudgedFrame[], name: string): Figure | null => {
  const shares = judged.flatMap(lossShares);
  if (shares.length === 0) return null;
  const teachers = judged[0].theory.teachers.length;
  const colors = [...seriesStyles(teachers).map(({ color }) => color), '#bbb'];
  const names = [...Array.from({ length: teachers }, (_, j) => partName(j)), restName];
  const plot = drawPlot({
    width,
    height: 300,
    ...margins,
    marginBottom: 40,
    x: labelledEpochs(judged),
    y: { label: 'share of the loss', labelAnchor: 'center', labelArrow: 'none', tickFormat: '.0%' },
    color: { domain: names, range: colors },
    marks: [
      Plot.areaY(shares, {
        x: 'epoch',
        y: 'share',
        fill: 'part',
        z: 'part',
        order: names,
        curve: 'step-after',
      }),
      Plot.ruleY([0, 1], { stroke: '#555', strokeDasharray: '2 3' }),
      Plot.frame({ stroke: '#999' }),
    ],
  });
  const every = Math.ceil(teachers / 8);
  const legend = names.flatMap((label, at) =>
    at % every === 0 || label === restName ? [{ label, color: colors[at], swatch: true }] : [],
  );
  return composeFigure(
    `${name}-loss-parts`,
    `What the loss is made of, over the run ${run.name}`,
    runSubtitle(run),
    'The share of the mean squared error that is due to each teacher node, strong ones first; the parts add up to the loss. Parts below 0 make up for errors of others. The rest is due to biases and to student nodes that belong to no teacher node.',
    [drawLegend(legend, width), plot],
  );
};

/** Colours of the classes of student nodes, apart in lightness too. */
const classColors: Readonly<Record<SymmetryClass, string>> = {
  aligned: '#16254a',
  copy: '#3f6fa8',
  mirror: '#7fb2dd',
  cancelling: '#b5651d',
  idle: '#d9d9d9',
  dead: '#8c8c8c',
  linear: '#c7a9d6',
  'on its way': '#9fd3a5',
  free: '#f3dc9b',
};

const censusFigure = (run: RunInput, judged: readonly JudgedFrame[], name: string): Figure => {
  const counts = judged.flatMap(({ frame: { epoch }, census }) =>
    symmetryClasses.map((kind) => ({ epoch, kind, count: census[kind] })),
  );
  const plot = drawPlot({
    width,
    height: 260,
    ...margins,
    marginBottom: 40,
    x: labelledEpochs(judged),
    y: { label: 'student nodes', labelAnchor: 'center', labelArrow: 'none' },
    color: { domain: [...symmetryClasses], range: symmetryClasses.map((kind) => classColors[kind]) },
    marks: [
      Plot.areaY(counts, {
        x: 'epoch',
        y: 'count',
        fill: 'kind',
        z: 'kind',
        order: [...symmetryClasses],
        curve: 'step-after',
      }),
      Plot.frame({ stroke: '#999' }),
    ],
  });
  const legend = symmetryClasses.map((label) => ({ label, color: classColors[label], swatch: true }));
  return composeFigure(
    `${name}-nodes`,
    `What the student nodes are, over the run ${run.name}`,
    runSubtitle(run),
    'Student nodes by class, after the symmetries of Simsek et al. 2021: on the boundary of a teacher node alone, as one of several, or active on its other side; cancelling each other, without a fan-out, or active nowhere; on their way to a teacher node, or free.',
    [drawLegend(legend, width), plot],
  );
};

/** The statements and the parts of the loss over a run; nothing of a run without them. */
export const statementFigures = (run: RunInput, name: string, threshold: number): Figure[] => {
  if (run.frames.every(({ statements }) => typeof statements !== 'object')) return [];
  const judged = statementsOverRun(run.header, run.frames, threshold);
  const shown = spread(judged, mostFrames);
  return [
    statementsFigure(run, shown, name),
    lossFigure(run, shown, name),
    censusFigure(run, shown, name),
  ].filter((figure) => figure !== null);
};
