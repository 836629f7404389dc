import { type BatchLosses, type GradientNorms, noGradientNorms } from './engine.js';

const sum = (before: Float64Array, values: Float64Array): Float64Array =>
  values.map((value, l) => (before[l] ?? 0) + value);

/** Losses with those of one more step; `norms`: of that step's gradients, by layer. */
export const addLoss = (
  { steps, minimum, sum: total, maximum, gradientNorms }: BatchLosses,
  loss: number,
  norms: GradientNorms = noGradientNorms,
): BatchLosses => ({
  steps: steps + 1,
  minimum: Math.min(minimum, loss),
  sum: total + loss,
  maximum: Math.max(maximum, loss),
  gradientNorms: {
    weights: sum(gradientNorms.weights, norms.weights),
    biases: sum(gradientNorms.biases, norms.biases),
  },
});
