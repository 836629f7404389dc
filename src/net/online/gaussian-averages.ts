import type { Matrix } from '../matrix.js';

/**
 * Averages over pre-activations x that are Gaussian with mean 0 and covariance c, [nodes x nodes]; g is the activation, and
 * nodes may be the same.
 */
export type GaussianAverages = {
  /** < g(x_i) g(x_j) > */
  readonly i2: (c: Matrix, i: number, j: number) => number;
  /** < g'(x_i) g'(x_j) > */
  readonly j2: (c: Matrix, i: number, j: number) => number;
  /** < g'(x_i) x_j g(x_k) > */
  readonly i3: (c: Matrix, i: number, j: number, k: number) => number;
  /** < g'(x_i) g'(x_j) g(x_k) g(x_l) > */
  readonly i4: (c: Matrix, i: number, j: number, k: number, l: number) => number;
};

/** Covariance of two nodes. */
export const covariance = ({ columns, data }: Matrix, i: number, j: number): number => data[i * columns + j];

/** The arcsine of what rounding may have put beyond 1; 0 of what is no number, where a variance is 0. */
export const arcsine = (sine: number): number => Math.asin(Math.max(-1, Math.min(1, sine))) || 0;
