import { type Matrix, zeros } from '../matrix.js';
import type { GaussianAverages } from './gaussian-averages.js';

/** What the order parameters' equations are made of. */
export type OnlineSetting = {
  readonly averages: GaussianAverages;
  /** K student nodes come first in both matrices. */
  readonly students: number;
  /** See `couplingsOf`. [K+M x K+M] */
  readonly couplings: Matrix;
  /** Samples a step. */
  readonly batchSize: number;
  /** Variance of the noise on each of the teacher's outputs. */
  readonly noiseVariance: number;
};

/** < delta_i x_j >, where delta_i is what a step follows at the pre-activation of student node i. */
const drift = ({ averages, couplings }: OnlineSetting, c: Matrix, i: number, j: number): number => {
  let sum = 0;
  for (let a = 0; a < c.rows; a++) {
    const coupling = couplings.data[i * c.rows + a];
    if (coupling !== 0) sum -= coupling * averages.i3(c, i, j, a);
  }
  return sum;
};

/** < delta_i delta_k >, the noise on the outputs included. */
const diffusion = (
  { averages, couplings, noiseVariance }: OnlineSetting,
  c: Matrix,
  i: number,
  k: number,
): number => {
  const nodes = c.rows;
  const at = (node: number, other: number): number => couplings.data[node * nodes + other];
  let sum = noiseVariance === 0 ? 0 : noiseVariance * at(i, k) * averages.j2(c, i, k);
  for (let a = 0; a < nodes; a++)
    for (let b = 0; b <= a; b++) {
      const weight = a === b ? at(i, a) * at(k, a) : at(i, a) * at(k, b) + at(i, b) * at(k, a);
      if (weight !== 0) sum += weight * averages.i4(c, i, k, a, b);
    }
  return sum;
};

/**
 * Change of the covariances in one unit of time, steps over input dimension, in the limit of many inputs; `rate`: the
 * learning rate times dimension and variance of the inputs. The teacher's own do not change.
 *
 * dR_im = rate < delta_i x_m >, dQ_ik = rate < delta_i x_k + delta_k x_i > + rate^2 / batch < delta_i delta_k >.
 * Source: Saad and Solla 1995, eq. 5 to 7; Goldt et al. 2019, with batches, outputs and fan-outs of any kind.
 */
export const covarianceChange = (setting: OnlineSetting, c: Matrix, rate: number): Matrix => {
  const { students, batchSize } = setting;
  const change = zeros(c.rows, c.columns);
  const set = (i: number, j: number, value: number): void => {
    change.data[i * c.columns + j] = value;
    change.data[j * c.columns + i] = value;
  };
  for (let i = 0; i < students; i++) {
    for (let j = students; j < c.rows; j++) set(i, j, rate * drift(setting, c, i, j));
    for (let k = 0; k <= i; k++)
      set(
        i,
        k,
        rate * (drift(setting, c, i, k) + drift(setting, c, k, i)) +
          ((rate * rate) / batchSize) * diffusion(setting, c, i, k),
      );
  }
  return change;
};
