import os from 'node:os';
import type { DeepNetwork } from '../net/deep-network.js';
import type { TwoLayer } from '../net/two-layer.js';
import type { DeepProblem, Engine, EngineName, Precision, Problem, TwoLayerProblem } from './engine.js';
import { createNaiveEngine } from './naive.js';
import { createNaiveDeepEngine } from './naive-deep.js';
import { threadsFor } from './threads-for.js';
import { createWasmEngine } from './wasm.js';
import { createWasmDeepEngine } from './wasm-deep.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  readonly engine: EngineName;
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

/** Builds the chosen engine. Errors: UserError where it cannot run the problem. */
export function createEngine(problem: TwoLayerProblem, choice: EngineChoice): Promise<Engine<TwoLayer>>;
export function createEngine(problem: DeepProblem, choice: EngineChoice): Promise<Engine<DeepNetwork>>;
export function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine>;
export async function createEngine(problem: Problem, choice: EngineChoice): Promise<Engine> {
  if (problem.kind === 'multi-layer')
    return choice.engine === 'naive'
      ? createNaiveDeepEngine(problem, choice)
      : createWasmDeepEngine(problem, {
          ...choice,
          threads: choice.threads ?? threadsThatPay(problem, choice),
        });
  return choice.engine === 'naive' ? createNaiveEngine(problem, choice) : createWasmEngine(problem, choice);
}
