import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Grid, Matrix } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import { type Forward, runForward } from './tensor-forward.js';
import type { TensorNetwork } from './tensor-network.js';
import type { Tfjs } from './tfjs-backend.js';

/** A data set with what the student is to say of it: the teacher's outputs and the noise on them, or its class one-hot with cross-entropy. [N x c] */
export type TensorSet = { readonly rows: number; readonly x: Tensor; readonly target: Tensor2D };

/** Samples that are computed at once: activations of convolutional layers are large. */
export const chunkRows = (grid: Grid): number => (grid.height * grid.width === 1 ? 1024 : 64);

/** [N x d], or with channels outermost -> [N x h x w x C]. */
const uploadInputs = ({ tf }: Forward, { rows, columns, data }: Matrix, { height, width }: Grid): Tensor => {
  const positions = height * width;
  if (positions === 1) return tf.tensor2d(new Float32Array(data), [rows, columns]);
  const channels = columns / positions;
  const values = new Float32Array(data.length);
  for (let s = 0; s < rows; s++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < positions; p++)
        values[(s * positions + p) * channels + c] = data[(s * channels + c) * positions + p];
  return tf.tensor4d(values, [rows, height, width, channels]);
};

/** Rows first .. end of a tensor. */
export const rowsBetween = <T extends Tensor>(tf: Tfjs, x: T, first: number, end: number): T => {
  const inner = x.shape.slice(1);
  return tf.slice<Rank, T>(x, [first, ...inner.map(() => 0)], [end - first, ...inner]);
};

const classesOf = ({ tf }: Forward, outputs: Tensor2D): Tensor2D =>
  // Cast apart: the WASM backend writes integers even where oneHot is asked for single precision.
  tf.cast(tf.oneHot(tf.argMax<Tensor>(outputs, 1), outputs.shape[1]) as Tensor2D, 'float32');

/** Uploads a data set and asks the teacher about it, chunk by chunk. The caller disposes of it. */
export const createTensorSet = (
  forward: Forward,
  teacher: TensorNetwork,
  { data, noise }: { readonly data: Matrix; readonly noise: Matrix | null },
  { grid, rule }: Pick<Problem, 'grid' | 'rule'>,
): TensorSet => {
  const { tf } = forward;
  return tf.tidy(() => {
    const x = tf.keep(uploadInputs(forward, data, grid));
    const chunks: Tensor2D[] = [];
    for (let first = 0; first < data.rows; first += chunkRows(grid)) {
      const end = Math.min(data.rows, first + chunkRows(grid));
      const outputs = tf.tidy(
        () => runForward(forward, teacher, rowsBetween(tf, x, first, end), false).output,
      );
      chunks.push(rule.loss === 'cross-entropy' ? classesOf(forward, outputs) : outputs);
    }
    const said = tf.concat2d(chunks, 0);
    const target = noise
      ? tf.add<Tensor2D>(said, tf.tensor2d(new Float32Array(noise.data), said.shape))
      : said;
    return { rows: data.rows, x, target: tf.keep(target) };
  });
};
