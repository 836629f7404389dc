import { orderObstacle } from '../../../experiment/index.js';
import { pointKind } from '../../../net/index.js';
import { type CurvatureMessage, type Frame, isForeign } from '../../../protocol/index.js';
import { shortStep } from '../../../words/index.js';
import type { Scene } from '../scene.js';

/** "curvature: saddle  largest 25.6  smallest -6.2 +- 0.01  at step 1.2k   (gradient 0.1, ...", as much as fits. */
const curvatureText = ({ step, curvature }: CurvatureMessage, width: number): string => {
  if (typeof curvature === 'string') return `curvature: unknown, ${curvature}`;
  const { largest, smallest, gradientNorm, samples } = curvature;
  const least = `${smallest.value.toPrecision(2)} +- ${smallest.error.toPrecision(2)}`;
  const ends = `largest ${largest.value.toPrecision(3)}  smallest ${least}`;
  const short = `curvature: ${pointKind(curvature)}  ${ends}`;
  const long = `${short}  at step ${shortStep(step)}`;
  const whole = `${long}   (gradient ${gradientNorm.toPrecision(2)}, ${samples} samples)`;
  return [whole, long].find(({ length }) => length <= width) ?? short;
};

/** "richness: weights moved 41x 12x, kernel turned 0.62" */
const richnessText = ({ distance, kernel }: NonNullable<Frame['richness']>): string => {
  // A layer that started with weights of 0 has no length to measure by.
  const moved = distance
    .map((value) => (Number.isFinite(value) ? `${value.toPrecision(2)}x` : '-'))
    .join(' ');
  return `richness: weights moved ${moved}${Number.isNaN(kernel) ? '' : `, kernel turned ${kernel.toPrecision(2)}`}`;
};

/** Classes that are named: the most common and the rarest. */
const namedClasses = 3;

/** "teacher 3: 212  7: 150  1: 90 ... 0: 2", the most common classes and the rarest ones. */
const countsText = (name: string, counts: readonly number[]): string => {
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const said = (classes: readonly number[]): string => classes.map((at) => `${at}: ${counts[at]}`).join('  ');
  if (order.length <= 2 * namedClasses) return `${name} ${said(order)}`;
  return `${name} ${said(order.slice(0, namedClasses))} .. ${said(order.slice(-namedClasses))}`;
};

/** Evaluation samples by class, a line a network. Source: luckmatters stats_operator.py, StatsCELoss. */
const classLines = ({ teacher, student, labels }: NonNullable<Frame['classes']>): string[] => [
  countsText('classes of the teacher', teacher),
  countsText('classes of the student', student),
  ...(labels ? [countsText('classes by label', labels)] : []),
];

/** "labels: cross-entropy 0.31, 91.2 % right, 99.4 % among the first 5" */
const labelText = ({ loss, topAgreement }: NonNullable<Frame['labels']>): string => {
  const [first] = topAgreement;
  const last = topAgreement[topAgreement.length - 1];
  return `labels: cross-entropy ${loss.toPrecision(3)}, ${first.toFixed(1)}% right, ${last.toFixed(1)}% among the first ${topAgreement.length}`;
};

const orderLine = ({ header }: Scene['state']): string[] => {
  const reason = header && !isForeign(header) ? orderObstacle(header.experiment) : null;
  return reason === null ? [] : [`order parameters: none, ${reason}`];
};

/** What is measured of the loss, of the way here and of classes, a line each, of so many columns where it can be said in them. */
export const measuredLines = (state: Scene['state'], width: number): string[] => {
  const { curvature, frame } = state;
  return [
    ...(curvature ? [curvatureText(curvature, width)] : []),
    ...(frame?.richness ? [richnessText(frame.richness)] : []),
    ...(frame?.labels ? [labelText(frame.labels)] : []),
    ...(frame?.classes ? classLines(frame.classes) : []),
    ...orderLine(state),
  ];
};
