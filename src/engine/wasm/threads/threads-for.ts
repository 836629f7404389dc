import type { Problem } from '../../../problem/index.js';
import type { Precision } from '../../engine.js';
import { mostThreads } from './exchange.js';

const batchRows = ({ batchSize, trainingSet }: Problem): number => batchSize ?? trainingSet.rows;

/** Floating-point operations of a step, multiply-adds counting two; the lowest layer passes no gradient down. */
export const flopsPerStep = (problem: Problem): number =>
  [...problem.student.hidden, problem.student.final].reduce(
    (sum, { weight }, l) => sum + (l === 0 ? 4 : 6) * weight.data.length * batchRows(problem),
    0,
  );

/** Least work of a thread in a step in float32: some 100 µs of it, where sharing saves a third (docs/internals/kernels.md). */
const leastFlops = 3e6;
/** Fewer rows than these leave the kernels' tiles and the caches' reuse of weights badly used. */
const leastRows = 16;

/** Threads that pay for a problem on a machine that has `available` of them. */
export const threadsFor = (problem: Problem, precision: Precision, available: number): number => {
  const cost = flopsPerStep(problem) * (precision === 'float64' ? 2 : 1);
  const useful = Math.min(cost / leastFlops, batchRows(problem) / leastRows, available, mostThreads);
  return Math.max(1, Math.floor(useful));
};
