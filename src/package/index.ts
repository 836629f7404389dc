/** The package as installed: its folder, its version, and the built files that run by themselves. */
export { builtFile, packageFile, programName } from './package.js';
export { startThread } from './thread.js';
