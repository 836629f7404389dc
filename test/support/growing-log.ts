import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { logFileName } from '../../src/log/log-file.js';

export const wholeLinesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

/** What is found in a folder, once it is: looked for again whenever something in it changes. */
export const foundIn = async <T>(folder: string, find: () => T | null): Promise<T> => {
  mkdirSync(folder, { recursive: true });
  const watcher = watch(folder, { recursive: true });
  try {
    for (;;) {
      const found = find();
      if (found !== null) return found;
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
};

/** The log file of the only run in a folder of runs, once it has this many lines. */
export const logOfLines = (runs: string, lines: number): Promise<string> =>
  foundIn(runs, () => {
    const [name] = readdirSync(runs);
    const file = join(runs, name ?? '', logFileName);
    return wholeLinesOf(file).length >= lines ? file : null;
  });
