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

/** Name of a file in the data folder: a name, never a path that leads out of it. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\.)[^/\\\p{C}]+\.safetensors$/u)
  .meta({ allowed: 'the name of a .safetensors file, without a folder' });

const width = count.max(10_000);

/**
 * Every setting of a multi-layer student-teacher experiment, with its default.
 *
 * Defaults are the paper's multi-layer section (Tian 2019, arXiv:1909.13458: 50-75-100-125, d=20, 100
 * outputs, 10x, SGD) with one learning rate; rules of the reference's second script.
 */
export const multiLayerFields = later(() =>
  z.strictObject({
    kind: z.literal('multi-layer').describe('kind of experiment'),
    dataset: z
      .enum(['gaussian', 'uniform', 'mnist', 'cifar10'])
      .default('gaussian')
      .describe('inputs: drawn, or the first samples of MNIST or CIFAR-10'),
    d: count
      .max(100_000)
      .optional()
      .describe('input dimension, default 20; fixed by imageSide, mnist (784) and cifar10 (3072)'),
    convolutional: z.boolean().default(false).describe('hidden layers are 3x3 convolutions, valid, stride 1'),
    imageSide: z
      .int()
      .min(3)
      .max(256)
      .optional()
      .describe('side of drawn images of one channel, default 16; only with convolutional'),
    hidden: z
      .array(width)
      .min(1)
      .max(16)
      .default([50, 75, 100, 125])
      .describe('teacher nodes (channels) of each hidden layer, lowest first'),
    multi: z
      .number()
      .positive()
      .max(10_000)
      .optional()
      .describe(
        'over-realization of every layer; default 10, and 1 for a student that starts at the teacher',
      ),
    c: width.default(100).describe('outputs'),
    teacherChoices: weightChoices
      .default(referenceTeacherChoices)
      .describe('values teacher weights are drawn from, rows of each layer all different'),
    randomTeacher: z
      .boolean()
      .default(false)
      .describe("teacher weights from PyTorch's default initialization instead"),
    strengthDecay: z
      .number()
      .min(0)
      .max(20)
      .default(0)
      .describe('p: weights from node j of every layer divided by (j+1)^p'),
    tuneTeacherBias: z
      .boolean()
      .default(true)
      .describe('each teacher node made active on half of the evaluation set'),
    tuneTeacherOutput: z
      .boolean()
      .default(true)
      .describe('teacher outputs made zero in the mean and of deviation 1 on the evaluation set'),
    teacherLeak: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .default(null)
      .describe('slope of the teacher below zero; null: ReLU'),
    noBias: z.boolean().default(false).describe('teacher and student without biases'),
    batchNorm: z.boolean().default(false).describe('batch normalization in the student'),
    batchNormAffine: z.boolean().default(false).describe("with the student's own scale and shift"),
    teacherBatchNorm: z.boolean().default(false).describe('batch normalization in the teacher'),
    teacherBatchNormAffine: z.boolean().default(false).describe('with scale and shift'),
    batchNormBeforeRelu: z
      .boolean()
      .default(false)
      .describe('batch normalization before the ReLU, not after'),
    normalizeStudent: z
      .boolean()
      .default(false)
      .describe('student rows, bias with them, divided by the length of their weights after each update'),
    perturb: scale
      .nullable()
      .default(null)
      .describe('student starts at the teacher plus Gaussian noise of this deviation'),
    sameDirection: z
      .boolean()
      .default(false)
      .describe("student layers start in the direction of the teacher's, their own length kept"),
    sameSigns: z.boolean().default(false).describe("student weights start with the teacher's signs"),
    teacherFile: fileName
      .nullable()
      .default(null)
      .describe('teacher weights from this .safetensors file of the data folder (PyTorch state-dict names)'),
    studentFile: fileName.nullable().default(null).describe('initial student weights, likewise'),
    pruneRatios: z
      .array(z.number().min(0).max(0.999))
      .min(1)
      .max(16)
      .nullable()
      .default(null)
      .describe('share of weakest teacher nodes, by layer, to remove and leave out of the metrics'),
    optimizer: optimizerSchema.default('sgd').describe("PyTorch's update rule"),
    momentum: momentumSchema.default(0).describe('momentum of SGD'),
    weightDecay: weightDecaySchema.default(0).describe('L2 penalty added to gradients'),
    learningRate: learningRateSchema.default(0.05).describe('size of a step'),
    learningRateSchedule: z
      .record(z.string().regex(/^(0|[1-9][0-9]{0,5})$/), learningRateSchema)
      .meta({ allowed: 'an object of epochs' })
      .default({})
      .describe('rates from later epochs on, counted from 0: {"20": 0.1}'),
    crossEntropy: z
      .boolean()
      .default(false)
      .describe("cross-entropy against the teacher's arg-max class in place of mean squared error"),
    dataStd: scale
      .default(10)
      .describe('standard deviation of Gaussian inputs, width of the interval of uniform ones'),
    trainSize: count.default(10_000).describe('training samples'),
    evalSize: count.min(2).default(2000).describe('evaluation samples'),
    batchSize: count
      .max(100_000)
      .default(64)
      .describe('samples a step; an epoch goes once through a shuffled set'),
    labelMetrics: z
      .boolean()
      .exactOptional()
      .describe(
        "in every frame how the student does on the data set's own labels, which it is not trained on",
      ),
    classCounts: z
      .boolean()
      .exactOptional()
      .describe('in every frame how many evaluation samples each class has; with crossEntropy'),
    gradientForms: z
      .boolean()
      .default(false)
      .describe("H and beta matrices of the paper's multi-layer section in every frame"),
    ...commonFields.unwrap().shape,
  }),
);
