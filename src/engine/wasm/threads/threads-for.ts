import type { Problem } from '../../../problem/index.js';
import type { Precision } from '../../engine.js';
import { flopsPerStep } from '../../step-cost.js';
import { mostThreads } from '../memory/memory-plan.js';

/** Least work of a thread in a step in float32: some 300 µs of it (docs/internals/kernels.md). */
const leastFlops = 2e7;

/** Threads that pay for a problem on a machine that has `available` of them. */
export const threadsFor = (problem: Problem, precision: Precision, available: number): number => {
  const cost = flopsPerStep(problem) * (precision === 'float64' ? 2 : 1);
  return Math.max(1, Math.floor(Math.min(cost / leastFlops, available, mostThreads)));
};
