import os from 'node:os';
import { UserError } from '../input/index.js';
import type { DeepNetwork, TwoLayer } from '../net/index.js';
import type { DeepProblem, Problem, TwoLayerProblem } from '../problem/index.js';
import { chooseEngine, refusalOf } from './choose.js';
import type { Engine, EngineName, Precision } from './engine.js';
import { createNaiveEngine } from './naive/naive.js';
import { createNaiveDeepEngine } from './naive/naive-deep.js';
import { createTfjsEngine } from './tfjs/tfjs.js';
import { threadsFor } from './wasm/threads/threads-for.js';
import { createWasmEngine } from './wasm/wasm.js';
import { createWasmDeepEngine } from './wasm/wasm-deep.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  /** auto: the fastest that can run the problem. */
  readonly engine: EngineName | 'auto';
  readonly precision: Precision;
  readonly strict: boolean;
  /**
   * Threads that share each batch of a multi-layer student; the bits depend on it. Left out: as many as pay, or one
   * for the strict variant, whose bits must not depend on the machine.
   */
  readonly threads?: number;
};

const threadsThatPay = (problem: DeepProblem, { precision, strict }: EngineChoice): number =>
  strict ? 1 : threadsFor(problem, precision, os.availableParallelism());

const createTwoLayer = (engine: EngineName, problem: TwoLayerProblem, choice: EngineChoice) => {
  if (engine === 'tfjs') return createTfjsEngine(problem, choice);
  return engine === 'naive' ? createNaiveEngine(problem, choice) : createWasmEngine(problem, choice);
};

const createMultiLayer = (engine: EngineName, problem: DeepProblem, choice: EngineChoice) => {
  if (engine === 'tfjs') return createTfjsEngine(problem, choice);
  if (engine === 'naive') return createNaiveDeepEngine(problem, choice);
  const threads = choice.threads ?? threadsThatPay(problem, choice);
  return createWasmDeepEngine(problem, { ...choice, threads });
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
  return problem.kind === 'multi-layer'
    ? createMultiLayer(engine, problem, choice)
    : createTwoLayer(engine, problem, choice);
}
