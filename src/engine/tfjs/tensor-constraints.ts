import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorAffine, TensorNetwork } from './tensor-network.js';
import type { Tfjs } from './tfjs-backend.js';
import type { Constraint } from './tfjs-task.js';

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

/** The network as a constraint leaves it. Call it in a tidy. */
export const constrain = (tf: Tfjs, network: TensorNetwork, constraint: Constraint): TensorNetwork => {
  const { hidden, final } = network;
  if (constraint === 'unit-hidden-weights')
    return { ...network, hidden: hidden.map((layer) => unitWeights(tf, layer)) };
  const change = constraint === 'unit-rows' ? unitRows : zeroBias;
  return { ...network, hidden: hidden.map((layer) => change(tf, layer)), final: change(tf, final) };
};
