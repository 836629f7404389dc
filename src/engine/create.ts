import { UserError } from '../input/index.js';
import type { Problem } from '../problem/index.js';
import { chooseEngine, refusalOf } from './choose.js';
import type { Engine, EngineName, Precision } from './engine.js';
import { createNaiveEngine } from './naive/naive-engine.js';
import { createTfjsEngine } from './tfjs/tfjs-engine.js';
import { createWasmEngine } from './wasm/wasm.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  /** auto: the fastest that can run the problem. */
  readonly engine: EngineName | 'auto';
  readonly precision: Precision;
  readonly strict: boolean;
  /** Threads that share each step of our kernels, which leaves the bits alone. Left out: as many as pay. */
  readonly threads?: number;
};

/** Builds the chosen engine. Errors: UserError where it cannot run the problem. */
export const createEngine = async (problem: Problem, choice: EngineChoice): Promise<Engine> => {
  const { precision } = choice;
  const engine = choice.engine === 'auto' ? chooseEngine(problem, precision) : choice.engine;
  const refusal = refusalOf(engine, problem, precision);
  if (refusal !== null) throw new UserError(refusal);
  if (engine === 'tfjs') return createTfjsEngine(problem, choice);
  if (engine === 'naive') return createNaiveEngine(problem, choice);
  return createWasmEngine(problem, choice);
};
