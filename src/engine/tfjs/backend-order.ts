import type { Problem } from '../../problem/index.js';
import { flopsPerStep } from '../step-cost.js';
import type { TfjsBackend } from './tfjs-backend.js';

/**
 * Floating-point operations of a step, for each layer, from which native TensorFlow takes less processor time than
 * WebAssembly: its arithmetic is faster, but starting an operation costs it three times as much. Source:
 * docs/internals/benchmarks.md, "Backends of tfjs".
 */
const nativeFlops = 5e6;

/** Batch norm starts as many operations as this many more layers. */
const layersOfNorm = 2;

/** Convolutions are slow on WebAssembly at any size. */
const isNativeFaster = (problem: Problem): boolean => {
  const { hidden, convolutional } = problem.student;
  const layers = hidden.length + 1 + layersOfNorm * hidden.filter(({ norm }) => norm !== null).length;
  return convolutional || flopsPerStep(problem) >= nativeFlops * layers;
};

/** Backends for a problem, the fastest first; plain JavaScript is behind the others everywhere. */
export const backendsFor = (problem: Problem): readonly TfjsBackend[] =>
  isNativeFaster(problem) ? ['tensorflow', 'wasm', 'cpu'] : ['wasm', 'tensorflow', 'cpu'];

/** By what the backend is chosen where both load, in words. */
export const backendRule = `tensorflow for convolutions, and for steps of at least ${nativeFlops / 1e6} MFLOP a layer (${(nativeFlops * (1 + layersOfNorm)) / 1e6} with batch norm), else wasm`;
