import {
  backward,
  lossGradient,
  type Matrix,
  multiply,
  type Network,
  type Pass,
  stacked,
  transpose,
} from '../net/index.js';

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

const columnMeanSquares = ({ rows, columns, data }: Matrix): Float64Array => {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns] += data[i] * data[i];
  return sums.map((sum) => sum / rows);
};

/** Gradient statistics of a student of one hidden layer on the samples of `pass`. */
export const gradientStatistics = (
  student: Network,
  pass: Pass,
  teacherOutput: Matrix,
): GradientStatistics => {
  const { gradient, divisor } = lossGradient('half-squared-error', pass.output, teacherOutput);
  const [features, head] = backward(student, pass, gradient);
  const atConstant = multiply(gradient, {
    rows: gradient.columns,
    columns: 1,
    data: student.final.bias ?? new Float64Array(gradient.columns),
  });
  const delta = (layer: typeof head): Float64Array => stacked(layer).data.map((value) => value / divisor);
  return {
    g1: Float64Array.of(...columnMeanSquares(features.arriving), ...columnMeanSquares(atConstant)),
    g2: columnMeanSquares(gradient),
    gradW1Norm: norm(delta(features).subarray(0, -student.hidden[0].weight.rows)),
    gradW2Norm: norm(delta(head)),
  };
};

/**
 * Mean product of hidden units over samples, not centred: h_a^T h_b / N. [N x a] [N x b] -> [a x b]
 * Source: luckmatters recon_two_layer.py, eval_phrase (ts_prod, ss_prod).
 */
export const hiddenProduct = (a: Matrix, b: Matrix): Matrix => {
  const product = multiply(transpose(a), b);
  return { ...product, data: product.data.map((value) => value / a.rows) };
};
