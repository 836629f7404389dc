import { type Matrix, meanSquare, type Network, type Pass, rowNorm, stacked } from '../net/index.js';

/** Units in the last place that one output may be off by after a sum over hidden units. */
const outputUnits = 64;

/** Spacing of numbers near 1 in each format. */
const spacing = { float64: 2 ** -52, float32: 2 ** -23 } as const;

/** Differences that rounding of the outputs alone explains, once teacher and student nearly agree. */
export type RoundingAllowance = {
  readonly loss: (loss: number) => number;
  readonly g1: (largest: number) => number;
  readonly g2: (largest: number) => number;
  readonly gradW1Norm: number;
  readonly gradW2Norm: number;
};

/** Length of the average row with a constant 1 after it. */
const meanRowNorm = (a: Matrix): number => Math.sqrt(meanSquare(a) * a.columns + 1);

/**
 * First-order bounds on what an error of delta in every output changes in each quantity made of
 * y_teacher - y_student: 2 sqrt(q) delta + delta^2 for a mean square q, and delta times the lengths that it
 * is multiplied by for a gradient. Negligible beside the tolerances until the loss is near the last bits.
 */
export const roundingAllowance = (
  precision: keyof typeof spacing,
  teacherOutput: Matrix,
  student: Network,
  pass: Pass,
): RoundingAllowance => {
  const delta = outputUnits * spacing[precision] * Math.sqrt(meanSquare(teacherOutput));
  const deltaRow = delta * Math.sqrt(teacherOutput.columns);
  const head = stacked(student.final);
  const fanOut = Array.from({ length: head.rows }, (_, node) => rowNorm(head, node));
  const ofMeanSquare = (error: number) => (value: number) => 2 * Math.sqrt(value) * error + error ** 2;
  return {
    loss: ofMeanSquare(delta),
    g1: ofMeanSquare(deltaRow * fanOut.reduce((a, b) => Math.max(a, b))),
    g2: ofMeanSquare(deltaRow),
    gradW1Norm: deltaRow * Math.hypot(...fanOut) * meanRowNorm(pass.layers[0].input),
    gradW2Norm: deltaRow * meanRowNorm(pass.headInput),
  };
};
