import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { logFileName } from '../../src/log/log-file.js';

export const wholeLinesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

/** The log file of the only run in a folder of runs, once it has this many lines. */
export const logOfLines = async (runs: string, lines: number): Promise<string> => {
  mkdirSync(runs, { recursive: true });
  const watcher = watch(runs, { recursive: true });
  try {
    for (;;) {
      const [name] = readdirSync(runs);
      const file = join(runs, name ?? '', logFileName);
      if (wholeLinesOf(file).length >= lines) return file;
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
};
