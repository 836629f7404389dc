import { square } from './arithmetic/power.js';
import { type Matrix, zeros } from './matrix.js';

/** PyTorch's constants for BatchNorm: the share of a new batch in the running statistics, and the variance's floor. */
const momentum = 0.1;
const epsilon = 1e-5;

/** Batch normalization of k units. `weight` and `bias` are null without the affine map; all arrays [k]. */
export type BatchNorm = {
  readonly weight: Float64Array | null;
  readonly bias: Float64Array | null;
  readonly runningMean: Float64Array;
  readonly runningVariance: Float64Array;
};

/** What the backward pass needs: normalized inputs [rows x k] and 1 / sqrt(variance + epsilon) [k]. */
export type BatchNormCache = { readonly normalized: Matrix; readonly inverseDeviation: Float64Array };

/** The affine map that normalization by the running statistics is: x -> scale x + shift. Both [k]. */
export const affineOfNorm = ({
  weight,
  bias,
  runningMean,
  runningVariance,
}: BatchNorm): { readonly scale: Float64Array; readonly shift: Float64Array } => {
  const scale = runningVariance.map((value, k) => (weight?.[k] ?? 1) / Math.sqrt(value + epsilon));
  return { scale, shift: scale.map((value, k) => (bias?.[k] ?? 0) - value * runningMean[k]) };
};

/** Mean and biased variance of every column. */
const columnMoments = (a: Matrix): { mean: Float64Array; variance: Float64Array } => {
  const mean = new Float64Array(a.columns);
  const variance = new Float64Array(a.columns);
  for (let i = 0; i < a.data.length; i++) mean[i % a.columns] += a.data[i] / a.rows;
  for (let i = 0; i < a.data.length; i++)
    variance[i % a.columns] += square(a.data[i] - mean[i % a.columns]) / a.rows;
  return { mean, variance };
};

/** Moves the running statistics towards this batch's; the variance unbiased, as PyTorch does. Mutates `norm`. */
const updateRunning = (norm: BatchNorm, mean: Float64Array, variance: Float64Array, rows: number): void => {
  for (let k = 0; k < mean.length; k++) {
    norm.runningMean[k] += momentum * (mean[k] - norm.runningMean[k]);
    const unbiased = (variance[k] * rows) / (rows - 1);
    norm.runningVariance[k] += momentum * (unbiased - norm.runningVariance[k]);
  }
};

/**
 * Normalizes every column by the batch's statistics (`training`, which also updates the running ones) or by
 * the running ones. [rows x k] -> [rows x k]. Mutates `norm` in training. Source: torch.nn.BatchNorm1d.
 */
export const batchNormForward = (
  norm: BatchNorm,
  x: Matrix,
  training: boolean,
): { readonly output: Matrix; readonly cache: BatchNormCache } => {
  const { mean, variance } = training
    ? columnMoments(x)
    : { mean: norm.runningMean, variance: norm.runningVariance };
  const inverseDeviation = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const normalized = zeros(x.rows, x.columns);
  const output = zeros(x.rows, x.columns);
  for (let i = 0; i < x.data.length; i++) {
    const k = i % x.columns;
    normalized.data[i] = (x.data[i] - mean[k]) * inverseDeviation[k];
    output.data[i] = normalized.data[i] * (norm.weight?.[k] ?? 1) + (norm.bias?.[k] ?? 0);
  }
  if (training) updateRunning(norm, mean, variance, x.rows);
  return { output, cache: { normalized, inverseDeviation } };
};

/** Gradients of a training pass: of the input [rows x k], and of weight and bias [k]. */
export const batchNormBackward = (
  norm: BatchNorm,
  cache: BatchNormCache,
  gradient: Matrix,
): { readonly input: Matrix; readonly weight: Float64Array; readonly bias: Float64Array } => {
  const { rows, columns } = gradient;
  const weight = new Float64Array(columns);
  const bias = new Float64Array(columns);
  for (let i = 0; i < gradient.data.length; i++) {
    weight[i % columns] += gradient.data[i] * cache.normalized.data[i];
    bias[i % columns] += gradient.data[i];
  }
  const input = zeros(rows, columns);
  for (let i = 0; i < input.data.length; i++) {
    const k = i % columns;
    const centred = gradient.data[i] - bias[k] / rows - (cache.normalized.data[i] * weight[k]) / rows;
    input.data[i] = centred * (norm.weight?.[k] ?? 1) * cache.inverseDeviation[k];
  }
  return { input, weight, bias };
};
