import { type Matrix, multiply, transpose, zeros } from '../matrix.js';
import { type Activations, backward, outputGradient, type TwoLayer } from '../two-layer.js';

/** Added to each sum of squares, so that a node that never varies correlates 0 with everything. */
const correlationEpsilon = 1e-10;

/** The thresholds at which the reference counts covered teacher nodes. */
export const coverageThresholds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const;

/** Hidden units without the constant one. [N x k+1] -> [N x k] */
const withoutConstant = (hidden: Matrix): Matrix => {
  const out = zeros(hidden.rows, hidden.columns - 1);
  for (let i = 0; i < hidden.rows; i++)
    out.data.set(hidden.data.subarray(i * hidden.columns, (i + 1) * hidden.columns - 1), i * out.columns);
  return out;
};

const columnSums = (a: Matrix, of: (value: number) => number): Float64Array => {
  const sums = new Float64Array(a.columns);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) sums[j] += of(a.data[i * a.columns + j]);
  return sums;
};

/** Columns with their mean taken out and divided by their length (epsilon under the root). */
const standardized = (hidden: Matrix): Matrix => {
  const out = withoutConstant(hidden);
  const means = columnSums(out, (value) => value).map((sum) => sum / out.rows);
  for (let i = 0; i < out.data.length; i++) out.data[i] -= means[i % out.columns];
  const lengths = columnSums(out, (value) => value * value).map((sum) => Math.sqrt(sum + correlationEpsilon));
  for (let i = 0; i < out.data.length; i++) out.data[i] /= lengths[i % out.columns];
  return out;
};

/**
 * Correlation of each teacher node with each student node over a data set, mean-centred, post-activation.
 *
 * Takes hidden units [N x m+1] and [N x n+1] as `forward` gives them; returns [m x n]. A node that never
 * varies has correlation 0. Source: luckmatters utils_corrs.py, act2corrMat.
 */
export const correlation = (teacherHidden: Matrix, studentHidden: Matrix): Matrix =>
  multiply(transpose(standardized(teacherHidden)), standardized(studentHidden));

/**
 * How well student node k sees the boundary of teacher node j: the samples on which k is active, counted on
 * either side of it, and the smaller count taken. [m x n]
 * Source: luckmatters recon_two_layer.py, compute_boundary_obs.
 */
export const observability = (teacherHidden: Matrix, studentHidden: Matrix): Matrix => {
  const [m, n] = [teacherHidden.columns - 1, studentHidden.columns - 1];
  const out = zeros(m, n);
  const active = new Float64Array(n);
  for (let i = 0; i < teacherHidden.rows; i++)
    for (let k = 0; k < n; k++) {
      if (!(studentHidden.data[i * (n + 1) + k] > 0)) continue;
      active[k]++;
      for (let j = 0; j < m; j++) if (teacherHidden.data[i * (m + 1) + j] > 0) out.data[j * n + k]++;
    }
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.min(out.data[i], active[i % n] - out.data[i]);
  return out;
};

/** The best match of each node: how well it correlates, and with which node of the other network. */
export type BestMatches = { readonly correlation: Float64Array; readonly node: Int32Array };

/** Row maximum of a correlation matrix [m x n]; the first of equals; NaN only where a whole row is. */
export const bestMatchOfTeacher = ({ rows, columns, data }: Matrix): BestMatches => {
  const best = { correlation: new Float64Array(rows).fill(Number.NaN), node: new Int32Array(rows) };
  for (let j = 0; j < rows; j++)
    for (let k = 0; k < columns; k++) {
      const value = data[j * columns + k];
      if (Number.isNaN(value) || value <= best.correlation[j]) continue;
      best.correlation[j] = value;
      best.node[j] = k;
    }
  return best;
};

/** Column maximum of a correlation matrix [m x n]. */
export const bestMatchOfStudent = (matrix: Matrix): BestMatches => bestMatchOfTeacher(transpose(matrix));

/** Number of teacher nodes whose best match is above the threshold. */
export const covered = (bestCorrelation: ArrayLike<number>, threshold: number): number =>
  Array.from(bestCorrelation).filter((value) => value > threshold).length;

/** Sizes of the gradient on a whole data set. Source: luckmatters recon_two_layer.py, after_epoch_eval. */
export type GradientStatistics = {
  /** Mean over samples of the squared gradient arriving at each hidden unit, the constant one last. [n+1] */
  readonly g1: Float64Array;
  /** Mean over samples of the squared y_teacher - y_student. [c] */
  readonly g2: Float64Array;
  /** Frobenius norm of the first layer's delta without its bias row. */
  readonly gradW1Norm: number;
  /** Frobenius norm of the second layer's delta, bias row included. */
  readonly gradW2Norm: number;
};

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const columnMeanSquares = (a: Matrix): Float64Array =>
  columnSums(a, (value) => value * value).map((sum) => sum / a.rows);

/** Gradient statistics of a student on the samples that `activations` were computed on. */
export const gradientStatistics = (
  student: TwoLayer,
  activations: Activations,
  teacherOutput: Matrix,
): GradientStatistics => {
  const g2 = outputGradient(teacherOutput, activations.output);
  const { deltaW1, deltaW2, g1 } = backward(student, activations, g2);
  return {
    g1: columnMeanSquares(g1),
    g2: columnMeanSquares(g2),
    gradW1Norm: norm(deltaW1.data.subarray(0, -deltaW1.columns)),
    gradW2Norm: norm(deltaW2.data),
  };
};

/**
 * Mean product of hidden units over samples, not centred: h_a^T h_b / N without the constant units.
 * [N x a+1] [N x b+1] -> [a x b]. Source: luckmatters recon_two_layer.py, eval_phrase (ts_prod, ss_prod).
 */
export const hiddenProduct = (a: Matrix, b: Matrix): Matrix => {
  const product = multiply(transpose(withoutConstant(a)), withoutConstant(b));
  return { ...product, data: product.data.map((value) => value / a.rows) };
};
