import type { Problem } from '../problem/index.js';
import type { Engine, EngineName, Precision } from './engine.js';
import { createNaiveEngine } from './naive/naive-engine.js';
import { createTfjsEngine } from './tfjs/tfjs-engine.js';
import { createWasmEngine } from './wasm/wasm.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  /** auto: our kernels, the fastest, which run every problem. */
  readonly engine: EngineName | 'auto';
  readonly precision: Precision;
  readonly strict: boolean;
  /** Threads that share each step of our kernels, which leaves the bits alone. Left out: as many as pay. */
  readonly threads?: number;
};

/** Builds the chosen engine. Errors: UserError where it does not offer the precision or lacks memory. */
export const createEngine = async (problem: Problem, choice: EngineChoice): Promise<Engine> => {
  if (choice.engine === 'tfjs') return createTfjsEngine(problem, choice);
  if (choice.engine === 'naive') return createNaiveEngine(problem, choice);
  return createWasmEngine(problem, choice);
};
