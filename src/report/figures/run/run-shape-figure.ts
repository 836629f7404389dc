import * as Plot from '@observablehq/plot';
import type { Frame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { runSubtitle } from './run-figure.js';

/** A student node as a point of the L-shape. */
type Point = { readonly bestMatch: number; readonly fanOutNorm: number };

const fanOutName = 'fan-out norm';

/** Where the points of the L-shape come from, and how its axes are called. */
type Source = {
  readonly correlation: string;
  readonly fanOut: string;
  /** Null where a frame has no such points. */
  readonly pointsOf: (frame: Frame, layer: number) => Point[] | null;
};

const bestOnEvaluation = (frame: Frame, layer: number, student: number): number =>
  Math.max(...frame.layers[layer].correlation.map((row) => row[student]));

/** From the best: the published figure's axes, its height alone, and what every frame has. */
const sources: readonly Source[] = [
  {
    correlation: 'training',
    fanOut: 'sqrt(E beta)',
    pointsOf: ({ statements }, layer) => {
      if (statements === undefined || typeof statements === 'string') return null;
      if (layer === 0)
        return statements.students.map(({ correlation, fanOutNorm }) => ({
          bestMatch: correlation,
          fanOutNorm,
        }));
      const { correlation, fanOutNorm } = statements.upper[layer - 1];
      return fanOutNorm.map((norm, student) => ({ bestMatch: correlation[student], fanOutNorm: norm }));
    },
  },
  {
    correlation: 'evaluation',
    fanOut: 'sqrt(E beta)',
    pointsOf: (frame, layer) => {
      const { forms, fanOutNorm } = frame.layers[layer];
      if (!forms) return null;
      return fanOutNorm.map((_, student) => ({
        bestMatch: bestOnEvaluation(frame, layer, student),
        fanOutNorm: Math.sqrt(forms.betaStudent[student][student]),
      }));
    },
  },
  {
    correlation: 'evaluation',
    fanOut: fanOutName,
    pointsOf: (frame, layer) =>
      frame.layers[layer].fanOutNorm.map((fanOutNorm, student) => ({
        bestMatch: bestOnEvaluation(frame, layer, student),
        fanOutNorm,
      })),
  },
];

/** Whether the statements have the norm of the fan-out weights in place of sqrt(E beta), for there are no forms. */
const hasNoForms = ({ statements }: Frame): boolean =>
  typeof statements === 'object' && statements.form.samples === 0;

/** The best source that all frames have points of. */
export const sourceOf = (frames: readonly Frame[]): Source => {
  const best = sources.find(({ pointsOf }) => frames.every((frame) => pointsOf(frame, 0) !== null));
  const source = best ?? sources[sources.length - 1];
  return source === sources[0] && frames.some(hasNoForms) ? { ...source, fanOut: fanOutName } : source;
};

/** Shares of the run at which its L-shape is shown: specialization is fast at first. */
const moments = [0, 0.05, 0.2, 0.5, 1];

const framesAt = (frames: readonly Frame[]): Frame[] => {
  const end = frames[frames.length - 1].epoch;
  const nearest = (epoch: number): Frame =>
    frames.reduce((best, frame) =>
      Math.abs(frame.epoch - epoch) < Math.abs(best.epoch - epoch) ? frame : best,
    );
  return [...new Set(moments.map((share) => nearest(share * end)))];
};

const epochLabel = (epoch: number): string => `epoch ${Number(epoch.toFixed(2))}`;

const drawLayer = (frames: readonly Frame[], source: Source, layer: number, threshold: number): Part => {
  const points = frames.flatMap((frame) =>
    (source.pointsOf(frame, layer) ?? []).map((point) => ({ ...point, epoch: frame.epoch })),
  );
  const layers = frames[0].layers.length;
  return drawPlot({
    width: Math.max(440, 70 + 160 * frames.length),
    height: 210,
    marginLeft: 52,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 42,
    x: {
      // A node that correlates with no teacher node but negatively lies left of 0.
      domain: [points.reduce((least, { bestMatch }) => Math.min(least, bestMatch), 0), 1],
      insetLeft: 3,
      insetRight: 5,
      ticks: 3,
      label: `best correlation on the ${source.correlation} set`,
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: '~r',
    },
    y: {
      zero: true,
      insetTop: 4,
      insetBottom: 4,
      nice: true,
      ticks: 4,
      label: layers > 1 ? `layer ${layer}: ${source.fanOut}` : source.fanOut,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    fx: { domain: frames.map(({ epoch }) => epoch), tickFormat: epochLabel, label: null, padding: 0.08 },
    marks: [
      Plot.frame({ stroke: '#999' }),
      Plot.ruleX([threshold], { stroke: '#777', strokeDasharray: '3 3' }),
      Plot.dot(points, {
        x: 'bestMatch',
        y: 'fanOutNorm',
        fx: 'epoch',
        r: 2,
        fill: '#16254a',
        fillOpacity: 0.5,
      }),
    ],
  });
};

/** The L-shape of every layer as it forms over a run. */
export const runShapeFigure = (run: RunInput, name: string, threshold: number): Figure => {
  const whole = run.frames.filter(({ layers }) => layers[0].fanOutNorm.length > 0);
  const finite = whole.filter(({ evalLoss }) => Number.isFinite(evalLoss));
  const frames = framesAt(finite.length > 0 ? finite : whole);
  const source = sourceOf(frames);
  const parts = frames[0].layers.map((_, layer) => drawLayer(frames, source, layer, threshold));
  const caption = `Each dot is a student node: its best correlation with a teacher node on the ${source.correlation} set, against its ${source.fanOut}, at ${frames.length} moments of the run; a row for each hidden layer, the lowest first. The dashed line is the threshold ${threshold}.`;
  return composeFigure(
    `${name}-l-shape`,
    `L-shape over the run ${run.name}`,
    runSubtitle(run),
    caption,
    parts,
  );
};
