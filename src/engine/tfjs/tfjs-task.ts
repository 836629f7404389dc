import {
  asDeep,
  asTwoLayer,
  type CorrelationFloor,
  correlationFloor,
  type DeepNetwork,
  type Network,
  type OptimizerSettings,
  RandomStream,
  type TwoLayer,
} from '../../net/index.js';
import { type DeepProblem, EpochSampler, type TwoLayerProblem } from '../../problem/index.js';

/** Draws the batches of a run. */
export interface BatchSource {
  /** Rows of the next batch; null stands for the whole training set. */
  next(): Int32Array | null;
  readonly state: Uint32Array;
}

/** What is done to the student's tensors after each update. */
export type Constraint =
  /** Rows of every layer, bias included, are divided by (row norm + 1e-5). */
  | 'unit-rows'
  /** Weights of hidden layers are divided by their node's length, biases left alone; a zero node stays. */
  | 'unit-hidden-weights'
  | 'zero-biases';

/** What each step obeys. */
export type StepRule = {
  readonly crossEntropy: boolean;
  readonly optimizer: OptimizerSettings;
  /** What the learning rate is multiplied by, where steps follow a multiple of the loss's gradient. */
  readonly rateScale: number;
  /** Layers that updates leave alone, without an optimizer's memory: hidden ones by index, then the head. */
  readonly frozenLayers: readonly number[];
  readonly constraints: readonly Constraint[];
  /** Whether steps report the norms of their gradients. */
  readonly gradientNorms: boolean;
};

/** A problem of either kind as the training of a multi-layer network. */
export type TfjsTask<Net extends Network> = StepRule &
  Pick<DeepProblem, 'teacher' | 'student' | 'activeNodes' | 'trainingSet' | 'evaluationSet' | 'grid'> &
  Pick<DeepProblem, 'samplerState' | 'learningRate' | 'gradientForms'> & {
    /** Whether gates pass the gradient at a pre-activation of exactly 0. */
    readonly openAtZero: boolean;
    /** null: the whole training set at every step. */
    readonly batchSize: number | null;
    /** Samples whose losses are averaged first, of a data set of this many rows. */
    readonly evaluationBatch: (rows: number) => number;
    readonly floor: CorrelationFloor;
    readonly batchesFrom: (state: Uint32Array, samples: number) => BatchSource;
    readonly networkOf: (student: DeepNetwork) => Net;
    readonly deepOf: (student: Net) => DeepNetwork;
  };

const drawsWithReplacement = (state: Uint32Array, samples: number, batchSize: number | null): BatchSource => {
  const random = new RandomStream(state);
  return {
    next: () =>
      batchSize === null ? null : Int32Array.from({ length: batchSize }, () => random.nextIndex(samples)),
    get state() {
      return Uint32Array.from(random.state);
    },
  };
};

/** The reference's two-layer step follows half the squared error summed over outputs. */
export const twoLayerTask = (problem: TwoLayerProblem): TfjsTask<TwoLayer> => {
  const { rule, batchSize } = problem;
  const constraints: Constraint[] = [];
  if (rule.normalizeStudent && !rule.featuresFixed) constraints.push('unit-hidden-weights');
  if (rule.noBias) constraints.push('zero-biases');
  return {
    teacher: asDeep(problem.teacher, rule.relu),
    student: asDeep(problem.student, rule.relu),
    activeNodes: [Array.from({ length: problem.teacher.w1.columns }, (_, node) => node)],
    trainingSet: problem.trainingSet,
    evaluationSet: problem.evaluationSet,
    grid: { height: 1, width: 1 },
    crossEntropy: false,
    rateScale: problem.teacher.w2.columns / 2,
    optimizer: { method: 'sgd', momentum: 0, weightDecay: 0 },
    frozenLayers: [...(rule.featuresFixed ? [0] : []), ...(rule.topLayerFixed ? [1] : [])],
    constraints,
    openAtZero: true,
    batchSize,
    evaluationBatch: (rows) => rows,
    floor: { addedTo: 'sum-of-squares', value: 1e-10 },
    gradientNorms: false,
    gradientForms: false,
    samplerState: problem.samplerState,
    learningRate: problem.learningRate,
    batchesFrom: (state, samples) => drawsWithReplacement(state, samples, batchSize),
    networkOf: asTwoLayer,
    deepOf: (student) => asDeep(student, rule.relu),
  };
};

export const multiLayerTask = (problem: DeepProblem): TfjsTask<DeepNetwork> => {
  const { rule, batchSize, evaluationBatch, ...rest } = problem;
  return {
    ...rest,
    crossEntropy: rule.crossEntropy,
    rateScale: 1,
    optimizer: rule.optimizer,
    frozenLayers: rule.frozenLayers,
    constraints: rule.normalizeStudent ? ['unit-rows'] : [],
    openAtZero: false,
    batchSize,
    evaluationBatch: () => evaluationBatch,
    floor: correlationFloor(problem.student),
    gradientNorms: true,
    batchesFrom: (state, samples) => new EpochSampler(state, samples, batchSize),
    networkOf: (student) => student,
    deepOf: (student) => student,
  };
};
