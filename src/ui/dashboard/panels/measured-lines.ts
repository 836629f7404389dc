import { pointKind } from '../../../net/index.js';
import type { CurvatureMessage, Frame } from '../../../protocol/index.js';
import { shortStep } from '../../../words/index.js';
import type { Scene } from '../scene.js';

/** "curvature: largest 25.6  smallest -6.2 +- 0.01  saddle   (gradient 0.1, ..." */
const curvatureText = ({ step, curvature }: CurvatureMessage): string => {
  if (typeof curvature === 'string') return `curvature: unknown, ${curvature}`;
  const { largest, smallest, gradientNorm, samples } = curvature;
  const least = `${smallest.value.toPrecision(2)} +- ${smallest.error.toPrecision(2)}`;
  const ends = `largest ${largest.value.toPrecision(3)}  smallest ${least}`;
  const at = `gradient ${gradientNorm.toPrecision(2)}, step ${shortStep(step)}, ${samples} samples`;
  return `curvature: ${ends}  ${pointKind(curvature)}   (${at})`;
};

/** "richness: weights moved 41x 12x, kernel turned 0.62" */
const richnessText = ({ distance, kernel }: NonNullable<Frame['richness']>): string => {
  const moved = distance.map((value) => `${value.toPrecision(2)}x`).join(' ');
  return `richness: weights moved ${moved}${Number.isNaN(kernel) ? '' : `, kernel turned ${kernel.toPrecision(2)}`}`;
};

/** What is measured of the loss and of the way here, a line each. */
export const measuredLines = ({ curvature, frame }: Scene['state']): string[] => [
  ...(curvature ? [curvatureText(curvature)] : []),
  ...(frame?.richness ? [richnessText(frame.richness)] : []),
];
