import * as z from 'zod';
import { later } from '../input/index.js';
import { classesSchema, curvatureSchema, orderSchema, statementsSchema } from './frame-measurements.js';
import type { Immutable } from './immutable.js';
import { count, number, numbers, table } from './values.js';

const layerSchema = later(() =>
  z
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
    .describe('Specialization of one hidden layer on the evaluation set.'),
);

/** One published snapshot of a run. Steps and metrics are deterministic; clock readings are not. */
export const frameSchema = later(() =>
  z.object({
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
      .describe(
        'Minibatch losses since the previous frame (before each update); null when no step was taken.',
      ),
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
    labels: z
      .object({ loss: number, topAgreement: numbers })
      .exactOptional()
      .describe(
        "The student against the data set's own labels: mean cross-entropy, and the percentage of evaluation samples whose " +
          'label is among its first 1 .. 5. Only with the setting `labelMetrics`.',
      ),
    classes: classesSchema
      .exactOptional()
      .describe(
        'Evaluation samples of each class, by the largest output of the teacher and of the student, and by the labels of the ' +
          'data set where the setting `labelMetrics` reads them. Only with the setting `classCounts`.',
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
    richness: z
      .object({ distance: numbers, kernel: number })
      .exactOptional()
      .describe(
        "How far the student is from its start: |W - W0| / |W0| of each layer's weights, the head's last, and how much the " +
          'tangent kernel has turned, null where it is not computed; 5 significant digits. Only with the setting `richness`.',
      ),
    orderParameters: orderSchema
      .exactOptional()
      .describe(
        'Covariances of pre-activations over all inputs, 6 significant digits: `q` of student nodes, `r` of student with ' +
          'teacher nodes, `t` of teacher nodes; `loss`: what the evaluation loss is then, in closed form; `predicted`: by the ' +
          'equations of online learning from the start on, as if nobody had touched the run, null where they diverge, or why ' +
          'nothing is predicted. Only of networks without biases on online Gaussian samples, see docs/guide/theory.md.',
      ),
    stateHash: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe("Hash over the bits of the student's weights: equal students have equal hashes."),
    stepsPerSecond: number.describe('Measured while training, evaluation included.'),
    trainingSeconds: number.describe('Time spent running, pauses excluded.'),
  }),
);

export type Frame = Immutable<z.output<typeof frameSchema>>;

/** The names of all fields of a frame. */
export const frameFields = (): readonly (keyof Frame)[] =>
  Object.keys(frameSchema.unwrap().shape) as (keyof Frame)[];

/** A frame of another trainer: only its step and its losses are needed. */
export const foreignFrameSchema = later(() => {
  const { shape } = frameSchema.unwrap();
  return frameSchema.unwrap().extend({
    epoch: shape.epoch.default(0),
    evalLoss: shape.evalLoss.default(Number.NaN),
    batchLoss: shape.batchLoss.default(null),
    learningRate: shape.learningRate.default(Number.NaN),
    layers: z
      .array(layerSchema)
      .default([])
      .describe('The hidden layers, from the inputs up; left out where the log has losses alone.'),
    stateHash: shape.stateHash.default('0'.repeat(16)),
    stepsPerSecond: shape.stepsPerSecond.default(Number.NaN),
    trainingSeconds: shape.trainingSeconds.default(Number.NaN),
  });
});

/** Specialization of one hidden layer on the evaluation set. */
export type LayerFrame = Frame['layers'][number];

/** The paper's gradient forms of a hidden layer. Source: Tian 2019; luckmatters stats_operator.py, StatsHs. */
export type FormsFrame = NonNullable<LayerFrame['forms']>;
