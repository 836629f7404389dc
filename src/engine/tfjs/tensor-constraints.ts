import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Constraint } from '../../net/index.js';
import type { TensorAffine, TensorNetwork } from './tensor-network.js';
import type { Tfjs } from './tfjs-backend.js';

/** Euclidean length of the weights of each unit. [units] */
const lengths = (tf: Tfjs, { weight }: TensorAffine): Tensor => tf.sqrt(tf.sum(tf.square(weight), 0));

/** Source: luckmatters model_gen.py, normalize_layer. */
const unitRows = <A extends TensorAffine>(tf: Tfjs, layer: A): A => {
  const divisor = tf.add(lengths(tf, layer), 1e-5);
  return {
    ...layer,
    weight: tf.div<Tensor2D>(layer.weight, divisor),
    bias: layer.bias && tf.div<Tensor1D>(layer.bias, divisor),
  };
};

const unitWeights = <A extends TensorAffine>(tf: Tfjs, layer: A): A => {
  const length = lengths(tf, layer);
  const divisor = tf.where(tf.greater(length, 0), length, tf.onesLike(length));
  return { ...layer, weight: tf.div<Tensor2D>(layer.weight, divisor) };
};

const zeroBias = <A extends TensorAffine>(tf: Tfjs, layer: A): A => ({
  ...layer,
  bias: layer.bias && tf.zerosLike(layer.bias),
});

/** The network as a constraint leaves it. `frozen`: layers whose weights stay. Call it in a tidy. */
export const constrainTensors = (
  tf: Tfjs,
  network: TensorNetwork,
  constraint: Constraint,
  frozen: readonly number[],
): TensorNetwork => {
  const { hidden, final } = network;
  const changed = <A extends TensorAffine>(layer: A, l: number): A => {
    if (constraint === 'zero-biases') return zeroBias(tf, layer);
    if (frozen.includes(l)) return layer;
    if (constraint === 'unit-rows') return unitRows(tf, layer);
    return l < hidden.length ? unitWeights(tf, layer) : layer;
  };
  return { ...network, hidden: hidden.map(changed), final: changed(final, hidden.length) };
};
