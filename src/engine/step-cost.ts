import type { Problem } from '../problem/index.js';
import { trainingTask } from './wasm/task.js';

/** Floating-point operations of a step, multiply-adds counting two; the lowest layer passes no gradient down. */
export const flopsPerStep = (problem: Problem): number => {
  const { layers, batch } = trainingTask(problem);
  return layers.reduce(
    (sum, { inputs, units, positions }, l) => sum + (l === 0 ? 4 : 6) * inputs * units * positions * batch,
    0,
  );
};
