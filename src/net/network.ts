import { erf } from './arithmetic/error-function.js';
import type { BatchNorm } from './batch-norm.js';
import { copy, type Matrix } from './matrix.js';

/** `weight` [out x in], `bias` [out] or null: PyTorch's Linear; a 3 x 3 convolution has in = 9 * channels. */
export type Affine = { readonly weight: Matrix; readonly bias: Float64Array | null };

export type HiddenLayer = Affine & { readonly norm: BatchNorm | null };

/** A student or a teacher: hidden layers, dense or all convolutional, and a linear head. */
export type Network = {
  readonly hidden: readonly HiddenLayer[];
  readonly final: Affine;
  readonly convolutional: boolean;
  /** What a hidden unit makes of its pre-activation x: x above zero and `slope` x below, or erf(x / sqrt 2). */
  readonly activation: 'rectifier' | 'erf';
  /** Slope of a rectifier below zero: 0 for ReLU, 1 for a linear network. */
  readonly slope: number;
  /** Whether the gate passes the gradient at a pre-activation of exactly 0: one of the published scripts does so. */
  readonly openAtZero: boolean;
  readonly normBeforeRelu: boolean;
  /**
   * How the published script stores a layer: PyTorch's arrays, or one matrix [in+1 x out] whose last row is the biases.
   * Noise is drawn in that order and states are hashed in it.
   */
  readonly storage: 'arrays' | 'stacked';
};

/** What a network's hidden units are. */
export type Activation = Pick<Network, 'activation' | 'slope'>;

export const relu: Activation = { activation: 'rectifier', slope: 0 };
export const linear: Activation = { activation: 'rectifier', slope: 1 };
/** Source: Saad and Solla 1995, g(x) = erf(x / sqrt 2). */
export const sigmoidal: Activation = { activation: 'erf', slope: 0 };

/** Slope of the activation at a pre-activation: what the gate multiplies gradients by. */
export const slopeAt = ({ activation, slope, openAtZero }: Network, x: number): number => {
  if (activation === 'erf') return Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2);
  return (openAtZero ? !(x < 0) : x > 0) ? 1 : slope;
};

/** Share by which that slope changes with the pre-activation: 0 of rectifiers, the derivative of its logarithm. */
export const slopeChangeAt = ({ activation }: Network, x: number): number => (activation === 'erf' ? -x : 0);

/**
 * A value times the slope at a pre-activation. Where numbers overflow the scripts differ: one writes 0 behind a closed
 * gate, the other multiplies by 0, and infinity becomes NaN.
 */
export const throughGate = (network: Network, preActivation: number, value: number): number => {
  const slope = slopeAt(network, preActivation);
  return slope === 0 && network.openAtZero ? 0 : slope * value;
};

/** A hidden unit at a pre-activation. NaN stays NaN: a run must be seen to diverge. */
export const activationAt = (network: Network, x: number): number =>
  network.activation === 'erf' ? erf(x * Math.SQRT1_2) : throughGate(network, x, x);

/** The hidden layers, then the head as a layer without normalization. */
const layersOf = ({ hidden, final }: Network): HiddenLayer[] => [...hidden, { ...final, norm: null }];

/** Every trained array of the network, in the order of `gradientArrays`. */
export const trainedArrays = (network: Network): Float64Array[] =>
  layersOf(network).flatMap((layer) =>
    [layer.weight.data, layer.bias, layer.norm?.weight, layer.norm?.bias].filter((array) => array != null),
  );

/** The layer that each of trainedArrays belongs to: hidden ones by index, then the head. */
export const layersOfArrays = (network: Network): number[] =>
  layersOf(network).flatMap(({ weight, bias, norm }, layer) =>
    [weight, bias, norm?.weight, norm?.bias].filter((array) => array != null).map(() => layer),
  );

/** Every array of the network: those that are trained, and the norms' running statistics after them. */
export const everyArray = (network: Network): Float64Array[] => [
  ...trainedArrays(network),
  ...network.hidden.flatMap(({ norm }) => (norm ? [norm.runningMean, norm.runningVariance] : [])),
];

const copyAffine = ({ weight, bias }: Affine): Affine => ({
  weight: copy(weight),
  bias: bias?.slice() ?? null,
});

const copyNorm = ({ weight, bias, runningMean, runningVariance }: BatchNorm): BatchNorm => ({
  weight: weight?.slice() ?? null,
  bias: bias?.slice() ?? null,
  runningMean: runningMean.slice(),
  runningVariance: runningVariance.slice(),
});

export const copyNetwork = (network: Network): Network => ({
  ...network,
  hidden: network.hidden.map((layer) => ({
    ...copyAffine(layer),
    norm: layer.norm && copyNorm(layer.norm),
  })),
  final: copyAffine(network.final),
});
