import type { DeepNetwork } from '../net/deep-network.js';
import type { TwoLayer } from '../net/two-layer.js';
import type { DeepProblem, Engine, EngineName, Precision, Problem, TwoLayerProblem } from './engine.js';
import { createNaiveEngine } from './naive.js';
import { createNaiveDeepEngine } from './naive-deep.js';
import { createTfjsEngine } from './tfjs.js';
import { createWasmEngine } from './wasm.js';

export { tfjsRefusal } from './tfjs-refusal.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly strict: boolean;
};

/** Builds the chosen engine. Errors: UserError where it cannot run the problem. */
export function createEngine(problem: TwoLayerProblem, choice: EngineChoice): Promise<Engine<TwoLayer>>;
export function createEngine(problem: DeepProblem, choice: EngineChoice): Promise<Engine<DeepNetwork>>;
export function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine>;
export async function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine> {
  if (choice.engine === 'tfjs') return createTfjsEngine(problem, choice);
  if (problem.kind === 'multi-layer') return createNaiveDeepEngine(problem, choice);
  return choice.engine === 'naive' ? createNaiveEngine(problem, choice) : createWasmEngine(problem, choice);
}
