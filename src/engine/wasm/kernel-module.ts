import { readFile } from 'node:fs/promises';
import { packageFile } from '../../package/index.js';
import type { Precision } from '../engine.js';

/** Builds of the kernels: the first the runtime accepts is the fastest; "simd" gives the same bits everywhere. */
export const kernelVariants = ['relaxed-simd', 'simd'] as const;
export type KernelVariant = (typeof kernelVariants)[number];

/** Exported globals of src/engine/wasm/kernel/state.ts that are set from here; loading checks that each exists. */
const placements = [
  'inputs',
  'inputUnits',
  'inputStride',
  'nodes',
  'hiddenUnits',
  'hiddenStride',
  'outputs',
  'outputStride',
  'teacherUnits',
  'teacherStride',
  'w1',
  'w2',
  'delta1',
  'delta2',
  'trainInputs',
  'trainTargets',
  'trainRows',
  'blockRows',
  'activityRows',
  'blockIndices',
  'blockInputs',
  'blockTargets',
  'hidden',
  'residual',
  'nodeGradient',
  'batchSize',
  'learningRate',
  'relu',
  'featuresFixed',
  'topLayerFixed',
  'normalizeStudent',
  'noBias',
  'samplerState',
  'blockProducts',
  'products',
  'activity',
  'counts',
  'squares',
  'minimumLoss',
  'sumLoss',
  'maximumLoss',
] as const;
const readings = ['minimumLoss', 'sumLoss', 'maximumLoss', 'diverged'] as const;

export type Placements = Readonly<Record<(typeof placements)[number], number>>;
export type Readings = Readonly<Record<(typeof readings)[number], number>>;

/** A loaded build of the kernels over one memory. */
export type KernelModule = {
  readonly variant: KernelVariant;
  /** Sets globals by name. */
  readonly place: (values: Partial<Placements>) => void;
  readonly read: () => Readings;
  readonly train: (steps: number, source: number) => number;
  readonly evaluate: (
    x: number,
    target: number,
    rows: number,
    teacher: number,
    teacherActivity: number,
    metrics: number,
  ) => number;
  readonly packActivity: (units: number, rows: number, packed: number) => void;
};

const kernelFile = (prefix: string, variant: KernelVariant): string =>
  packageFile(`dist/engine/wasm/kernel/${prefix}${variant}.wasm`);

export type CompiledKernels = { readonly variant: KernelVariant; readonly module: WebAssembly.Module };

/** The fastest build of a program that the runtime accepts, or the strict one; programs are told apart by a prefix. */
export const compileKernels = async (strict: boolean, prefix: '' | 'deep-'): Promise<CompiledKernels> => {
  for (const variant of strict ? (['simd'] as const) : kernelVariants) {
    const bytes = await readFile(kernelFile(prefix, variant));
    if (WebAssembly.validate(bytes)) return { variant, module: await WebAssembly.compile(bytes) };
  }
  throw new Error('this runtime has no WebAssembly SIMD');
};

/** Compiles the fastest build that the runtime accepts, or the strict one; `instantiate` gives it a memory. */
export const loadKernels = async (
  strict: boolean,
  precision: Precision,
): Promise<(memory: WebAssembly.Memory) => KernelModule> => {
  const { variant, module } = await compileKernels(strict, '');
  return (memory) => {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const global = (name: string): WebAssembly.Global => {
      const found = exports[name];
      if (!(found instanceof WebAssembly.Global)) throw new Error(`the kernels export no global "${name}"`);
      return found;
    };
    const kernel = (name: string): ((...args: number[]) => number) => {
      const found = exports[name];
      if (typeof found !== 'function') throw new Error(`the kernels export no function "${name}"`);
      return found as (...args: number[]) => number;
    };
    const globals = new Map(placements.map((name) => [name, global(name)]));
    const readable = readings.map((name) => [name, global(name)] as const);
    const suffix = precision === 'float32' ? 'Float32' : 'Float64';
    return {
      variant,
      place: (values) => {
        for (const name of placements) {
          const target = globals.get(name);
          if (target && values[name] !== undefined) target.value = values[name];
        }
      },
      read: () =>
        Object.fromEntries(readable.map(([name, source]) => [name, Number(source.value)])) as Readings,
      train: kernel(`train${suffix}`),
      evaluate: kernel(`evaluate${suffix}`),
      packActivity: kernel(`packActivity${suffix}`),
    };
  };
};
