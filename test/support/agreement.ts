import type { Precision, StepReport } from '../../src/engine/engine.js';

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

/** How the kernels are built, and how far they may be from the oracle after a dozen steps. */
export const kernelVariants = [
  { precision: 'float64', strict: true, tolerance: 1e-12 },
  { precision: 'float64', strict: false, tolerance: 1e-12 },
  { precision: 'float32', strict: true, tolerance: 2e-5 },
  { precision: 'float32', strict: false, tolerance: 2e-5 },
] as const satisfies readonly { precision: Precision; strict: boolean; tolerance: number }[];
