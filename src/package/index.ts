/** The package as installed: its folder, its version, its built files, and what it remembers of this machine. */
export { builtIn } from './built-in.js';
export { cacheFolder, TrialMemory } from './cache.js';
export { builtFile, packageFile, programName } from './package.js';
export { startThread } from './thread.js';
