import { resolveExperiment } from '../../src/experiment/draft.js';
import type { MultiLayerExperiment, MultiLayerOptions } from '../../src/experiment/experiment.js';
import { prepareRun } from '../../src/problem/prepare.js';
import type { Problem } from '../../src/problem/problem.js';

/** Small enough for the oracle: 3 hidden layers of 4, 5 and 3 teacher nodes at 2x, 50 samples in batches of 8. */
const small: MultiLayerOptions = {
  kind: 'multi-layer',
  d: 6,
  hidden: [4, 5, 3],
  multi: 2,
  c: 4,
  dataStd: 3,
  trainSize: 50,
  evalSize: 41,
  batchSize: 8,
  epochs: 4,
  learningRate: 0.1,
  precision: 'float64',
  seed: 5,
};

export const smallDeepExperiment = (options: Partial<MultiLayerOptions> = {}): MultiLayerExperiment =>
  resolveExperiment({ ...small, ...options }, 'test');

export const deepProblem = (options: Partial<MultiLayerOptions> = {}): Problem =>
  prepareRun(smallDeepExperiment(options)).problem;

/** A convolutional variant: images of side 6, two layers of 2 and 3 channels. */
export const smallImages = {
  d: undefined,
  convolutional: true,
  imageSide: 6,
  hidden: [2, 3],
  trainSize: 20,
  evalSize: 15,
} satisfies Partial<MultiLayerOptions>;

/** Every option that changes the arithmetic of a run, one variant of each. */
export const deepVariants: Readonly<Record<string, Partial<MultiLayerOptions>>> = {
  plain: {},
  momentum: { momentum: 0.9, weightDecay: 0.01 },
  adam: { optimizer: 'adam', weightDecay: 0.01, learningRate: 0.01 },
  'cross-entropy': { crossEntropy: true },
  'leaky teacher': { teacherLeak: 0.2 },
  'leaky student': { studentLeak: 0.2 },
  normalized: { normalizeStudent: true },
  'no biases': { noBias: true, tuneTeacherBias: false, tuneTeacherOutput: false },
  'one layer': { hidden: [5] },
  pruned: { pruneRatios: [0.5, 0.2, 0.4] },
  'Langevin noise': { temperature: 0.001, weightDecay: 0.1 },
  'Langevin noise, no biases': {
    temperature: 0.001,
    noBias: true,
    tuneTeacherBias: false,
    tuneTeacherOutput: false,
  },
};

/** Those that need batch norm or images. */
export const normAndImageVariants: Readonly<Record<string, Partial<MultiLayerOptions>>> = {
  'batch norm': { batchNorm: true, batchNormAffine: true },
  'batch norm before the ReLU': { batchNorm: true, batchNormBeforeRelu: true },
  'teacher batch norm': { teacherBatchNorm: true, teacherBatchNormAffine: true },
  'leaky student, batch norm': { batchNorm: true, studentLeak: 0.2 },
  images: smallImages,
  'images, batch norm, Langevin noise': {
    ...smallImages,
    ...{ batchNorm: true, batchNormAffine: true, temperature: 0.001 },
  },
  'images, batch norm, adam': { ...smallImages, batchNorm: true, optimizer: 'adam', learningRate: 0.01 },
};
