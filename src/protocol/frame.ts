import * as z from 'zod';
import { isSpecialized } from '../net/index.js';
import { curvatureSchema, statementsSchema } from './frame-measurements.js';
import type { Immutable } from './immutable.js';
import { count, number, numbers, table } from './values.js';

const layerSchema = z
  .object({
    bestMatchOfTeacher: numbers.describe(
      'Row maximum of the correlation, by teacher node; 6 significant digits.',
    ),
    bestStudentOfTeacher: z.array(count).describe('The student node that attains it.'),
    fanOutNorm: numbers.describe(
      '||v_k|| of each student node, the length of its fan-out weights, bias excluded; 6 significant digits.',
    ),
    correlation: table.describe('[teacher][student], rounded to 3 decimals.'),
    observability: z
      .array(z.string().regex(/^[.0-9]*$/))
      .describe(
        'One string a teacher node, one character a student node: "." where no sample shows both sides of ' +
          "teacher j's boundary while student k is active, else a digit q: at least one sample and " +
          'q/20 <= share of samples < (q+1)/20 (9 also for the half itself).',
      ),
    forms: z
      .object({ hStudent: table, betaStudent: table, hTeacher: table, betaTeacher: table })
      .exactOptional()
      .describe(
        "Means over the evaluation set of the paper's gradient forms, [student] by [student] or [teacher], constant " +
          'units last, rounded to 4 significant digits; only with `gradientForms`.',
      ),
  })
  .describe('Specialization of one hidden layer on the evaluation set.');

/** One published snapshot of a run. Steps and metrics are deterministic; clock readings are not. */
export const frameSchema = z.object({
  type: z.literal('frame'),
  step: count.describe('Steps taken.'),
  epoch: z.number().min(0).describe('Completed epochs, fractional between boundaries.'),
  trainLoss: number.describe(
    'Mean over samples and outputs of the squared error on the whole training set, or the mean cross-entropy; null when ' +
      'it is not finite.',
  ),
  evalLoss: number.describe('The same on the evaluation set.'),
  batchLoss: z
    .object({ minimum: number, mean: number, maximum: number })
    .nullable()
    .describe('Minibatch losses since the previous frame (before each update); null when no step was taken.'),
  learningRate: number.describe('What the next step will use.'),
  layers: z.array(layerSchema).min(1).describe('The hidden layers, from the inputs up.'),
  teacherStrength: table
    .exactOptional()
    .describe("As the header's, where the teacher has been changed since."),
  gradientNorms: z
    .object({ weights: numbers, biases: numbers })
    .exactOptional()
    .describe(
      "Norms of the minibatch gradients of each layer, the head's last, means since the previous frame. Only of " +
        'experiments after the published script of several layers, and only after a step.',
    ),
  topAgreement: numbers
    .exactOptional()
    .describe(
      "Percentage of evaluation samples whose teacher class is among the student's first 1 .. 5; with cross-entropy.",
    ),
  statements: statementsSchema
    .exactOptional()
    .describe(
      "Quantities of the paper's statements on the lowest layer, 5 significant digits, or why there are none: see " +
        'docs/guide/theory.md. Only with the setting `statements`.',
    ),
  curvature: curvatureSchema
    .exactOptional()
    .describe(
      'Largest and smallest eigenvalue of the Hessian of the loss that is trained, each with its error, 5 significant ' +
        'digits, or why there are none: see docs/guide/theory.md. Only with the setting `curvatureEvery`.',
    ),
  stateHash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("Hash over the bits of the student's weights: equal students have equal hashes."),
  stepsPerSecond: number.describe('Measured while training, evaluation included.'),
  trainingSeconds: number.describe('Time spent running, pauses excluded.'),
});

export type Frame = Immutable<z.output<typeof frameSchema>>;

/** Specialization of one hidden layer on the evaluation set. */
export type LayerFrame = Frame['layers'][number];

/** The paper's gradient forms of a hidden layer. Source: Tian 2019; luckmatters stats_operator.py, StatsHs. */
export type FormsFrame = NonNullable<LayerFrame['forms']>;

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
    label: 'gradient norm',
    unit: '',
    better: null,
    long: 'gradient_norm',
    wide: 'gradient_norm.L',
    tag: 'gradient_norm/L',
    per: 'weights',
    of: ({ gradientNorms }) => gradientNorms?.weights,
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
