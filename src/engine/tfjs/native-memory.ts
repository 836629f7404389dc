import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeProblem } from './native-trial.js';

/** Below the home folder: where a platform has what programs may make again. */
const places: Readonly<Record<string, string>> = {
  darwin: join('Library', 'Caches'),
  win32: join('AppData', 'Local'),
};

/**
 * The program's folder for what it may find out again; null where its user has no home folder. Source: XDG Base Directory
 * Specification.
 */
export const cacheFolder = (): string | null => {
  const named = process.env.XDG_CACHE_HOME;
  if (named !== undefined && isAbsolute(named)) return join(named, 'teachtop');
  try {
    const home = os.homedir();
    return isAbsolute(home) ? join(home, places[process.platform] ?? '.cache', 'teachtop') : null;
  } catch {
    return null;
  }
};

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

/** All that a trial's answer follows from: Node, the machine, its system and the files of the library. */
const circumstances = (moduleUrl: string): string => {
  const packageFolder = dirname(dirname(fileURLToPath(moduleUrl)));
  const machine = `${os.type()} ${os.release()} ${os.arch()} ${os.cpus()[0]?.model}`;
  return [`Node ${process.versions.node}`, machine, ...nativeFiles(packageFolder)].join('\n');
};

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** Writes a file where that can be done; part of one is not what the next start expects, which tries again. */
const write = (path: string, text: string): void => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch {}
};

/**
 * `nativeProblem`, tried once in the same circumstances: that a module loads is remembered in a file of this folder, if
 * there is one. A problem is not, since what caused it may be gone by the next start.
 */
export const rememberedNativeProblem = (moduleUrl: string, folder: string | null): string | null => {
  if (folder === null) return nativeProblem(moduleUrl);
  const path = join(folder, 'native-tensorflow.txt');
  const now = circumstances(moduleUrl);
  if (read(path) === now) return null;
  const problem = nativeProblem(moduleUrl);
  if (problem === null) write(path, now);
  return problem;
};
