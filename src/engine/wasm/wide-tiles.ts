import { statSync } from 'node:fs';
import { TrialMemory } from '../../package/index.js';
import { compileBuild, joinsVectors, pathOfBuild } from './builds.js';

/** A line for each build that is tried: its path, size and time. */
const builtFiles = (): string[] =>
  [pathOfBuild('avx2'), pathOfBuild('simd128')].map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });

/** The memory that wide tiles pay. `folder`: in place of the cache folder. */
export const wideTilesMemory = (folder?: string | null): TrialMemory =>
  new TrialMemory('wide-tiles', builtFiles(), folder);

/**
 * Whether wide tiles pay: a fact about the machine and the runtime, found by a trial of some milliseconds. It is remembered
 * where they do; that they do not may be the doing of a machine under load.
 */
export const tryWideTiles = async (folder?: string | null): Promise<boolean> => {
  if (!joinsVectors()) return false;
  const { isFaster } = await import('./trial.js');
  const pay = isFaster(compileBuild('avx2'), compileBuild('simd128'));
  const memory = wideTilesMemory(folder);
  if (pay) memory.keep();
  else memory.forget();
  return pay;
};

/** Whether wide tiles pay, as remembered, else by trial. */
export const rememberedWideTiles = async (folder?: string | null): Promise<boolean> =>
  joinsVectors() && (wideTilesMemory(folder).holds() || (await tryWideTiles(folder)));
