import type { GradSaveFunc, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tfjs, TfjsBackend } from './tfjs-backend.js';

/** a^T b. The WASM backend multiplies transposed operands up to 9 times slower than plain ones. */
export const transposedProduct = (tf: Tfjs, backend: TfjsBackend, a: Tensor2D, b: Tensor2D): Tensor2D =>
  backend === 'wasm' ? tf.matMul(tf.transpose(a), b) : tf.matMul(a, b, true);

const ofWeight = (tf: Tfjs, x: Tensor, arriving: Tensor): Tensor => tf.matMul(tf.transpose(x), arriving);

/** With a constant x, whose gradient nobody asks for. */
const linearInWeight = (tf: Tfjs, x: Tensor2D, w: Tensor2D): Tensor2D =>
  tf.customGrad<Tensor2D>((weight, save) => {
    (save as GradSaveFunc)([x]);
    return {
      value: tf.matMul(x, weight as Tensor2D),
      gradFunc: (arriving, [input]) => ofWeight(tf, input, arriving),
    };
  })(w);

const linearInBoth = (tf: Tfjs, x: Tensor2D, w: Tensor2D): Tensor2D =>
  tf.customGrad<Tensor2D>((input, weight, save) => {
    (save as GradSaveFunc)([input as Tensor, weight as Tensor]);
    return {
      value: tf.matMul(input as Tensor2D, weight as Tensor2D),
      gradFunc: (arriving, [a, b]) => [tf.matMul(arriving, tf.transpose(b)), ofWeight(tf, a, arriving)],
    };
  })(x, w);

/**
 * x w, [rows x in] [in x out]. On the WASM backend its gradient transposes apart, for the reason above; elsewhere it
 * is tfjs's own. `constant`: x needs no gradient.
 */
export const product = (
  tf: Tfjs,
  backend: TfjsBackend,
  x: Tensor2D,
  w: Tensor2D,
  constant: boolean,
): Tensor2D => {
  if (backend !== 'wasm') return tf.matMul(x, w);
  return constant ? linearInWeight(tf, x, w) : linearInBoth(tf, x, w);
};
