import type { Problem } from '../../problem/index.js';
import type { Precision } from '../engine.js';

/** Why the tfjs engine cannot train this problem, in terms of the experiment's options; null where it can. */
export const tfjsRefusal = ({ kind }: Problem, precision: Precision): string | null => {
  if (precision === 'float32') return null;
  const others = kind === 'two-layer' ? 'wasm or naive' : 'naive';
  return `precision "${precision}" is not offered, allowed: "float32"; choose engine ${others} for "${precision}"`;
};
