import type {
  DeepNetwork,
  Grid,
  Matrix,
  Network,
  OptimizerSettings,
  TwoLayer,
  UpdateRule,
} from '../net/index.js';

/** Everything an engine needs to train a two-layer student. */
export type TwoLayerProblem = {
  readonly kind: 'two-layer';
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

/** What each update of a multi-layer student obeys. */
export type DeepRule = {
  readonly optimizer: OptimizerSettings;
  /** Rows of every layer, bias included, are divided by (row norm + 1e-5) after each update. */
  readonly normalizeStudent: boolean;
  /** Layers that updates leave alone, and no gradient norm is told of: hidden ones by index, then the head. */
  readonly frozenLayers: readonly number[];
  /** Softmax cross-entropy against the teacher's arg-max class in place of the mean squared error. */
  readonly crossEntropy: boolean;
};

/** Everything an engine needs to train a multi-layer student; the teacher is evaluated with running statistics. */
export type DeepProblem = {
  readonly kind: 'multi-layer';
  readonly teacher: DeepNetwork;
  readonly student: DeepNetwork;
  /** Nodes of each hidden teacher layer that the metrics are about, ascending. */
  readonly activeNodes: readonly (readonly number[])[];
  /** [N x d], images flattened with channels outermost */ readonly trainingSet: Matrix;
  readonly evaluationSet: Matrix;
  /** Positions of the input: 1 x 1 for dense networks. */
  readonly grid: Grid;
  readonly rule: DeepRule;
  readonly batchSize: number;
  /** Samples whose losses are averaged first, as the reference does; losses are means over such batches. */
  readonly evaluationBatch: number;
  /** State of the epoch sampler, see EpochSampler: five words. */
  readonly samplerState: Uint32Array;
  readonly learningRate: number;
  /** Whether evaluations carry the gradient forms H and beta. */
  readonly gradientForms: boolean;
};

export type Problem = TwoLayerProblem | DeepProblem;

/** The kind of problem whose student is such a network. */
export type ProblemOf<Net extends Network> = Net extends TwoLayer ? TwoLayerProblem : DeepProblem;
