import type { Engine, EngineName, Precision, Problem } from './engine.js';
import { createNaiveEngine } from './naive.js';
import { createWasmEngine } from './wasm.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly strict: boolean;
};

/** Builds the chosen engine. Errors: UserError where it cannot run the problem. */
export const createEngine = async (problem: Problem, choice: EngineChoice): Promise<Engine> =>
  choice.engine === 'naive' ? createNaiveEngine(problem, choice) : createWasmEngine(problem, choice);
