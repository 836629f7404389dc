import { type Matrix, zeros } from './matrix.js';

/** What a step descends; half squared errors are reported as mean squared errors. */
export type LossName = 'mean-squared-error' | 'half-squared-error' | 'cross-entropy';

/** A batch's loss, and its gradient at the student's output times `divisor`. [samples x outputs] */
export type LossGradient = {
  readonly loss: number;
  readonly gradient: Matrix;
  /** What each parameter's gradient is divided by once it is summed over the batch, as the published script does. */
  readonly divisor: number;
};

/** Mean over samples and outputs of the squared entries. */
export const meanSquare = (a: Matrix): number => {
  let sum = 0;
  for (const value of a.data) sum += value * value;
  return sum / a.data.length;
};

/**
 * Half the squared error summed over outputs, averaged over the batch; the loss reported is the mean squared error.
 * Source: luckmatters recon_two_layer.py, `run`.
 */
const halfSquaredError = (student: Matrix, teacher: Matrix): LossGradient => {
  const gradient = { ...student, data: student.data.map((y, i) => y - teacher.data[i]) };
  return { loss: meanSquare(gradient), gradient, divisor: student.rows };
};

/** Mean squared error over batch and outputs. Source: torch.nn.MSELoss. */
export const meanSquaredError = (student: Matrix, teacher: Matrix): LossGradient => {
  const gradient = zeros(student.rows, student.columns);
  const count = student.data.length;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const error = student.data[i] - teacher.data[i];
    sum += error * error;
    gradient.data[i] = (2 * error) / count;
  }
  return { loss: sum / count, gradient, divisor: 1 };
};

const rowOf = (a: Matrix, i: number): Float64Array => a.data.subarray(i * a.columns, (i + 1) * a.columns);

/** The output with the largest value, the first of equals. */
export const argMax = (row: Float64Array): number =>
  row.indexOf(row.reduce((a, b) => Math.max(a, b), -Infinity));

/** Softmax cross-entropy against the teacher's arg-max class, averaged over the batch. Source: torch.nn.CrossEntropyLoss. */
export const crossEntropy = (student: Matrix, teacher: Matrix): LossGradient => {
  const gradient = zeros(student.rows, student.columns);
  let sum = 0;
  for (let i = 0; i < student.rows; i++) {
    const scores = rowOf(student, i);
    const label = argMax(rowOf(teacher, i));
    const largest = scores[argMax(scores)];
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((a, b) => a + b, 0);
    sum += Math.log(total) + largest - scores[label];
    for (let j = 0; j < scores.length; j++)
      gradient.data[i * scores.length + j] = (exponentials[j] / total - (j === label ? 1 : 0)) / student.rows;
  }
  return { loss: sum / student.rows, gradient, divisor: 1 };
};

/** How the gradient of `crossEntropy` at its outputs changes along a tangent: p (t - p . t) / samples, p the softmax. */
const crossEntropyTangent = (student: Matrix, tangent: Matrix): Matrix => {
  const out = zeros(student.rows, student.columns);
  for (let i = 0; i < student.rows; i++) {
    const scores = rowOf(student, i);
    const along = rowOf(tangent, i);
    const largest = scores[argMax(scores)];
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((a, b) => a + b, 0);
    const mean = exponentials.reduce((sum, value, j) => sum + (value / total) * along[j], 0);
    for (let j = 0; j < scores.length; j++)
      out.data[i * scores.length + j] = ((exponentials[j] / total) * (along[j] - mean)) / student.rows;
  }
  return out;
};

/** How the gradient of `lossGradient` changes when the student's outputs change along a tangent. [samples x outputs] */
export const lossGradientTangent = (name: LossName, student: Matrix, tangent: Matrix): Matrix => {
  if (name === 'cross-entropy') return crossEntropyTangent(student, tangent);
  const scale = name === 'mean-squared-error' ? 2 / student.data.length : 1;
  return { ...tangent, data: tangent.data.map((value) => scale * value) };
};

const losses: Readonly<Record<LossName, (student: Matrix, teacher: Matrix) => LossGradient>> = {
  'mean-squared-error': meanSquaredError,
  'half-squared-error': halfSquaredError,
  'cross-entropy': crossEntropy,
};

export const lossGradient = (name: LossName, student: Matrix, teacher: Matrix): LossGradient =>
  losses[name](student, teacher);

/**
 * Percentage of samples whose teacher class is among the student's top 1 .. `largest` outputs.
 * Source: luckmatters stats_operator.py, StatsCELoss.
 */
export const topAgreement = (student: Matrix, teacher: Matrix, largest = 5): number[] => {
  const hits = new Array<number>(largest).fill(0);
  for (let i = 0; i < student.rows; i++) {
    const scores = rowOf(student, i);
    const label = argMax(rowOf(teacher, i));
    const rank = scores.reduce((above, score) => above + (score > scores[label] ? 1 : 0), 0);
    for (let k = rank; k < largest; k++) hits[k]++;
  }
  return hits.map((count) => (100 * count) / student.rows);
};
