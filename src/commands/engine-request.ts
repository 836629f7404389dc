import type { EngineRequest } from '../engine/index.js';
import { UserError } from '../input/index.js';
import type { Options } from './line/option-table.js';

type Asked = Pick<Options, 'engine' | 'strict' | 'backend'>;

/** The engine that the command line asks for. Errors: UserError for a backend where there is none to choose. */
export const askedEngine = ({ engine, strict, backend }: Asked): EngineRequest => {
  if (backend === null) return { engine, strict };
  const refuse = (beside: string, allowed: string): UserError =>
    new UserError(`--backend: got "${backend}" with ${beside}, allowed: ${allowed}`);
  if (engine !== 'tfjs') throw refuse(`--engine ${engine}`, 'with --engine tfjs');
  if (strict && backend !== 'cpu') throw refuse('--strict', 'cpu, whose bits are the same everywhere');
  return { engine, strict, backend };
};

/** The words of the command line that ask for an engine. */
export const engineWords = ({ engine, strict, backend }: EngineRequest): string[] => [
  ...(engine === 'auto' ? [] : ['--engine', engine]),
  ...(backend === undefined ? [] : ['--backend', backend]),
  ...(strict ? ['--strict'] : []),
];
