import { readFileSync } from 'node:fs';
import process from 'node:process';
import v8 from 'node:v8';
import { packageFile } from '../../package/index.js';
import type { CompiledKernels, KernelBuild } from './kernels.js';
import { isFaster } from './trial.js';

/** Makes V8 join vectors, where the processor has longer ones. It calls the flag experimental. */
const joiningFlag = '--experimental-wasm-revectorize';
/** The first version of V8 whose joined vectors are sound and fast: that of Node 24. */
const joiningVersion = 13;

/** Set to any value, it keeps the flag off, and with it the wide build. */
const offVariable = 'TEACHTOP_SIMD128';

/**
 * Keeps the kernels to vectors of 128 bits from now on, in this process and in the threads and processes that it starts:
 * V8's flag is one for all of them.
 */
export const keepNarrow = (): void => {
  process.env[offVariable] = '1';
};

const compile = (variant: KernelBuild): CompiledKernels => ({
  variant,
  module: new WebAssembly.Module(readFileSync(packageFile(`dist/kernels/${variant}.wasm`))),
});

/** Whether V8 can be asked to join vectors; asks it. The flag counts for what is compiled after it, in every thread. */
const joinsVectors = (): boolean => {
  const [major] = process.versions.v8.split('.').map(Number);
  if (major < joiningVersion || process.env[offVariable]) return false;
  v8.setFlagsFromString(joiningFlag);
  return true;
};

/** A build asked for by its name, as tests and measurements do. */
export const compileBuild = (build: KernelBuild): CompiledKernels => {
  if (build.startsWith('avx2')) joinsVectors();
  return compile(build);
};

/** A value that is worked out when it is first asked for. */
const once = <T>(work: () => T): (() => T) => {
  let done: { readonly value: T } | null = null;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
};

/** Whether wide tiles pay, found by a trial of some milliseconds: a fact about the machine and the runtime. */
const wideTilesPay = once((): boolean => joinsVectors() && isFaster(compile('avx2'), compile('simd128')));

/** The build that is faster on this machine, or the strict one of its kind. */
export const compileFastest = (strict: boolean): CompiledKernels =>
  compile(`${wideTilesPay() ? 'avx2' : 'simd128'}${strict ? '-strict' : ''}`);
