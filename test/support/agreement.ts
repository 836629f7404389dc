import { expect } from 'vitest';
import type { Evaluation, Precision, StepReport } from '../../src/engine/engine.js';

/** Largest difference, relative to the largest expected magnitude. */
export const deviation = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    magnitude = Math.max(magnitude, Math.abs(expected[i]));
  }
  return magnitude > 0 ? difference / magnitude : difference;
};

export const lossesOf = ({ losses }: StepReport): number[] => [
  losses.steps,
  losses.minimum,
  losses.sum,
  losses.maximum,
];

/** Losses and gradient norms of the steps agree. */
export const expectReport = (actual: StepReport, expected: StepReport, tolerance: number): void => {
  expect(deviation(lossesOf(actual), lossesOf(expected))).toBeLessThan(tolerance);
  const [norms, wanted] = [actual.losses.gradientNorms, expected.losses.gradientNorms];
  expect(deviation(norms.weights, wanted.weights)).toBeLessThan(tolerance);
  expect(deviation(norms.biases, wanted.biases)).toBeLessThan(tolerance);
};

/**
 * Loss and correlations agree, and counts are the same. `countsMayDiffer`: where rounding may move a unit over 0 or one output
 * over another.
 */
export const expectEvaluation = (
  actual: Evaluation,
  expected: Evaluation,
  tolerance: number,
  { countsMayDiffer = false } = {},
): void => {
  expect(deviation([actual.loss], [expected.loss])).toBeLessThan(tolerance);
  expect(actual.layers.length).toBe(expected.layers.length);
  for (const [l, layer] of expected.layers.entries()) {
    expect(deviation(actual.layers[l].correlation, layer.correlation)).toBeLessThan(10 * tolerance);
    if (!countsMayDiffer) expect(actual.layers[l].observability).toEqual(layer.observability);
  }
  expect(actual.topAgreement === null).toBe(expected.topAgreement === null);
  if (expected.topAgreement && !countsMayDiffer)
    expect(deviation(actual.topAgreement ?? [], expected.topAgreement)).toBeLessThan(1e-12);
};

/** How the kernels are built, and how far they may be from the oracle after a dozen steps. */
export const kernelVariants = [
  { precision: 'float64', strict: true, tolerance: 1e-12 },
  { precision: 'float64', strict: false, tolerance: 1e-12 },
  { precision: 'float32', strict: true, tolerance: 2e-5 },
  { precision: 'float32', strict: false, tolerance: 2e-5 },
] as const satisfies readonly { precision: Precision; strict: boolean; tolerance: number }[];
