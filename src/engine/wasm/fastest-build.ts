import type { KernelBuild } from './kernels.js';

/** The build that is the fastest on this machine, or the strict one of its kind. */
export const fastestBuild = async (strict: boolean): Promise<KernelBuild> => {
  // Only now: what it holds may take a trial.
  const { wideTilesPay } = await import('./wide-tiles-here.js');
  return `${wideTilesPay ? 'avx2' : 'simd128'}${strict ? '-strict' : ''}`;
};
