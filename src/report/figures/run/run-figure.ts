import * as Plot from '@observablehq/plot';
import { isSpecialized } from '../../../net/index.js';
import { type Frame, runSeries } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { bucketed, labelled, type RunTimeline, spread } from '../../run-timeline.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { logAxis, logTicks } from '../log-axis.js';
import { drawLegend } from '../series-style.js';

const width = 760;
const marginLeft = 58;
const marginRight = 76;

/** Most stretches of a curve that a figure of this width can show. */
const mostStretches = 600;
const mostColumns = 200;

/** Correlations as shades, white is 0; the power keeps apart what is near 1. */
const shades = { type: 'pow', exponent: 3, scheme: 'blues', domain: [0, 1], clamp: true } as const;

type Curve = { readonly label: string; readonly color: string; readonly dash: string };
const trainCurve: Curve = { label: runSeries.trainLoss.label, color: '#e07b00', dash: 'none' };
const evalCurve: Curve = { label: runSeries.evalLoss.label, color: '#1d1a4f', dash: '6 3' };

/** A loss of 0 has no place on a log axis: it becomes a gap. */
const positive = (value: number): number => (value > 0 ? value : Number.NaN);

const lossPoints = (frames: readonly Frame[], of: (frame: Frame) => number) =>
  bucketed(
    frames.map((frame) => ({ epoch: frame.epoch, value: positive(of(frame)) })),
    mostStretches,
  );

const curveMarks = (points: ReturnType<typeof lossPoints>, { color, dash }: Curve): Plot.Markish[] => [
  Plot.ruleX(
    points.filter(({ minimum, maximum }) => maximum > minimum),
    { x: 'epoch', y1: 'minimum', y2: 'maximum', stroke: color, strokeOpacity: 0.5 },
  ),
  Plot.line(points, { x: 'epoch', y: 'value', stroke: color, strokeWidth: 1.6, strokeDasharray: dash }),
];

const batchBand = (frames: readonly Frame[]) =>
  spread(frames, mostStretches).flatMap(({ epoch, batchLoss }) =>
    batchLoss && batchLoss.minimum > 0 && Number.isFinite(batchLoss.maximum) ? [{ epoch, ...batchLoss }] : [],
  );

/** Frames are in order; a run that has not trained still needs an axis with a length. */
const lastEpoch = (frames: readonly Frame[]): number => Math.max(1e-3, frames[frames.length - 1].epoch);

const epochAxis = (frames: readonly Frame[]) =>
  ({
    domain: [0, lastEpoch(frames)],
    label: 'epoch',
    labelAnchor: 'center',
    labelArrow: 'none',
  }) as const;

const allLosses = (frames: readonly Frame[]): number[] =>
  frames.flatMap(({ trainLoss, evalLoss, batchLoss }) => [
    ...[trainLoss, evalLoss],
    ...(batchLoss ? [batchLoss.minimum, batchLoss.maximum] : []),
  ]);

const drawLoss = ({ frames, marks }: RunTimeline): Part => {
  const ticks = logTicks(allLosses(frames), 8);
  return drawPlot({
    width,
    height: 250,
    marginLeft,
    marginRight,
    marginTop: 18,
    marginBottom: 40,
    x: epochAxis(frames),
    y: { type: 'log' },
    marks: [
      logAxis(ticks, 'loss'),
      Plot.gridY({ stroke: '#ddd', strokeOpacity: 1, ticks }),
      Plot.frame({ stroke: '#999' }),
      Plot.areaY(batchBand(frames), {
        x: 'epoch',
        y1: 'minimum',
        y2: 'maximum',
        fill: '#444',
        fillOpacity: 0.15,
      }),
      ...curveMarks(
        lossPoints(frames, (frame) => frame.trainLoss),
        trainCurve,
      ),
      ...curveMarks(
        lossPoints(frames, (frame) => frame.evalLoss),
        evalCurve,
      ),
      Plot.ruleX(marks, { x: 'epoch', stroke: '#555', strokeDasharray: '1 3' }),
      Plot.text(labelled(marks, lastEpoch(frames) / 12), {
        x: 'epoch',
        text: 'label',
        frameAnchor: 'top',
        lineAnchor: 'bottom',
        dy: -3,
        fontSize: 9,
        fill: '#333',
      }),
    ],
  });
};

type MatchCell = {
  readonly from: number;
  readonly to: number;
  readonly teacher: number;
  readonly match: number;
};

/** Best match of each teacher node, held from one frame to the next. */
const matchCells = (frames: readonly Frame[], layer: number): MatchCell[] => {
  const columns = spread(frames, mostColumns);
  return columns.slice(0, -1).flatMap(({ epoch, layers }, index) =>
    layers[layer].bestMatchOfTeacher.map((match, teacher) => ({
      from: epoch,
      to: columns[index + 1].epoch,
      teacher,
      match,
    })),
  );
};

/** Epoch from which on a teacher node's best match stays above the threshold; null while it is unlearned. */
export const specializedSince = (
  frames: readonly Frame[],
  layer: number,
  teacher: number,
  threshold: number,
): number | null => {
  const above = ({ layers }: Frame): boolean =>
    isSpecialized(layers[layer].bestMatchOfTeacher[teacher], threshold);
  const lastBelow = frames.findLastIndex((frame) => !above(frame));
  return lastBelow === frames.length - 1 ? null : frames[lastBelow + 1].epoch;
};

const drawMatches = ({ frames, marks }: RunTimeline, layer: number, threshold: number): Part => {
  const teachers = frames[0].layers[layer].bestMatchOfTeacher.length;
  const nodes = Array.from({ length: teachers }, (_, teacher) => ({
    teacher,
    since: specializedSince(frames, layer, teacher, threshold),
    final: frames[frames.length - 1].layers[layer].bestMatchOfTeacher[teacher],
  }));
  const every = Math.ceil(teachers / 20);
  return drawPlot({
    width,
    height: 64 + Math.min(420, Math.max(8, teachers) * 14),
    marginLeft,
    marginRight,
    marginTop: 18,
    marginBottom: 40,
    x: epochAxis(frames),
    y: {
      type: 'band',
      domain: nodes.map(({ teacher }) => teacher),
      label: frames[0].layers.length > 1 ? `layer ${layer}: teacher node` : 'teacher node',
      labelAnchor: 'center',
      labelArrow: 'none',
      padding: 0.06,
      ticks: nodes.map(({ teacher }) => teacher).filter((teacher) => teacher % every === 0),
    },
    color: shades,
    marks: [
      Plot.rect(matchCells(frames, layer), {
        x1: 'from',
        x2: 'to',
        y: 'teacher',
        fill: 'match',
        inset: 0,
        insetLeft: -0.2,
        insetRight: -0.2,
      }),
      Plot.ruleX(marks, { x: 'epoch', stroke: '#b03000', strokeDasharray: '1 3' }),
      Plot.dot(
        nodes.filter(({ since }) => since !== null),
        { x: 'since', y: 'teacher', symbol: 'diamond', r: 4, fill: '#fff', stroke: '#000' },
      ),
      Plot.text(
        nodes.filter(({ teacher }) => teacher % every === 0),
        {
          y: 'teacher',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 8,
          text: ({ final }: { final: number }) => final.toFixed(3),
          fill: '#111',
        },
      ),
      Plot.frame({ stroke: '#999' }),
    ],
  });
};

const shadeLegend = (): Part => {
  const ramp = Plot.scale({ color: shades });
  const shade = (level: number) => ({ color: String(ramp.apply(level)), swatch: true });
  return drawLegend(
    [
      { ...shade(0), label: 'best match 0' },
      ...[0.5, 0.8, 0.95, 1].map((level) => ({ ...shade(level), label: String(level) })),
      { label: 'specialized from here on', color: '#fff', stroke: '#000', symbol: 'diamond' as const },
    ],
    width,
  );
};

/** What was run, in one line. */
export const runSubtitle = ({ header }: RunInput): string => {
  const { d, c, strengthDecay, seed, learningRate } = header.experiment;
  const m = header.teacherStrength.map((nodes) => nodes.length).join('-') || '-';
  const n = header.studentNodes.join('-') || '-';
  const { engine, variant, precision } = header.engine;
  return `${header.title}: d = ${d}, m = ${m}, n = ${n}, c = ${c}, p = ${strengthDecay}, learning rate ${learningRate}, seed ${seed}; ${engine} ${variant} ${precision}`;
};

/** Loss and best match of every teacher node over a run. */
export const runFigure = (run: RunInput, name: string, threshold: number): Figure => {
  const lossLegend = drawLegend(
    [trainCurve, evalCurve, { label: 'range of minibatch losses', color: '#444', band: true }],
    width,
  );
  const layers = run.frames[0].layers.map((_, layer) => drawMatches(run, layer, threshold));
  const caption = `Above: loss on a log axis, with the range of minibatch losses between two frames. Below: the best correlation of each teacher node with a student node on the evaluation set, darker is closer to 1, and its last value at the right; a diamond marks the time since which it has been above ${threshold}. Dotted vertical lines are interventions.`;
  const parts = [lossLegend, drawLoss(run), ...(layers.length > 0 ? [shadeLegend(), ...layers] : [])];
  return composeFigure(name, `Run ${run.name}`, runSubtitle(run), caption, parts);
};
