import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/**
 * Makes a folder and those above it. Not the recursive mkdir, which never returns where a parent that is there
 * refuses with ENOENT, as /proc does. Errors: those of mkdir, save that the folder exists.
 */
export const createFolders = (folder: string, mkdir: (path: string) => unknown = mkdirSync): void => {
  const make = (): void => {
    try {
      mkdir(folder);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  };
  try {
    make();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    createFolders(dirname(folder), mkdir);
    make();
  }
};
