import {
  type Experiment,
  learningRateInEpoch,
  type MultiLayerExperiment,
  type TwoLayerExperiment,
} from '../../experiment/index.js';
import type { Constraint } from '../constraints.js';
import type { LossName } from '../loss.js';
import { type CorrelationFloor, sumOfSquaresFloor, varianceFloor } from '../metrics/correlation.js';
import type { OptimizerSettings } from '../optimizer.js';
import { type Grid, inputGrid } from '../patches.js';

/** What each update of the student follows. */
export type UpdateRule = {
  readonly loss: LossName;
  readonly optimizer: OptimizerSettings;
  /**
   * Of Langevin dynamics: Gaussian noise of variance 2 rate temperature on every number that is trained, after each step but
   * those on given rows; 0: none.
   */
  readonly temperature: number;
  /** Layers that updates leave alone, whose gradients have no norm: hidden ones by index, then the head. */
  readonly frozenLayers: readonly number[];
  /** What holds of the student after each update. */
  readonly constraints: readonly Constraint[];
};

/** How a student is trained and measured: where the two published scripts differ. */
export type TrainingRules = {
  readonly rule: UpdateRule;
  readonly learningRate: number;
  /** Samples a step; null trains on the whole training set at every step. */
  readonly batchSize: number | null;
  /** How batches are drawn: each sample anew, or epochs that go once through all samples. */
  readonly sampling: 'with-replacement' | 'epochs';
  /** Positions of the input: 1 x 1 for dense networks. */
  readonly grid: Grid;
  /**
   * Samples whose losses are averaged first, as the reference does; losses are means over such batches. Null: the
   * whole data set.
   */
  readonly evaluationBatch: number | null;
  /** What keeps the correlation of a unit that never varies at 0. */
  readonly correlationFloor: CorrelationFloor;
  /** Whether steps report the norms of their gradients. */
  readonly gradientNorms: boolean;
  /** Whether evaluations carry the gradient forms H and beta. */
  readonly gradientForms: boolean;
};

type TwoLayerSettings = Pick<
  TwoLayerExperiment,
  | ('featuresFixed' | 'topLayerFixed' | 'normalizeStudent' | 'noBias' | 'sgd' | 'batchSize')
  | ('learningRate' | 'onlineSamples' | 'optimizer' | 'momentum' | 'weightDecay' | 'temperature')
>;

/** PyTorch's update rule by its settings. */
const optimizerOf = ({
  optimizer: method = 'sgd',
  momentum = 0,
  weightDecay = 0,
}: Pick<TwoLayerSettings, 'optimizer' | 'momentum' | 'weightDecay'>): OptimizerSettings =>
  method === 'sgd' ? { method, momentum, weightDecay } : { method, weightDecay };

/** Source: luckmatters recon_two_layer.py. */
export const twoLayerRules = (settings: TwoLayerSettings): TrainingRules => {
  const { featuresFixed, topLayerFixed, normalizeStudent, noBias } = settings;
  const constraints: Constraint[] = [];
  if (normalizeStudent) constraints.push('unit-hidden-weights');
  if (noBias) constraints.push('zero-biases');
  return {
    rule: {
      loss: 'half-squared-error',
      optimizer: optimizerOf(settings),
      temperature: settings.temperature ?? 0,
      frozenLayers: [...(featuresFixed ? [0] : []), ...(topLayerFixed ? [1] : [])],
      constraints,
    },
    learningRate: settings.learningRate,
    batchSize: settings.sgd ? settings.batchSize : null,
    sampling: settings.onlineSamples ? 'epochs' : 'with-replacement',
    grid: inputGrid(null),
    evaluationBatch: null,
    correlationFloor: sumOfSquaresFloor,
    gradientNorms: false,
    gradientForms: false,
  };
};

type MultiLayerSettings = Pick<
  MultiLayerExperiment,
  | 'optimizer'
  | 'momentum'
  | 'weightDecay'
  | 'normalizeStudent'
  | 'crossEntropy'
  | 'batchSize'
  | 'evalSize'
  | 'gradientForms'
  | 'temperature'
> & { readonly grid: Grid; readonly convolutional: boolean; readonly learningRate: number };

/** Source: luckmatters recon_multilayer.py. */
export const multiLayerRules = (settings: MultiLayerSettings): TrainingRules => {
  const { normalizeStudent, crossEntropy } = settings;
  return {
    rule: {
      loss: crossEntropy ? 'cross-entropy' : 'mean-squared-error',
      optimizer: optimizerOf(settings),
      temperature: settings.temperature ?? 0,
      frozenLayers: [],
      constraints: normalizeStudent ? ['unit-rows'] : [],
    },
    learningRate: settings.learningRate,
    batchSize: settings.batchSize,
    sampling: 'epochs',
    grid: settings.grid,
    evaluationBatch: settings.evalSize,
    correlationFloor: settings.convolutional ? sumOfSquaresFloor : varianceFloor,
    gradientNorms: true,
    gradientForms: settings.gradientForms,
  };
};

export const trainingRules = (experiment: Experiment): TrainingRules => {
  if (experiment.kind === 'two-layer') return twoLayerRules(experiment);
  const { image } = experiment;
  const learningRate = learningRateInEpoch(experiment, 0);
  return multiLayerRules({
    ...experiment,
    grid: inputGrid(image),
    convolutional: image !== null,
    learningRate,
  });
};
