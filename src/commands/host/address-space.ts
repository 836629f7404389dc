import { readFileSync } from 'node:fs';
import process from 'node:process';

/** With it V8 checks bounds itself, in place of reserving some 10 GB of addresses for each WebAssembly memory. */
const frugalFlag = '--disable-wasm-trap-handler';

/** Whether addresses are limited (`ulimit -v`, as batch systems set it). Source: proc(5). */
const isLimited = (): boolean => {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return !/^Max address space +unlimited/m.test(limits);
  } catch {
    return false;
  }
};

/**
 * Starts the program anew in this process where addresses are limited, with a flag that V8 takes only at its start; else
 * returns. The kernels have the same bits with it. Later versions of Node set it by themselves for a single memory.
 */
export const startWithinAddressLimit = (): void => {
  const { execArgv, env, argv, execPath } = process;
  const isFrugal = execArgv.includes(frugalFlag) || (env.NODE_OPTIONS ?? '').includes(frugalFlag);
  if (isFrugal || !process.execve || process.platform === 'win32' || !isLimited()) return;
  process.execve(execPath, [execPath, ...execArgv, frugalFlag, ...argv.slice(1)], env);
};
