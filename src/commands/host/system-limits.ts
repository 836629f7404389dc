import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import process from 'node:process';

/** With it V8 checks bounds itself, in place of reserving some 10 GB of addresses for each WebAssembly memory. */
const frugalFlag = '--disable-wasm-trap-handler';

/** With fewer threads allowed than this, whether there is one more is found out before it is needed. */
const fewThreads = 64;

/** A limit that a shell or a batch system has set; infinite where there is none. Source: proc(5). */
const limitOf = (name: string): number => {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, limit] = new RegExp(`^${name} +(\\d+)`, 'm').exec(limits) ?? [];
    return Number(limit ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

/**
 * Starts the program anew in this process where addresses are limited (`ulimit -v`), with a flag that V8 takes only at
 * its start; else returns. The kernels have the same bits with it. Later versions of Node set it by themselves for a
 * single memory.
 */
export const startWithinAddressLimit = (): void => {
  const { execArgv, env, argv, execPath } = process;
  const isFrugal = execArgv.includes(frugalFlag) || (env.NODE_OPTIONS ?? '').includes(frugalFlag);
  if (isFrugal || !process.execve || process.platform === 'win32') return;
  if (limitOf('Max address space') < Number.POSITIVE_INFINITY)
    process.execve(execPath, [execPath, ...execArgv, frugalFlag, ...argv.slice(1)], env);
};

/** Why the system gives no more threads; null where it gives one. */
const refusedThread = async (): Promise<string | null> => {
  const { Worker } = await import('node:worker_threads');
  return new Promise((resolve) => {
    try {
      const worker = new Worker('', { eval: true });
      worker.on('error', (error) => resolve(String(error)));
      worker.on('exit', () => resolve(null));
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error));
    }
  });
};

/**
 * Has the thread that writes files started now where few are allowed (`ulimit -u`), one in place of four: the process
 * would end without a word where it needs them later and gets none. Resolves to why it gets none; null for success.
 */
export const startFileThread = async (allowed = limitOf('Max processes')): Promise<string | null> => {
  if (allowed > fewThreads) return null;
  process.env.UV_THREADPOOL_SIZE ??= '1';
  const refusal = await refusedThread();
  if (refusal === null) await stat('/');
  return refusal && `the system refuses a thread (${refusal}): ulimit -u says how many it allows`;
};
