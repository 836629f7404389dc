import type { Matrix } from '../net/matrix.js';
import type { TwoLayer, UpdateRule } from '../net/two-layer.js';

export type EngineName = 'wasm' | 'naive';
export type Precision = 'float32' | 'float64';

/** Which implementation runs, as the header and the log name it. */
export type EngineDescription = {
  readonly engine: EngineName;
  /** Kernel build, e.g. "relaxed-simd" (fused multiply-add where the processor has it) or "simd" (same bits everywhere). */
  readonly variant: string;
  readonly precision: Precision;
};

/** Everything an engine needs to train a two-layer student. */
export type Problem = {
  readonly teacher: TwoLayer;
  readonly student: TwoLayer;
  /** [N x d] */ readonly trainingSet: Matrix;
  /** [N x d] */ readonly evaluationSet: Matrix;
  readonly rule: UpdateRule;
  /** Samples a step; null trains on the whole training set at every step. */
  readonly batchSize: number | null;
  /** Initial state of the batch sampler (four words, see RandomStream). */
  readonly samplerState: Uint32Array;
  readonly learningRate: number;
};

/** The complete mutable state of an engine: restoring it continues the run bit for bit. */
export type EngineState = {
  readonly student: TwoLayer;
  readonly samplerState: Uint32Array;
  readonly learningRate: number;
};

/** Minibatch losses (mean squared error before each update) of a stretch of steps, added up in their order. */
export type BatchLosses = {
  readonly steps: number;
  readonly minimum: number;
  readonly sum: number;
  readonly maximum: number;
};

/** The losses of no step. */
export const noLosses: BatchLosses = {
  steps: 0,
  minimum: Number.POSITIVE_INFINITY,
  sum: 0,
  maximum: Number.NEGATIVE_INFINITY,
};

export type StepReport = {
  /** Steps carried out: fewer than asked for when a loss stopped being finite, that step included. */
  readonly steps: number;
  readonly diverged: boolean;
  /** Those of the call, added to the ones it was given. */
  readonly losses: BatchLosses;
};

/** Metrics of one hidden layer on one data set; matrices are [teacher x student], row-major. */
export type LayerMetrics = {
  readonly teachers: number;
  readonly students: number;
  /** Mean-centred correlation of post-activation units, 1e-10 added to each sum of squares. Source: luckmatters utils_corrs.py, act2corrMat. */
  readonly correlation: Float64Array;
  /** min over both sides of teacher j's boundary of the samples on which student k is active. Source: compute_boundary_obs. */
  readonly observability: Float64Array;
};

export type Evaluation = {
  /** Mean over samples and outputs of the squared error. */
  readonly loss: number;
  readonly layers: readonly LayerMetrics[];
};

/** Trains one student; every method is synchronous and the arithmetic does not depend on how calls are cut. */
export interface Engine {
  readonly description: EngineDescription;
  /** Runs this many steps on batches drawn from the sampler. `before`: the losses to go on adding to. */
  train(steps: number, before?: BatchLosses): StepReport;
  /** Runs steps on given rows of the training set: [steps x batchSize] indices. Leaves the sampler alone. */
  trainOn(indices: Int32Array): StepReport;
  evaluate(set: 'train' | 'eval'): Evaluation;
  /** Mean squared error only; cheaper than evaluate. */
  loss(set: 'train' | 'eval'): number;
  setLearningRate(learningRate: number): void;
  /** Replaces the training set by one of the same shape. */
  setTrainingSet(trainingSet: Matrix): void;
  /** A copy of the mutable state, weights widened to double precision (exact). */
  readState(): EngineState;
  writeState(state: EngineState): void;
  dispose(): void;
}
