import { normalizeNetwork } from '../../src/net/constraints.js';
import { multiLayerRules } from '../../src/net/construction/training-rules.js';
import { type Matrix, zeros } from '../../src/net/matrix.js';
import type { Affine, Network } from '../../src/net/network.js';
import type { OptimizerSettings } from '../../src/net/optimizer.js';
import { RandomStream, streamState } from '../../src/net/random.js';
import { EpochSampler } from '../../src/problem/epoch-sampler.js';
import type { Problem } from '../../src/problem/problem.js';

/** What tests change of how a deep student is updated. */
export type DeepRule = {
  readonly optimizer: OptimizerSettings;
  readonly normalizeStudent: boolean;
  readonly frozenLayers: readonly number[];
  readonly crossEntropy: boolean;
  readonly temperature: number;
};

export const plainDeepRule: DeepRule = {
  optimizer: { method: 'sgd', momentum: 0, weightDecay: 0 },
  normalizeStudent: false,
  frozenLayers: [],
  crossEntropy: false,
  temperature: 0,
};

export type DeepShape = {
  readonly d: number;
  readonly teacher: readonly number[];
  readonly student: readonly number[];
  readonly c: number;
  readonly batch: number;
  readonly rows?: number;
  readonly evaluationRows?: number;
  readonly evaluationBatch?: number;
  readonly learningRate?: number;
  readonly noBias?: boolean;
  /** Slope of the teacher below zero. */
  readonly leak?: number;
  readonly gradientForms?: boolean;
};

const gaussian = (rows: number, columns: number, scale: number, random: RandomStream): Matrix => {
  const out = zeros(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * random.nextNormal();
  return out;
};

const randomAffine = (inputs: number, units: number, noBias: boolean, random: RandomStream): Affine => ({
  weight: gaussian(units, inputs, 1 / Math.sqrt(inputs), random),
  bias: noBias ? null : gaussian(1, units, 0.3, random).data,
});

const network = (
  d: number,
  hidden: readonly number[],
  c: number,
  noBias: boolean,
  slope: number,
  random: RandomStream,
): Network => {
  const inputs = [d, ...hidden];
  return {
    hidden: hidden.map((units, l) => ({ ...randomAffine(inputs[l], units, noBias, random), norm: null })),
    final: randomAffine(inputs[hidden.length], c, noBias, random),
    convolutional: false,
    activation: 'rectifier',
    slope,
    openAtZero: false,
    normBeforeRelu: false,
    storage: 'arrays',
  };
};

/** A dense teacher, student and data of any shape, all Gaussian. Every third teacher node is left out of the metrics. */
export const randomDeepProblem = (shape: DeepShape, rule: Partial<DeepRule> = {}, seed = 3): Problem => {
  const { d, teacher, student, c, batch, rows = 70, noBias = false, leak = 0 } = shape;
  const { evaluationRows = 83, evaluationBatch = evaluationRows } = shape;
  const random = RandomStream.of(seed, 'teacher');
  const initial = network(d, student, c, noBias, 0, random);
  if (rule.normalizeStudent) normalizeNetwork(initial);
  const { frozenLayers, optimizer, ...options } = { ...plainDeepRule, ...rule };
  const rules = multiLayerRules({
    ...{ optimizer: 'sgd', momentum: 0, weightDecay: 0, ...options },
    ...{ batchSize: batch, evalSize: evaluationBatch, gradientForms: shape.gradientForms ?? false },
    ...{ grid: { height: 1, width: 1 }, convolutional: false, learningRate: shape.learningRate ?? 0.05 },
  });
  return {
    ...rules,
    rule: { ...rules.rule, optimizer, frozenLayers },
    teacher: network(d, teacher, c, noBias, leak, random),
    student: initial,
    activeNodes: teacher.map((units) => [...Array(units).keys()].filter((node) => units < 3 || node % 3 < 2)),
    outputNoise: null,
    trainingSet: gaussian(rows, d, 1, random),
    evaluationSet: gaussian(evaluationRows, d, 1, random),
    evaluationLabels: null,
    samplerState: EpochSampler.initialState(
      streamState(seed, 'batches'),
      rules.rule.temperature > 0 ? streamState(seed, 'noise') : null,
    ),
  };
};
