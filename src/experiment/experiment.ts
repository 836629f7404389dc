import * as z from 'zod';

/** Weight values that the reference's traces draw teacher entries from (reference README, two-layer section). */
const referenceTeacherChoices = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

const count = z.int().min(1).max(1_000_000);
const scale = z.number().positive().max(1e6);

/**
 * Every setting of a two-layer student-teacher experiment, with its default.
 *
 * Defaults are the paper's two-layer section (Tian 2019, arXiv:1909.13458), m=10 at 5x.
 * Either `n` or `multi` fixes the student's width; giving both is an error.
 */
const fields = {
  kind: z.literal('two-layer').default('two-layer'),
  d: count.max(10_000).default(100).describe('input dimension'),
  m: count.max(10_000).default(10).describe('teacher nodes'),
  n: count.max(10_000).optional().describe('student nodes; give this or multi'),
  multi: z.number().positive().max(10_000).optional().describe('over-realization n/m; default 5'),
  c: count.max(10_000).default(50).describe('outputs'),
  teacherChoices: z
    .array(z.number().min(-1e6).max(1e6))
    .min(2)
    .max(256)
    .nullable()
    .default(referenceTeacherChoices)
    .describe('values teacher weights are drawn from, rows all different; null: Gaussian times teacherScale'),
  strengthDecay: z.number().min(0).max(20).default(1).describe('p: fan-out row j is divided by (j+1)^p'),
  bias: z.number().min(-1e6).max(1e6).default(-0.1).describe('every bias of the teacher'),
  noBias: z.boolean().default(false).describe('teacher and student without biases'),
  teacherScale: scale.default(0.1).describe('standard deviation of a Gaussian teacher (teacherChoices null)'),
  studentScale: scale.default(0.005).describe('standard deviation of the initial student weights'),
  dataStd: scale.default(1.5).describe('standard deviation of the inputs'),
  trainSize: count.default(10_000).describe('training samples'),
  evalSize: count.min(2).default(10_000).describe('evaluation samples'),
  batchSize: count.max(100_000).default(16).describe('samples a step, drawn with replacement'),
  sgd: z.boolean().default(true).describe('false: every step uses the whole training set'),
  stepsPerEpoch: count.default(1000).describe('steps in an epoch'),
  epochs: count.default(100).describe('epochs in the run'),
  learningRate: z.number().positive().max(1e6).default(0.01).describe('size of a step'),
  halvingPeriod: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('epochs between halvings of the rate; 0: never'),
  regenerateData: z.boolean().default(false).describe('a new training set after each epoch'),
  normalizeStudent: z
    .boolean()
    .default(false)
    .describe('student columns rescaled to unit length after each update'),
  featuresFixed: z.boolean().default(false).describe('the first layer is not trained'),
  topLayerFixed: z.boolean().default(false).describe('the second layer is not trained'),
  relu: z.boolean().default(true).describe('false: linear networks'),
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
  seed: z.int().min(0).max(0xffffffff).default(1).describe('seed of every random stream'),
  precision: z.enum(['float32', 'float64']).default('float32').describe('arithmetic of the engine'),
  frameEvery: z
    .union([z.literal('auto'), count.max(1_000_000_000)])
    .default('auto')
    .describe('steps between frames; auto keeps evaluation under a sixth of the arithmetic'),
};

/** The reference's option names (luckmatters, two-layer configuration) beside ours. */
export const referenceAliases: Readonly<Record<string, keyof typeof fields>> = {
  choices: 'teacherChoices',
  teacher_strength_decay: 'strengthDecay',
  no_bias: 'noBias',
  teacher_scale: 'teacherScale',
  student_scale: 'studentScale',
  data_std: 'dataStd',
  N_train: 'trainSize',
  N_eval: 'evalSize',
  batchsize: 'batchSize',
  use_sgd: 'sgd',
  num_iter_per_epoch: 'stepsPerEpoch',
  num_epoch: 'epochs',
  lr: 'learningRate',
  lr_reduction: 'halvingPeriod',
  regen_dataset: 'regenerateData',
  normalize: 'normalizeStudent',
  feature_fixed: 'featuresFixed',
  top_layer_fixed: 'topLayerFixed',
  nonlinear: 'relu',
  adv_init: 'advInit',
  theory_suggest_train: 'theoryData',
  theory_suggest_mean: 'theoryMean',
  theory_suggest_sigma: 'theorySigma',
};

export const experimentFields = fields;

/** Every key optional, no other key allowed, defaults filled in. */
export const optionsSchema = z.strictObject(fields);

/** What a preset or the command line may give: every key optional. */
export type ExperimentOptions = z.input<typeof optionsSchema>;

/** A validated experiment: every value present, `n` and `multi` both resolved. */
export type Experiment = Readonly<
  Omit<z.output<typeof optionsSchema>, 'n' | 'multi'> & { n: number; multi: number }
>;

/** Samples of a theory-suggested set asked to have `trainSize`: the same number, a multiple of 3, a teacher node. */
export const theoryDataSize = ({ m, trainSize }: Pick<Experiment, 'm' | 'trainSize'>): number =>
  3 * m * Math.ceil(trainSize / (3 * m));
