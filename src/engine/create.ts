import type { Problem } from '../problem/index.js';
import type { Engine, EngineName, Precision } from './engine.js';
import type { TfjsBackend } from './tfjs/tfjs-backend.js';

/** Which engine to build; `strict` asks for the variant that gives the same bits on every machine. */
export type EngineChoice = {
  /** auto: our kernels, the fastest, which run every problem. */
  readonly engine: EngineName | 'auto';
  readonly precision: Precision;
  readonly strict: boolean;
  /** Backend of the tfjs engine, which no other has. Left out: the fastest for the problem that loads. */
  readonly backend?: TfjsBackend;
  /** Threads that share each step of our kernels, which leaves the bits alone. Left out: as many as pay. */
  readonly threads?: number;
};

/** An engine to build for experiments, which each have their precision. */
export type EngineRequest = Omit<EngineChoice, 'precision' | 'threads'>;

/** Each engine is loaded when it is asked for. */
const creators = {
  wasm: async (problem: Problem, choice: EngineChoice): Promise<Engine> =>
    (await import('./wasm/wasm.js')).createWasmEngine(problem, choice),
  tfjs: async (problem: Problem, choice: EngineChoice): Promise<Engine> =>
    (await import('./tfjs/tfjs-engine.js')).createTfjsEngine(problem, choice),
  naive: async (problem: Problem, choice: EngineChoice): Promise<Engine> =>
    (await import('./naive/naive-engine.js')).createNaiveEngine(problem, choice),
};

/** Another engine than `auto` would choose, told why by `onInstead`; the first error where none runs either. */
const createInstead = async (
  problem: Problem,
  choice: EngineChoice,
  error: unknown,
  onInstead: (reason: string) => void,
): Promise<Engine> => {
  try {
    const engine = await creators[choice.precision === 'float32' ? 'tfjs' : 'naive'](problem, choice);
    const reason = error instanceof Error ? error.message : String(error);
    onInstead(`trains on engine ${engine.description.engine}: ${reason}`);
    return engine;
  } catch {
    throw error;
  }
};

/**
 * Builds the chosen engine; for `auto` another one where our kernels do not run here, which `onInstead` gets the reason of.
 * Errors: UserError where it does not offer the precision or lacks memory.
 */
export const createEngine = async (
  problem: Problem,
  choice: EngineChoice,
  onInstead: (reason: string) => void = () => {},
): Promise<Engine> => {
  if (choice.engine !== 'auto') return creators[choice.engine](problem, choice);
  try {
    return await creators.wasm(problem, choice);
  } catch (error) {
    return createInstead(problem, choice, error, onInstead);
  }
};
