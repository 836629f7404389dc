import { isSpecialized } from '../../net/index.js';
import type { Frame, LayerFrame } from '../frame.js';

/** Correlation from which the published script counts a student node as a match of a teacher node. */
const countedMatch = 0.9;

/**
 * Student nodes that correlate with each teacher node from 0.9 on, by the correlations as logged (3 decimals).
 * Source: luckmatters stats_operator.py, StatsCorr, "MatchCnt".
 */
export const matchCounts = ({ correlation }: LayerFrame): number[] =>
  correlation.map((row) => row.filter((value) => value >= countedMatch).length);

/** What is said of a number of the frames wherever it is kept, drawn or exported. */
type Said = {
  /** What a legend calls it. */
  readonly label: string;
  readonly unit: string;
  /** Which way is better; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  /** The metric of the long CSV, the columns of the wide one and the tags for TensorBoard; absent where it is left out. */
  readonly long?: string;
  readonly wide?: string;
  readonly tag?: string;
};

/** One number a frame; undefined where the frame has none. */
export type RunSeries = Said & {
  readonly of: (frame: Frame) => number | undefined;
  /** A clock reading, which no two runs share. */
  readonly clock?: true;
};

/** Several numbers a frame. In its names K stands for the rank from 1, L for the layer of weights from 0. */
export type ListSeries = Said & {
  readonly of: (frame: Frame) => readonly number[] | undefined;
} & ({ readonly per: 'rank'; readonly wide?: never } | { readonly per: 'weights' });

/** Numbers of a hidden layer. In their names L stands for the layer, J for the teacher node. */
export type LayerSeries = Said &
  (
    | {
        readonly per: 'layer';
        readonly long?: never;
        readonly wide?: never;
        /** `threshold`: the header's. */
        readonly of: (layer: LayerFrame, threshold: number) => number;
      }
    | { readonly per: 'teacher'; readonly of: (layer: LayerFrame) => readonly number[] }
    | {
        readonly per: 'student';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (layer: LayerFrame) => readonly number[];
      }
    | {
        readonly per: 'pair';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (layer: LayerFrame) => readonly (readonly number[])[];
      }
  );

/** A number of the curvature, where a frame has it. */
const ofCurvature =
  (number: (curvature: Exclude<Frame['curvature'], string | undefined>) => number) =>
  ({ curvature }: Frame): number | undefined =>
    curvature === undefined || typeof curvature === 'string' ? undefined : number(curvature);

/** One number a frame, in the order of history, charts and exports. */
export const runSeries = {
  trainLoss: {
    label: 'training loss',
    unit: 'loss',
    better: 'lower',
    long: 'train_loss',
    wide: 'train_loss',
    tag: 'loss/train',
    of: ({ trainLoss }) => trainLoss,
  },
  evalLoss: {
    label: 'evaluation loss',
    unit: 'loss',
    better: 'lower',
    long: 'eval_loss',
    wide: 'eval_loss',
    tag: 'loss/eval',
    of: ({ evalLoss }) => evalLoss,
  },
  leastBatchLoss: {
    label: 'least minibatch loss',
    unit: 'loss',
    better: 'lower',
    wide: 'batch_loss_min',
    of: ({ batchLoss }) => batchLoss?.minimum,
  },
  meanBatchLoss: {
    label: 'mean minibatch loss',
    unit: 'loss',
    better: 'lower',
    long: 'batch_loss_mean',
    wide: 'batch_loss_mean',
    tag: 'loss/batch_mean',
    of: ({ batchLoss }) => batchLoss?.mean,
  },
  greatestBatchLoss: {
    label: 'greatest minibatch loss',
    unit: 'loss',
    better: 'lower',
    wide: 'batch_loss_max',
    of: ({ batchLoss }) => batchLoss?.maximum,
  },
  learningRate: {
    label: 'learning rate',
    unit: '',
    better: null,
    long: 'learning_rate',
    wide: 'learning_rate',
    tag: 'learning_rate',
    of: ({ learningRate }) => learningRate,
  },
  largestEigenvalue: {
    label: 'largest eigenvalue of the Hessian',
    unit: '',
    better: null,
    long: 'hessian_largest',
    tag: 'hessian/largest',
    of: ofCurvature(({ largest }) => largest.value),
  },
  smallestEigenvalue: {
    label: 'smallest eigenvalue of the Hessian',
    unit: '',
    better: null,
    long: 'hessian_smallest',
    tag: 'hessian/smallest',
    of: ofCurvature(({ smallest }) => smallest.value),
  },
  labelLoss: {
    label: 'cross-entropy with the labels',
    unit: 'loss',
    better: 'lower',
    long: 'label_loss',
    tag: 'labels/loss',
    of: ({ labels }) => labels?.loss,
  },
  kernelChange: {
    label: 'turn of the tangent kernel',
    unit: '',
    better: null,
    long: 'kernel_change',
    tag: 'richness/kernel_change',
    of: ({ richness }) => richness?.kernel,
  },
  closedFormLoss: {
    label: 'closed-form loss',
    unit: 'loss',
    better: 'lower',
    long: 'closed_form_loss',
    tag: 'loss/closed_form',
    of: ({ orderParameters }) => orderParameters?.loss,
  },
  predictedLoss: {
    label: 'predicted loss',
    unit: 'loss',
    better: null,
    long: 'predicted_loss',
    tag: 'loss/predicted',
    of: ({ orderParameters }) => orderParameters?.predicted?.loss,
  },
  stepsPerSecond: {
    label: 'speed',
    unit: 'steps per second',
    better: 'higher',
    clock: true,
    wide: 'steps_per_second',
    tag: 'speed/steps_per_second',
    of: ({ stepsPerSecond }) => stepsPerSecond,
  },
  trainingSeconds: {
    label: 'training time',
    unit: 'seconds',
    better: 'lower',
    clock: true,
    wide: 'training_seconds',
    of: ({ trainingSeconds }) => trainingSeconds,
  },
} as const satisfies Readonly<Record<string, RunSeries>>;

/** Several numbers a frame, in the order of the exports. */
export const listSeries: readonly ListSeries[] = [
  {
    label: 'agreement among the first K',
    unit: '%',
    better: 'higher',
    long: 'top_K_agreement',
    tag: 'top_agreement/K',
    per: 'rank',
    of: ({ topAgreement }) => topAgreement,
  },
  {
    label: 'labels among the first K',
    unit: '%',
    better: 'higher',
    long: 'top_K_labels',
    tag: 'labels/top_K',
    per: 'rank',
    of: ({ labels }) => labels?.topAgreement,
  },
  {
    label: 'gradient norm',
    unit: '',
    better: null,
    long: 'gradient_norm',
    wide: 'gradient_norm.L',
    tag: 'gradient_norm/L',
    per: 'weights',
    of: ({ gradientNorms }) => gradientNorms?.weights,
  },
  {
    label: 'distance from the start',
    unit: 'initial weights',
    better: null,
    long: 'distance_from_start',
    tag: 'richness/distance/L',
    per: 'weights',
    of: ({ richness }) => richness?.distance,
  },
];

/** Numbers of each hidden layer, in the order of the exports. */
export const layerSeries: readonly LayerSeries[] = [
  {
    label: 'specialized teacher nodes',
    unit: 'nodes',
    better: 'higher',
    tag: 'specialized/layer_L',
    per: 'layer',
    of: ({ bestMatchOfTeacher }, threshold) =>
      bestMatchOfTeacher.filter((best) => isSpecialized(best, threshold)).length,
  },
  {
    label: 'best match',
    unit: 'correlation',
    better: 'higher',
    long: 'best_match',
    wide: 'best_match.L.J',
    tag: 'best_match/layer_L/teacher_J',
    per: 'teacher',
    of: ({ bestMatchOfTeacher }) => bestMatchOfTeacher,
  },
  {
    label: 'best student',
    unit: 'student node',
    better: null,
    wide: 'best_student.L.J',
    per: 'teacher',
    of: ({ bestStudentOfTeacher }) => bestStudentOfTeacher,
  },
  {
    label: 'student nodes that match from 0.9 on',
    unit: 'student nodes',
    better: null,
    long: 'match_count',
    tag: 'match_count/layer_L/teacher_J',
    per: 'teacher',
    of: matchCounts,
  },
  {
    label: 'fan-out norm',
    unit: '',
    better: null,
    long: 'fan_out_norm',
    per: 'student',
    of: ({ fanOutNorm }) => fanOutNorm,
  },
  {
    label: 'correlation',
    unit: 'correlation',
    better: null,
    long: 'correlation',
    per: 'pair',
    of: ({ correlation }) => correlation,
  },
];

/** A series' name at a place: "best_match.L.J" -> "best_match.0.3". */
export const nameAt = (
  name: string,
  place: { readonly K?: number; readonly L?: number; readonly J?: number },
): string =>
  Object.entries(place).reduce((said, [letter, index]) => said.replace(letter, String(index)), name);

/** The series as a Markdown table. */
export const seriesMarkdown = (): string => {
  const code = (name: string | undefined): string => (name === undefined ? '' : `\`${name}\``);
  const all: readonly Said[] = [...Object.values(runSeries), ...listSeries, ...layerSeries];
  return [
    '| series | unit | better | metric of the long CSV | column of the wide CSV | TensorBoard tag |',
    '| --- | --- | --- | --- | --- | --- |',
    ...all.map(
      ({ label, unit, better, long, wide, tag }) =>
        `| ${label} | ${unit} | ${better ?? ''} | ${code(long)} | ${code(wide)} | ${code(tag)} |`,
    ),
    '',
  ].join('\n');
};
