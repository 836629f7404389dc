import { UserError } from '../experiment/user-error.js';
import type { DeepNetwork } from '../net/deep-network.js';
import type { TwoLayer } from '../net/two-layer.js';
import { chooseEngine, refusalOf } from './choose.js';
import type { DeepProblem, Engine, EngineName, Precision, Problem, TwoLayerProblem } from './engine.js';
import { createNaiveEngine } from './naive.js';
import { createNaiveDeepEngine } from './naive-deep.js';
import { createTfjsEngine } from './tfjs.js';
import { createWasmEngine } from './wasm.js';
import { createWasmDeepEngine } from './wasm-deep.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  /** auto: the fastest that can run the problem. */
  readonly engine: EngineName | 'auto';
  readonly precision: Precision;
  readonly strict: boolean;
  /** Threads that share each batch, where an engine has them; as many as pay where this is left out. */
  readonly threads?: number;
};

const createNamed = (
  engine: EngineName,
  problem: Problem,
  choice: EngineChoice,
): Promise<Engine> | Engine => {
  if (engine === 'naive')
    return problem.kind === 'multi-layer'
      ? createNaiveDeepEngine(problem, choice)
      : createNaiveEngine(problem, choice);
  if (engine === 'tfjs') return createTfjsEngine(problem, choice);
  return problem.kind === 'multi-layer'
    ? createWasmDeepEngine(problem, { ...choice, threads: 1 })
    : createWasmEngine(problem, choice);
};

/** Builds the chosen engine. Errors: UserError where it cannot run the problem. */
export function createEngine(problem: TwoLayerProblem, choice: EngineChoice): Promise<Engine<TwoLayer>>;
export function createEngine(problem: DeepProblem, choice: EngineChoice): Promise<Engine<DeepNetwork>>;
export function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine>;
export async function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine> {
  const { precision } = choice;
  const engine = choice.engine === 'auto' ? chooseEngine(problem, precision) : choice.engine;
  const refusal = refusalOf(engine, problem, precision);
  if (refusal !== null) throw new UserError(refusal);
  return createNamed(engine, problem, choice);
}
