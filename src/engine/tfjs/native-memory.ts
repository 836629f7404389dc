import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrialMemory } from '../../package/index.js';
import { nativeProblem } from './native-trial.js';

/** A line for each file of native code in a package: its path, size and time. */
const nativeFiles = (packageFolder: string): string[] =>
  ['lib', join('deps', 'lib')].flatMap((folder) => {
    try {
      return readdirSync(join(packageFolder, folder), { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => join(packageFolder, folder, name))
        .map((path) => ({ path, file: statSync(path) }))
        .filter(({ file }) => file.isFile())
        .map(({ path, file }) => `${path} ${file.size} ${file.mtimeMs}`);
    } catch {
      return [];
    }
  });

/**
 * `nativeProblem`, tried once in the same circumstances: that a module loads is remembered in `folder`, or the cache folder.
 * A problem is not, since what caused it may be gone by the next start.
 */
export const rememberedNativeProblem = (moduleUrl: string, folder?: string | null): string | null => {
  const packageFolder = dirname(dirname(fileURLToPath(moduleUrl)));
  const memory = new TrialMemory('native-tensorflow', nativeFiles(packageFolder), folder);
  if (memory.holds()) return null;
  const problem = nativeProblem(moduleUrl);
  if (problem === null) memory.keep();
  return problem;
};
