import type { LayerForms, LayerMetrics, Network } from '../net/index.js';
import type { Problem, TrainingSamples } from '../problem/index.js';

export type EngineName = 'wasm' | 'tfjs' | 'naive';
export type Precision = 'float32' | 'float64';

/** Which implementation runs, as the header and the log name it. */
export type EngineDescription = {
  readonly engine: EngineName;
  /**
   * Kernel build, e.g. "avx2" (see wasm/kernels.ts; those that end in "-strict" give the same bits everywhere); or the
   * backend of tfjs, e.g. "cpu".
   */
  readonly variant: string;
  readonly precision: Precision;
  /** Threads that share each step; the bits do not depend on it. */
  readonly threads: number;
};

/** The complete mutable state of an engine: restoring it continues the run bit for bit. */
export type EngineState = {
  readonly student: Network;
  readonly samplerState: Uint32Array;
  readonly learningRate: number;
  /** Momentum or moments, as the optimizer keeps them; empty for plain gradient descent. */
  readonly optimizer: readonly Float64Array[];
};

/**
 * Norms of the gradient of each layer, the head's last, added up over steps: Frobenius norm of the weights,
 * Euclidean norm of the biases. Empty where the problem does not ask for them.
 */
export type GradientNorms = { readonly weights: Float64Array; readonly biases: Float64Array };

/** Minibatch losses (before each update) and gradient norms of a stretch of steps, added up in their order. */
export type BatchLosses = {
  readonly steps: number;
  readonly minimum: number;
  readonly sum: number;
  readonly maximum: number;
  readonly gradientNorms: GradientNorms;
};

export const noGradientNorms: GradientNorms = {
  weights: new Float64Array(0),
  biases: new Float64Array(0),
};

/** The losses of no step. */
export const noLosses: BatchLosses = {
  steps: 0,
  minimum: Number.POSITIVE_INFINITY,
  sum: 0,
  maximum: Number.NEGATIVE_INFINITY,
  gradientNorms: noGradientNorms,
};

export type StepReport = {
  /** Steps taken: fewer than asked for when a loss stopped being finite, that step included. */
  readonly steps: number;
  readonly diverged: boolean;
  /** Those of the call, added to the ones it was given. */
  readonly losses: BatchLosses;
};

export type Evaluation = {
  /** Mean over samples and outputs of the squared error; or the mean cross-entropy. */
  readonly loss: number;
  /** By hidden layer, lowest first. */
  readonly layers: readonly LayerMetrics[];
  /** Percentage of samples whose teacher class is among the student's first 1 .. 5; null without cross-entropy. */
  readonly topAgreement: readonly number[] | null;
  /** Null unless the problem asks for them. */
  readonly gradientForms: readonly LayerForms[] | null;
};

/** Correlations [teachers x students] of a hidden layer's nodes in row-major order. */
export type LayerCorrelations = Pick<LayerMetrics, 'teachers' | 'students' | 'correlation'>;

/** Trains one student; every method is synchronous and the arithmetic does not depend on how calls are cut. */
export interface Engine {
  readonly description: EngineDescription;
  /** Runs this many steps on batches drawn from the sampler. `before`: the losses to go on adding to. */
  train(steps: number, before?: BatchLosses): StepReport;
  /**
   * Runs steps on given rows of the training set: [steps x batchSize] indices, the last batch possibly short.
   * Leaves the sampler alone.
   */
  trainOn(indices: Int32Array): StepReport;
  evaluate(set: 'train' | 'eval'): Evaluation;
  /** The correlations of an evaluation only, by hidden layer; cheaper than evaluate, which needs the outputs too. */
  correlations(set: 'train' | 'eval'): readonly LayerCorrelations[];
  /** The loss only; cheaper than evaluate. `rows`: of the first samples, where an engine can leave out the rest. */
  loss(set: 'train' | 'eval', rows?: number): number;
  setLearningRate(learningRate: number): void;
  /** Replaces the training samples by others of the same shape. */
  setTrainingSet(samples: TrainingSamples): void;
  /** A copy of the mutable state, weights widened to double precision (exact). */
  readState(): EngineState;
  writeState(state: EngineState): void;
  /**
   * An engine of the same build for another problem, its student of the same shape, at that problem's initial state; disposes of
   * this one. Errors: UserError when its memory cannot be had.
   */
  rebuild(problem: Problem): Engine;
  dispose(): void;
}

/** An engine to those who only look at what it has trained. */
export type ReadableEngine = Pick<Engine, 'description' | 'evaluate' | 'loss' | 'readState'>;
