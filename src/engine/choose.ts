import type { Problem } from '../problem/index.js';
import type { EngineName, Precision } from './engine.js';
import { tfjsRefusal } from './tfjs/tfjs-refusal.js';
import { wasmRefusal } from './wasm/wasm-refusal.js';

type Refusal = (problem: Problem, precision: Precision) => string | null;

/** Why each engine cannot run a problem, in terms of the experiment's options; null where it can. */
const refusals: Readonly<Record<EngineName, Refusal>> = {
  wasm: wasmRefusal,
  tfjs: tfjsRefusal,
  naive: (_, precision) =>
    precision === 'float64' ? null : `precision "${precision}" is not offered, allowed: "float64"`,
};

/** Why an engine cannot run a problem, in one sentence that names it, the option and what can; null where it can. */
export const refusalOf = (engine: EngineName, problem: Problem, precision: Precision): string | null => {
  const reason = refusals[engine](problem, precision);
  return reason === null ? null : `engine ${engine}: ${reason}`;
};

/** From the fastest on: the benchmark's table in the README has the kernels ahead of every backend of tfjs in reach. */
const bySpeed: readonly EngineName[] = ['wasm', 'tfjs', 'naive'];

/** The fastest engine that can run a problem: tfjs has every float32, naive every float64. */
export const chooseEngine = (problem: Problem, precision: Precision): EngineName =>
  bySpeed.find((engine) => refusals[engine](problem, precision) === null) ?? 'naive';
