import * as z from 'zod';
import { later } from '../../input/index.js';
import {
  commonFields,
  count,
  learningRateSchema,
  momentumSchema,
  optimizerSchema,
  referenceTeacherChoices,
  scale,
  weightChoices,
  weightDecaySchema,
} from './common-fields.js';

/**
 * Every setting of a two-layer student-teacher experiment, with its default.
 *
 * Defaults are the paper's two-layer section (Tian 2019, arXiv:1909.13458), m=10 at 5x.
 * Either `n` or `multi` fixes the student's width; giving both is an error.
 */
export const twoLayerFields = later(() =>
  z.strictObject({
    kind: z.literal('two-layer').default('two-layer'),
    d: count.max(10_000).default(100).describe('input dimension'),
    m: count.max(10_000).default(10).describe('teacher nodes'),
    n: count.max(10_000).optional().describe('student nodes; give this or multi'),
    multi: z.number().positive().max(10_000).optional().describe('over-realization n/m; default 5'),
    c: count.max(10_000).default(50).describe('outputs'),
    teacherChoices: weightChoices
      .nullable()
      .default(referenceTeacherChoices)
      .describe(
        'values teacher weights are drawn from, rows all different; null: Gaussian times teacherScale',
      ),
    strengthDecay: z.number().min(0).max(20).default(1).describe('p: fan-out row j is divided by (j+1)^p'),
    bias: z.number().min(-1e6).max(1e6).default(-0.1).describe('every bias of the teacher'),
    noBias: z.boolean().default(false).describe('teacher and student without biases'),
    teacherScale: scale
      .default(0.1)
      .describe('standard deviation of a Gaussian teacher (teacherChoices null)'),
    studentScale: scale.default(0.005).describe('standard deviation of the initial student weights'),
    dataStd: scale.default(1.5).describe('standard deviation of the inputs'),
    trainSize: count.default(10_000).describe('training samples'),
    evalSize: count.min(2).default(10_000).describe('evaluation samples'),
    batchSize: count.max(100_000).default(16).describe('samples a step, drawn with replacement'),
    sgd: z.boolean().default(true).describe('false: every step uses the whole training set'),
    stepsPerEpoch: count.default(1000).describe('steps in an epoch'),
    learningRate: learningRateSchema.default(0.01).describe('size of a step'),
    halvingPeriod: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe('epochs between halvings of the rate; 0: never'),
    normalizeStudent: z
      .boolean()
      .default(false)
      .describe('student columns rescaled to unit length after each update'),
    featuresFixed: z.boolean().default(false).describe('the first layer is not trained'),
    topLayerFixed: z.boolean().default(false).describe('the second layer is not trained'),
    relu: z.boolean().default(true).describe('false: linear networks'),
    // Without defaults from here: logs and checkpoints of runs that do not ask for them stay as they were.
    activation: z
      .enum(['relu', 'erf'])
      .exactOptional()
      .describe('activation of both networks, relu where left out; erf: erf(x / sqrt 2)'),
    optimizer: optimizerSchema.exactOptional().describe("PyTorch's update rule, sgd where left out"),
    momentum: momentumSchema.exactOptional().describe('momentum of SGD, none where left out'),
    weightDecay: weightDecaySchema
      .exactOptional()
      .describe('L2 penalty added to gradients, biases too; none where left out'),
    secondLayer: z
      .number()
      .min(-1e6)
      .max(1e6)
      .exactOptional()
      .describe(
        'every fan-out weight of both networks, output biases 0, the second layer not trained: soft committee machines',
      ),
    onlineSamples: z
      .boolean()
      .exactOptional()
      .describe('every sample is used once: each epoch draws as many new ones as its steps take'),
    outputNoise: z
      .number()
      .min(0)
      .max(1e6)
      .exactOptional()
      .describe("standard deviation of the noise on the teacher's outputs of training samples"),
    advInit: z
      .enum(['none', 'adv', 'help'])
      .default('none')
      .describe('student columns turned away from (adv) or towards (help) the last teacher node'),
    theoryData: z.boolean().default(false).describe('training samples on and around each teacher boundary'),
    theoryMean: z
      .number()
      .min(0)
      .max(1e6)
      .default(1)
      .describe('smallest distance of the outer samples along the normal'),
    theorySigma: z.number().min(0).max(1e6).default(1).describe('range of that distance'),
    ...commonFields.unwrap().shape,
  }),
);
