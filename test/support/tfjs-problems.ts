import type { BatchNorm } from '../../src/net/batch-norm.js';
import { multiLayerRules } from '../../src/net/construction/training-rules.js';
import { type Matrix, zeros } from '../../src/net/matrix.js';
import type { Affine, Network } from '../../src/net/network.js';
import { RandomStream, streamState } from '../../src/net/random.js';
import { EpochSampler } from '../../src/problem/epoch-sampler.js';
import type { Problem } from '../../src/problem/problem.js';

export type DeepProblemShape = {
  /** Inputs, or channels of the image. */
  readonly inputs: number;
  /** Side of the image; null for dense networks. */
  readonly side: number | null;
  readonly teacher: readonly number[];
  readonly student: readonly number[];
  readonly outputs: number;
  readonly batch: number;
  readonly rows: number;
  readonly noBias: boolean;
  readonly norm: { readonly affine: boolean; readonly beforeRelu: boolean } | null;
  readonly teacherNorm: boolean;
  /** Slope of the teacher's activation below zero. */
  readonly leak: number;
  /** The same of the student's. */
  readonly studentLeak: number;
};

export const plainDeepShape: DeepProblemShape = {
  inputs: 6,
  side: null,
  teacher: [5, 4],
  student: [9, 7],
  outputs: 3,
  batch: 8,
  rows: 44,
  noBias: false,
  norm: null,
  teacherNorm: false,
  leak: 0,
  studentLeak: 0,
};

const normals = (length: number, scale: number, random: RandomStream, mean = 0): Float64Array =>
  Float64Array.from({ length }, () => mean + scale * random.nextNormal());

const gaussian = (rows: number, columns: number, scale: number, random: RandomStream): Matrix => ({
  ...zeros(rows, columns),
  data: normals(rows * columns, scale, random),
});

/** Statistics and the affine map away from their usual start, so that each of them matters. */
const randomNorm = (units: number, affine: boolean, random: RandomStream): BatchNorm => ({
  weight: affine ? normals(units, 0.2, random, 1) : null,
  bias: affine ? normals(units, 0.2, random) : null,
  runningMean: normals(units, 0.2, random),
  runningVariance: normals(units, 0.1, random, 1),
});

type NetworkShape = Pick<DeepProblemShape, 'inputs' | 'side' | 'outputs' | 'noBias'> & {
  readonly widths: readonly number[];
  readonly norm: DeepProblemShape['norm'];
  readonly slope: number;
};

const randomDeepNetwork = (shape: NetworkShape, random: RandomStream): Network => {
  const { inputs, side, widths, outputs, noBias, norm, slope } = shape;
  const affine = (units: number, columns: number): Affine => ({
    weight: gaussian(units, columns, 1 / Math.sqrt(columns), random),
    bias: noBias ? null : normals(units, 0.3, random),
  });
  let below = inputs;
  const hidden = widths.map((units) => {
    const layer = affine(units, side === null ? below : 9 * below);
    below = units;
    return { ...layer, norm: norm && randomNorm(units, norm.affine, random) };
  });
  const headSide = side === null ? 1 : side - 2 * widths.length;
  const final = affine(outputs, below * headSide ** 2);
  return {
    ...{ hidden, final, convolutional: side !== null, activation: 'rectifier', slope, openAtZero: false },
    ...{ normBeforeRelu: norm?.beforeRelu ?? false, storage: 'arrays' as const },
  };
};

/** A multi-layer problem of any shape with Gaussian weights and data, by seed. */
export const randomDeepProblem = (
  shape: Partial<DeepProblemShape> = {},
  change: Partial<Problem> = {},
  seed = 3,
): Problem => {
  const full = { ...plainDeepShape, ...shape };
  const { teacher, student, batch, rows, norm, teacherNorm, leak, studentLeak, side, inputs } = full;
  const random = RandomStream.of(seed, 'teacher');
  const columns = inputs * (side ?? 1) ** 2;
  const ofTeacher = teacherNorm ? { affine: true, beforeRelu: norm?.beforeRelu ?? false } : null;
  return {
    ...multiLayerRules({
      ...{ optimizer: 'sgd', momentum: 0, weightDecay: 0, normalizeStudent: false, crossEntropy: false },
      ...{ batchSize: batch, evalSize: rows, gradientForms: false, learningRate: 0.05 },
      ...{ grid: { height: side ?? 1, width: side ?? 1 }, convolutional: side !== null },
    }),
    teacher: randomDeepNetwork({ ...full, widths: teacher, norm: ofTeacher, slope: leak }, random),
    student: randomDeepNetwork({ ...full, widths: student, norm, slope: studentLeak }, random),
    activeNodes: teacher.map((units) => Array.from({ length: units }, (_, node) => node)),
    outputNoise: null,
    trainingSet: gaussian(rows, columns, 1, random),
    evaluationSet: gaussian(rows + 3, columns, 1, random),
    evaluationLabels: null,
    samplerState: EpochSampler.initialState(streamState(seed, 'batches')),
    ...change,
  };
};
