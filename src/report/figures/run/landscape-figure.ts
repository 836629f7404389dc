import * as Plot from '@observablehq/plot';
import type { Frame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { spread } from '../../run-timeline.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { drawLegend, seriesStyles } from '../series-style.js';
import { runSubtitle } from './run-figure.js';

const width = 760;
/** Most frames that a figure of this width can show. */
const mostFrames = 300;

type Point = { readonly epoch: number; readonly value: number };
type Line = { readonly label: string; readonly points: readonly Point[] };

const lineOf = (frames: readonly Frame[], label: string, of: (frame: Frame) => number | undefined): Line => ({
  label,
  points: frames.map((frame) => ({ epoch: frame.epoch, value: of(frame) ?? Number.NaN })),
});

/** The curvature of a frame that has it. */
const curvatureOf = ({ curvature }: Frame) => (typeof curvature === 'object' ? curvature : undefined);

const eigenvalueLines = (frames: readonly Frame[]): Line[] => [
  lineOf(frames, 'largest eigenvalue of the Hessian', (frame) => curvatureOf(frame)?.largest.value),
  lineOf(frames, 'smallest eigenvalue', (frame) => curvatureOf(frame)?.smallest.value),
];

const distanceLines = (frames: readonly Frame[]): Line[] =>
  (frames[0]?.richness?.distance ?? []).map((_, layer, all) =>
    lineOf(
      frames,
      layer === all.length - 1 ? 'distance of the head from its start' : `distance of layer ${layer}`,
      ({ richness }) => richness?.distance[layer],
    ),
  );

const kernelLines = (frames: readonly Frame[]): Line[] => [
  lineOf(frames, 'turn of the tangent kernel', ({ richness }) => richness?.kernel),
];

/** Lines over epochs below their legend; nothing where they have no number. */
const panelOf = (lines: readonly Line[], end: number): Part[] => {
  if (!lines.some(({ points }) => points.some(({ value }) => Number.isFinite(value)))) return [];
  const styles = seriesStyles(lines.length);
  const plot = drawPlot({
    width,
    height: 150,
    marginLeft: 64,
    marginRight: 20,
    marginTop: 8,
    marginBottom: 34,
    x: { domain: [0, end], label: 'epoch', labelAnchor: 'center', labelArrow: 'none' },
    y: { label: null, ticks: 4, nice: true, zero: true },
    marks: [
      Plot.gridY({ ticks: 4, stroke: '#ddd', strokeOpacity: 1 }),
      Plot.frame({ stroke: '#999' }),
      ...lines.map(({ points }, at) =>
        Plot.line(points, {
          x: 'epoch',
          y: 'value',
          stroke: styles[at].color,
          strokeDasharray: styles[at].dash,
          strokeWidth: 1.6,
        }),
      ),
    ],
  });
  const legend = lines.map(({ label }, at) => ({ label, color: styles[at].color, dash: styles[at].dash }));
  return [drawLegend(legend, width), plot];
};

const caption =
  'Ends of the spectrum of the Hessian of the loss that is trained, by Lanczos’ method on exact products; |W - W0| / |W0| of each layer; and 1 - <K, K0> / (|K| |K0|) of the tangent kernel, near 0 in lazy training.';

/** Curvature, and how far the student is from its start, over a run; null of a run that measured neither. */
export const landscapeFigure = (run: RunInput, name: string): Figure | null => {
  const { frames } = run;
  const curved = frames.filter((frame) => curvatureOf(frame) !== undefined);
  const gauged = frames.filter(({ richness }) => richness !== undefined);
  const end = Math.max(1e-3, frames[frames.length - 1].epoch);
  const [curvatures, gauges] = [curved, gauged].map((some) => spread(some, mostFrames));
  const parts = [eigenvalueLines(curvatures), distanceLines(gauges), kernelLines(gauges)].flatMap((lines) =>
    panelOf(lines, end),
  );
  if (parts.length === 0) return null;
  const title = `Curvature, and the way from the start, over the run ${run.name}`;
  return composeFigure(`${name}-landscape`, title, runSubtitle(run), caption, parts);
};
