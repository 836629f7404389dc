import os from 'node:os';
import type { Problem } from '../../problem/index.js';
import type { Engine, Precision } from '../engine.js';
import { isFused } from './program-problems.js';
import { threadsFor } from './threads/threads-for.js';
import { createWasmFusedEngine } from './wasm.js';
import { createWasmDeepEngine } from './wasm-deep.js';

/** Which build of our kernels; `threads` left out: as many as pay, or one for the strict variant. */
export type WasmChoice = {
  readonly precision: Precision;
  readonly strict: boolean;
  readonly threads?: number;
};

const threadsThatPay = (problem: Problem, { precision, strict }: WasmChoice): number =>
  strict ? 1 : threadsFor(problem, precision, os.availableParallelism());

/**
 * Builds the kernels' engine, on the fastest variant that the runtime accepts or on the strict one. Errors: UserError
 * where it cannot run the problem or its memory cannot be had.
 */
export const createWasmEngine = (problem: Problem, choice: WasmChoice): Promise<Engine> =>
  isFused(problem)
    ? createWasmFusedEngine(problem, choice)
    : createWasmDeepEngine(problem, {
        ...choice,
        threads: choice.threads ?? threadsThatPay(problem, choice),
      });
