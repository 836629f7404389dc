import { type Matrix, zeros } from '../matrix.js';
import type { Network } from '../network.js';
import { erfAverages } from './erf-averages.js';
import type { GaussianAverages } from './gaussian-averages.js';
import { reluAverages } from './relu-averages.js';

/** Two networks of one hidden layer without biases, on inputs of one standard deviation. */
export type Machines = { readonly student: Network; readonly teacher: Network; readonly dataStd: number };

/** Averages over the pre-activations of a network's hidden nodes. */
export const averagesOf = ({ activation }: Network): GaussianAverages =>
  activation === 'erf' ? erfAverages : reluAverages;

const rowsOf = ({ rows, columns, data }: Matrix): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => data.subarray(i * columns, (i + 1) * columns));

/** Inner products of vectors. [vectors x vectors] */
const gram = (vectors: readonly Float64Array[], scale: number): Matrix => {
  const out = zeros(vectors.length, vectors.length);
  for (const [i, a] of vectors.entries())
    for (const [j, b] of vectors.entries()) {
      let sum = 0;
      for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
      out.data[i * vectors.length + j] = scale * sum;
    }
  return out;
};

/**
 * Covariance of the pre-activations of all hidden nodes, those of the student first: the order parameters Q, R and T in one
 * matrix. [K+M x K+M]. Source: Saad and Solla 1995.
 */
export const covarianceOf = ({ student, teacher, dataStd }: Machines): Matrix =>
  gram(
    [student, teacher].flatMap(({ hidden }) => rowsOf(hidden[0].weight)),
    dataStd * dataStd,
  );

const fanOuts = ({ final: { weight } }: Network, sign: number): Float64Array[] =>
  Array.from({ length: weight.columns }, (_, node) =>
    Float64Array.from({ length: weight.rows }, (_, o) => sign * weight.data[o * weight.columns + node]),
  );

/**
 * Inner products of what the nodes contribute to the error, teacher less student: fan-outs, the student's negated. The
 * gradient at student node i is g'(x_i) times minus the sum of row i over all g(x_a). [K+M x K+M]
 */
export const couplingsOf = ({ student, teacher }: Machines): Matrix =>
  gram([...fanOuts(student, -1), ...fanOuts(teacher, 1)], 1);

/**
 * The mean squared error over all inputs and outputs, as losses are reported: twice the generalization error of the
 * literature, by output.
 */
export const expectedLoss = (
  { i2 }: GaussianAverages,
  covariance: Matrix,
  couplings: Matrix,
  outputs: number,
): number => {
  const nodes = covariance.rows;
  let sum = 0;
  for (let i = 0; i < nodes; i++) {
    sum += couplings.data[i * nodes + i] * i2(covariance, i, i);
    for (let j = 0; j < i; j++) sum += 2 * couplings.data[i * nodes + j] * i2(covariance, i, j);
  }
  // Where the networks are equal, rounding is left, of either sign.
  return Math.max(0, sum / outputs);
};
