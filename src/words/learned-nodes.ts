import { isSpecialized } from '../net/index.js';
import type { Frame } from '../protocol/index.js';

/** Teacher nodes above the threshold, and those that are not, of every layer. */
export const learnedNodes = (
  frame: Frame,
  threshold: number,
): { learned: number; all: number; unlearned: number[][] } => {
  const unlearned = frame.layers.map(({ bestMatchOfTeacher: best }) =>
    [...best.keys()].filter((node) => !isSpecialized(best[node], threshold)),
  );
  const all = frame.layers.reduce((sum, layer) => sum + layer.bestMatchOfTeacher.length, 0);
  const missing = unlearned.reduce((sum, nodes) => sum + nodes.length, 0);
  return { learned: all - missing, all, unlearned };
};
