import { Worker, type WorkerOptions } from 'node:worker_threads';
import { builtFile } from './package.js';

/** Machine code of a thread takes at most so much; V8 would reserve some 500 MB, more than a batch system may leave it. */
const codeRangeSizeMb = 64;

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_INIT_FAILED';

/**
 * Starts a thread with a built module; what it or a native library prints never reaches the terminal. Errors: where the
 * system refuses a thread.
 */
export const startThread = (module: string, options: WorkerOptions = {}): Worker => {
  try {
    const resourceLimits = { codeRangeSizeMb };
    return new Worker(builtFile(module), { stdout: true, stderr: true, resourceLimits, ...options });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Error(
      `the system refuses a thread (${error.message}): ulimit -u and -n say how many it allows`,
    );
  }
};
