import { readFileSync } from 'node:fs';
import process from 'node:process';
import v8 from 'node:v8';
import { packageFile } from '../../package/index.js';
import type { CompiledKernels, KernelBuild } from './kernels.js';

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

/** Whether V8 can be asked to join vectors; asks it. The flag counts for what is compiled after it, in every thread. */
export const joinsVectors = (): boolean => {
  const [major] = process.versions.v8.split('.').map(Number);
  if (major < joiningVersion || process.env[offVariable]) return false;
  v8.setFlagsFromString(joiningFlag);
  return true;
};

export const pathOfBuild = (variant: KernelBuild): string => packageFile(`dist/kernels/${variant}.wasm`);

/** Compiles a build; V8 is asked to join the vectors of a wide one. */
export const compileBuild = (variant: KernelBuild): CompiledKernels => {
  if (variant.startsWith('avx2')) joinsVectors();
  return {
    variant,
    module: new WebAssembly.Module(readFileSync(pathOfBuild(variant))),
  };
};
