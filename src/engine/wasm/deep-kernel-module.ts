import type { Precision } from '../engine.js';

/** Functions of src/engine/wasm/kernel/deep.ts that exist once for each precision, without their suffix. */
const generic = [
  'hiddenLayer',
  'headLayer',
  'backward',
  'weightGradient',
  'squaredError',
  'crossEntropy',
  'countHits',
  'update',
  'normalize',
  'addStatistics',
  'drainProducts',
  'packActivity',
] as const;
const shared = ['gatherRows'] as const;

type KernelName = (typeof generic)[number] | (typeof shared)[number];

/** The multi-layer kernels over one memory; arguments are those of their sources. */
export type DeepKernels = Readonly<Record<KernelName, (...args: number[]) => number>>;

/** Places compiled kernels over a shared memory; every thread does it for itself. */
export const instantiateDeepKernels = (
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  precision: Precision,
): DeepKernels => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
  const suffix = precision === 'float32' ? 'Float32' : 'Float64';
  const kernel = (name: string): ((...args: number[]) => number) => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`the kernels export no function "${name}"`);
    return found as (...args: number[]) => number;
  };
  return Object.fromEntries([
    ...shared.map((name) => [name, kernel(name)] as const),
    ...generic.map((name) => [name, kernel(`${name}${suffix}`)] as const),
  ]) as DeepKernels;
};
