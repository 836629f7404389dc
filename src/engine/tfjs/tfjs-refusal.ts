import type { Problem } from '../../problem/index.js';
import type { Precision } from '../engine.js';
import { wasmRefusal } from '../wasm/wasm-refusal.js';

/** Why the tfjs engine cannot train this problem, in terms of the experiment's options; null where it can. */
export const tfjsRefusal = (problem: Problem, precision: Precision): string | null => {
  if (precision === 'float32') return null;
  const others = wasmRefusal(problem) === null ? 'wasm or naive' : 'naive';
  return `precision "${precision}" is not offered, allowed: "float32"; choose engine ${others} for "${precision}"`;
};
