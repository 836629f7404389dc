import { constrain } from '../../src/net/constraints.js';
import { twoLayerRules } from '../../src/net/construction/training-rules.js';
import { type Matrix, zeros } from '../../src/net/matrix.js';
import { linear, type Network, relu as rectifier, sigmoidal } from '../../src/net/network.js';
import { RandomStream, streamState } from '../../src/net/random.js';
import { networkOfStacked, stacked } from '../../src/net/stacked.js';
import type { Problem } from '../../src/problem/problem.js';

/** The options of the two-layer script that change its updates. */
export type UpdateOptions = {
  readonly relu: boolean;
  /** In place of ReLU. */
  readonly erf: boolean;
  /** Slope of the student's ReLU below zero. */
  readonly leak: number;
  readonly optimizer: 'sgd' | 'adam';
  readonly momentum: number;
  readonly weightDecay: number;
  readonly temperature: number;
  readonly featuresFixed: boolean;
  readonly topLayerFixed: boolean;
  readonly normalizeStudent: boolean;
  readonly noBias: boolean;
};

export const plainOptions: UpdateOptions = {
  relu: true,
  erf: false,
  leak: 0,
  optimizer: 'sgd',
  momentum: 0,
  weightDecay: 0,
  temperature: 0,
  featuresFixed: false,
  topLayerFixed: false,
  normalizeStudent: false,
  noBias: false,
};

export type ProblemShape = {
  readonly d: number;
  readonly m: number;
  readonly n: number;
  readonly c: number;
  /** null: full batch. */
  readonly batch: number | null;
  readonly rows?: number;
  readonly learningRate?: number;
  /** Standard deviation of the noise on the teacher's outputs of training samples. */
  readonly noise?: number;
};

const gaussian = (rows: number, columns: number, scale: number, random: RandomStream): Matrix => {
  const out = zeros(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * random.nextNormal();
  return out;
};

type FlatShape = {
  readonly d: number;
  readonly nodes: number;
  readonly c: number;
  readonly relu?: boolean;
  readonly erf?: boolean;
};

/** A network of one hidden layer, as the two-layer script trains them, all Gaussian. */
export const randomFlatNetwork = (
  { d, nodes, c, relu = true, erf = false }: FlatShape,
  scale: number,
  random: RandomStream,
): Network =>
  networkOfStacked(
    gaussian(d + 1, nodes, scale, random),
    gaussian(nodes + 1, c, scale, random),
    erf ? sigmoidal : relu ? rectifier : linear,
  );

/** A teacher, a student and data of any shape, all Gaussian, large enough that every step moves every weight. */
export const randomProblem = (
  { d, m, n, c, batch, rows = 70, learningRate = 0.05, noise = 0 }: ProblemShape,
  options: Partial<UpdateOptions> = {},
  seed = 3,
): Problem => {
  const random = RandomStream.of(seed, 'teacher');
  const full = { ...plainOptions, ...options };
  const rules = twoLayerRules({ ...full, sgd: batch !== null, batchSize: batch ?? rows, learningRate });
  const drawn = randomFlatNetwork({ d, nodes: n, c, ...full }, 0.5, random);
  const student = full.leak === 0 ? drawn : { ...drawn, slope: full.leak };
  for (const constraint of rules.rule.constraints) constrain(student, constraint, []);
  return {
    ...rules,
    teacher: randomFlatNetwork({ d, nodes: m, c, ...full }, 0.7, random),
    student,
    activeNodes: [Array.from({ length: m }, (_, node) => node)],
    trainingSet: gaussian(rows, d, 1, random),
    evaluationSet: gaussian(rows + 3, d, 1, random),
    evaluationLabels: null,
    outputNoise: noise === 0 ? null : gaussian(rows, c, noise, random),
    samplerState: streamState(seed, 'batches'),
  };
};

/** The layers of a network of one hidden layer as its script stores them: `w1` [d+1 x n] and `w2` [n+1 x c]. */
export const stackedLayers = ({ hidden, final }: Network): { readonly w1: Matrix; readonly w2: Matrix } => ({
  w1: stacked(hidden[0]),
  w2: stacked(final),
});

/** The network with other layers, given as its script stores them. */
export const withLayers = (
  network: Network,
  layers: { readonly w1?: Matrix; readonly w2?: Matrix },
): Network => {
  const { w1, w2 } = { ...stackedLayers(network), ...layers };
  return networkOfStacked(w1, w2, network);
};
