import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Network } from '../../net/index.js';
import type { TensorAffine, TensorLayer, TensorNetwork, TensorNorm } from './tensor-network.js';
import { product } from './tensor-product.js';
import type { Tfjs, TfjsBackend } from './tfjs-backend.js';

const side = 3;
/** PyTorch's floor of the variance. */
const normEpsilon = 1e-5;

/** How layers are computed. */
export type Forward = {
  readonly tf: Tfjs;
  /** The one that the tensors are on: each has kernels to be kept away from. */
  readonly backend: TfjsBackend;
  /** Whether the gate passes the gradient at a pre-activation of exactly 0. */
  readonly openAtZero: boolean;
};

/** Mean and biased variance over a batch, [units] each, and the rows that they are over. */
export type Moments = { readonly mean: Tensor1D; readonly variance: Tensor1D; readonly rows: number };

export type ForwardPass = {
  /** Hidden units by layer, after activation and normalization: [samples x units] or [samples x h x w x units]. */
  readonly units: readonly Tensor[];
  readonly output: Tensor2D;
  /** Batch statistics by layer in training; null where a layer has no normalization. */
  readonly moments: readonly (Moments | null)[];
};

const addBias = (tf: Tfjs, x: Tensor, { bias }: TensorAffine): Tensor => (bias ? tf.add(x, bias) : x);

/** The 3 x 3 neighbourhoods of every valid position: [N x h x w x C] -> [N x h' x w' x 9 C], channels innermost. */
const gatherPatches = (tf: Tfjs, x: Tensor4D): Tensor4D => {
  const [samples, height, width, channels] = x.shape;
  const size: [number, number, number, number] = [samples, height - side + 1, width - side + 1, channels];
  const taps = Array.from({ length: side * side }, (_, tap) =>
    tf.slice4d(x, [0, Math.floor(tap / side), tap % side, 0], size),
  );
  return tf.concat4d(taps, 3);
};

/** What a layer reads; `constant`: data, whose gradient nobody asks for. */
type LayerInput = { readonly x: Tensor; readonly constant: boolean };

/**
 * By conv2d on native TensorFlow. Elsewhere by a matrix product over gathered neighbourhoods: the WASM backend has no
 * kernel for conv2d's gradient, and that of the CPU backend is several times slower than the product.
 */
const convolve = ({ tf, backend }: Forward, x: Tensor4D, weight: Tensor2D, constant: boolean): Tensor => {
  const [inputs, units] = weight.shape;
  if (backend === 'tensorflow')
    return tf.conv2d(x, tf.reshape(weight, [side, side, inputs / side ** 2, units]), 1, 'valid');
  const patches = gatherPatches(tf, x);
  const [samples, height, width] = patches.shape;
  const rows: Tensor2D = tf.reshape(patches, [samples * height * width, inputs]);
  return tf.reshape(product(tf, backend, rows, weight, constant), [samples, height, width, units]);
};

/** Unfused on purpose: the fused matMul of the WASM backend 4.22 is wrong with a transposed operand and a bias. */
const applyAffine = (forward: Forward, { x, constant }: LayerInput, layer: TensorAffine): Tensor => {
  const { tf, backend } = forward;
  const linear =
    x.rank === 4
      ? convolve(forward, x as Tensor4D, layer.weight, constant)
      : product(tf, backend, x as Tensor2D, layer.weight, constant);
  return addBias(tf, linear, layer);
};

/** A ReLU, leaky where the slope is not 0, whose gradient at 0 is 1. */
const reluOpenAtZero = (tf: Tfjs, x: Tensor, slope: number): Tensor =>
  tf.customGrad((input, save) => {
    const z = input as Tensor;
    (save as GradSaveFunc)([z]);
    return {
      value: tf.leakyRelu(z, slope),
      gradFunc: (arriving: Tensor, [saved]: Tensor[]) => {
        const open = tf.cast(tf.greaterEqual(saved, 0), 'float32');
        return tf.mul(arriving, slope === 0 ? open : tf.add(tf.mul(open, 1 - slope), slope));
      },
    };
  })(x);

/** A leaky ReLU even for slope 0: the ReLU of the WASM backend turns NaN into 0, and a run would diverge unseen. */
const activate = ({ tf, openAtZero }: Forward, x: Tensor, { activation, slope }: Network): Tensor => {
  if (activation === 'erf') return tf.erf(tf.mul(x, Math.SQRT1_2));
  if (slope === 1) return x;
  return openAtZero ? reluOpenAtZero(tf, x, slope) : tf.leakyRelu(x, slope);
};

const batchMoments = (tf: Tfjs, x: Tensor): Moments & { readonly centred: Tensor } => {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const mean = tf.mean<Tensor1D>(x, axes);
  const centred = tf.sub(x, mean);
  const variance = tf.mean<Tensor1D>(tf.square(centred), axes);
  return { mean, variance, centred, rows: x.size / x.shape[axes.length] };
};

const scaled = (tf: Tfjs, x: Tensor, { weight, bias }: TensorNorm): Tensor => {
  const stretched = weight ? tf.mul(x, weight) : x;
  return bias ? tf.add(stretched, bias) : stretched;
};

type Normalized = { readonly output: Tensor; readonly moments: Moments | null };

/** By the batch's statistics in training, else by the running ones. */
const normalize = (tf: Tfjs, x: Tensor, norm: TensorNorm | null, training: boolean): Normalized => {
  if (!norm) return { output: x, moments: null };
  const { centred, variance, ...rest } = training
    ? batchMoments(tf, x)
    : { centred: tf.sub(x, norm.runningMean), variance: norm.runningVariance };
  const normalized = tf.div(centred, tf.sqrt(tf.add(variance, normEpsilon)));
  return {
    output: scaled(tf, normalized, norm),
    moments: 'mean' in rest ? { ...rest, variance } : null,
  };
};

const layerForward = (
  forward: Forward,
  { shape }: TensorNetwork,
  layer: TensorLayer,
  input: LayerInput,
  training: boolean,
): Normalized => {
  const { tf } = forward;
  const linear = applyAffine(forward, input, layer);
  if (!shape.normBeforeRelu) return normalize(tf, activate(forward, linear, shape), layer.norm, training);
  const { output, moments } = normalize(tf, linear, layer.norm, training);
  return { output: activate(forward, output, shape), moments };
};

/** Runs a network over samples, [N x d] or [N x h x w x C]. Call it in a tidy. Source: luckmatters model_gen.py. */
export const runForward = (
  forward: Forward,
  network: TensorNetwork,
  x: Tensor,
  training: boolean,
): ForwardPass => {
  const layers: Normalized[] = [];
  let input: LayerInput = { x, constant: true };
  for (const layer of network.hidden) {
    const normalized = layerForward(forward, network, layer, input, training);
    layers.push(normalized);
    input = { x: normalized.output, constant: false };
  }
  const [samples] = input.x.shape;
  const flat = { ...input, x: forward.tf.reshape(input.x, [samples, input.x.size / samples]) };
  return {
    units: layers.map(({ output }) => output),
    output: applyAffine(forward, flat, network.final) as Tensor2D,
    moments: layers.map(({ moments }) => moments),
  };
};
