import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { LossName } from '../../net/index.js';
import type { Tfjs } from './tfjs-backend.js';

/** Mean squared error, of half squared errors too, or mean softmax cross-entropy against one-hot classes. [N x c] */
export const lossOf = (tf: Tfjs, output: Tensor2D, target: Tensor2D, loss: LossName): Scalar =>
  loss === 'cross-entropy'
    ? tf.neg<Scalar>(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(output)), 1)))
    : tf.mean<Scalar>(tf.square(tf.sub(output, target)));

/**
 * Samples whose class, one-hot in `target`, is among the student's top 1 .. `largest` outputs.
 * Source: luckmatters stats_operator.py, StatsCELoss.
 */
export const topHits = (tf: Tfjs, output: Tensor2D, target: Tensor2D, largest = 5): number[] => {
  const scoreOfClass = tf.sum(tf.mul(output, target), 1, true);
  const ranks = tf.sum(tf.cast(tf.greater(output, scoreOfClass), 'float32'), 1).dataSync();
  return Array.from({ length: largest }, (_, k) => ranks.filter((rank) => rank <= k).length);
};
