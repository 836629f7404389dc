import { compileBuild, joinsVectors } from './builds.js';
import { isFaster } from './trial.js';

/**
 * Whether wide tiles pay: a fact about the machine and the runtime, found by a trial of some milliseconds when this
 * file is first imported.
 */
export const wideTilesPay: boolean =
  joinsVectors() && isFaster(compileBuild('avx2'), compileBuild('simd128'));
