import { isAscii } from 'node:buffer';
import type { Precision } from '../engine.js';
import { reservedBytes } from './memory/memory-layout.js';
import { dataSetFields, layerFields, networkFields, normFields, recordBytes } from './memory/records.js';

/**
 * Builds of the kernels. avx2: tiles whose pairs of vectors V8 joins to vectors of 256 bits; simd128: tiles for vectors of
 * 128 bits. Both give the same bits. The strict ones round every product, which gives the same bits on every machine.
 */
export type KernelBuild = 'avx2' | 'simd128' | 'avx2-strict' | 'simd128-strict';

export type CompiledKernels = { readonly variant: KernelBuild; readonly module: WebAssembly.Module };

/** Functions of src/engine/wasm/kernel/index.ts that exist once for each precision; pointers are numbers. */
export type Kernels = {
  /** Runs steps of `batch` samples; returns those carried out. `source`: see `sources`, or a list of indices. */
  readonly train: (network: number, steps: number, batch: number, source: number) => number;
  /** Sum of the losses of rows [first, first + count) of a data set; with `metrics` 1, the metrics' sums too. */
  readonly evaluate: (network: number, set: number, first: number, count: number, metrics: number) => number;
  /** The sums that correlations need alone, of rows [first, first + count) of a data set. */
  readonly correlate: (network: number, set: number, first: number, count: number) => void;
  /** Units of every layer on rows [first, first + count) of a data set: at most a block. */
  readonly forward: (network: number, set: number, first: number, count: number) => void;
  /** A helper's life: returns when the team is told to end. */
  readonly help: (network: number, thread: number) => void;
};

const sizes = [
  ['layerBytes', layerFields],
  ['normBytes', normFields],
  ['networkBytes', networkFields],
  ['dataSetBytes', dataSetFields],
] as const;

const someBytes = new Uint8Array(8);

/**
 * Frees the upper halves of the registers of 256 bits. V8 leaves them in use after a wide kernel, and code compiled for SSE,
 * as V8's own logarithm and cosine are, takes several times as long until VZEROUPPER frees them. No function of JavaScript
 * does that by name; Node's check for ASCII, which is written in wide vectors, ends with it, and takes 40 ns.
 */
const freeUpperHalves = (): void => {
  isAscii(someBytes);
};

/** Places compiled kernels over a shared memory; every thread does it for itself. */
export const instantiateKernels = (
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  precision: Precision,
): Kernels => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const exported = (name: string): ((...args: number[]) => number) => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`the kernels export no function "${name}"`);
    return found as (...args: number[]) => number;
  };
  for (const [name, fields] of sizes)
    if (exported(name)() !== recordBytes(fields))
      throw new Error(`the kernels' ${name} is ${exported(name)()}, the engine's ${recordBytes(fields)}`);
  if (exported('reservedBytes')() > reservedBytes) throw new Error("the kernels' tables reach too far");
  const freeing = (name: string): ((...args: number[]) => number) => {
    const run = exported(name);
    return (...args) => {
      const result = run(...args);
      freeUpperHalves();
      return result;
    };
  };
  const suffix = precision === 'float32' ? 'Float32' : 'Float64';
  return {
    train: freeing(`train${suffix}`),
    evaluate: freeing(`evaluate${suffix}`),
    correlate: freeing(`correlate${suffix}`),
    forward: freeing(`forward${suffix}`),
    help: exported(`help${suffix}`),
  };
};
