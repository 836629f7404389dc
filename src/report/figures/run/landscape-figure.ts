import type { Frame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { spread } from '../../run-timeline.js';
import { composeFigure, type Figure } from '../figure.js';
import { type EpochLine, lastEpochOf, lineOf, linePanel, mostFrames } from './line-panel.js';
import { runSubtitle } from './run-figure.js';

/** The curvature of a frame that has it. */
const curvatureOf = ({ curvature }: Frame) => (typeof curvature === 'object' ? curvature : undefined);

const eigenvalueLines = (frames: readonly Frame[]): EpochLine[] => [
  lineOf(frames, 'largest eigenvalue of the Hessian', (frame) => curvatureOf(frame)?.largest.value),
  lineOf(frames, 'smallest eigenvalue', (frame) => curvatureOf(frame)?.smallest.value),
];

/** Of the weights of each layer: the head's is the last. */
const layerLines = (
  frames: readonly Frame[],
  name: string,
  of: (frame: Frame) => readonly number[] | undefined,
): EpochLine[] => {
  const layers = Math.max(0, ...frames.map((frame) => of(frame)?.length ?? 0));
  return Array.from({ length: layers }, (_, layer) =>
    lineOf(
      frames,
      layer === layers - 1 ? `${name} of the head` : `${name} of layer ${layer}`,
      (frame) => of(frame)?.[layer],
    ),
  );
};

const kernelLines = (frames: readonly Frame[]): EpochLine[] => [
  lineOf(frames, 'turn of the tangent kernel', ({ richness }) => richness?.kernel),
];

const caption =
  'What of these the run measured: norms of the minibatch gradients of each layer’s weights; ends of the spectrum of the Hessian of the loss that is trained, by Lanczos’ method on exact products; |W - W0| / |W0| of each layer; and 1 - <K, K0> / (|K| |K0|) of the tangent kernel, near 0 in lazy training.';

/** Gradients, curvature, and how far the student is from its start, over a run; null of a run that measured none of them. */
export const landscapeFigure = (run: RunInput, name: string): Figure | null => {
  const { frames } = run;
  const curved = frames.filter((frame) => curvatureOf(frame) !== undefined);
  const gauged = frames.filter(({ richness }) => richness !== undefined);
  const end = lastEpochOf(frames);
  const [curvatures, gauges] = [curved, gauged].map((some) => spread(some, mostFrames));
  const parts = [
    ...linePanel(
      layerLines(spread(frames, mostFrames), 'gradient norm', ({ gradientNorms }) => gradientNorms?.weights),
      { end, scale: 'log' },
    ),
    ...linePanel(eigenvalueLines(curvatures), { end }),
    ...linePanel(
      layerLines(gauges, 'distance', ({ richness }) => richness?.distance),
      { end },
    ),
    ...linePanel(kernelLines(gauges), { end }),
  ];
  if (parts.length === 0) return null;
  const title = `Gradients, curvature and the way from the start over the run ${run.name}`;
  return composeFigure(`${name}-landscape`, title, runSubtitle(run), caption, parts);
};
