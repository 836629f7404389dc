import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFolders, partialPath, writeAll } from '../../files/index.js';
import { UserError } from '../../input/index.js';

export type Piece = string | Uint8Array;

/** Writes pieces to a file that appears whole or not at all. `show` is told the megabytes so far. */
export const writeWhole = (path: string, pieces: Iterable<Piece>, show: (progress: string) => void): void => {
  let sum = 0;
  const partial = partialPath(path);
  try {
    const descriptor = openSync(partial, 'wx');
    try {
      for (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        writeAll(descriptor, bytes);
        sum += bytes.length;
        show(`${(sum / 1e6).toFixed(1)} MB written`);
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, path);
  } catch (error) {
    if (existsSync(partial)) rmSync(partial, { force: true });
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${path}: cannot be written (${reason})`);
  }
};

/** Whether --out names a folder: one that is there, or one to be made, by a slash at its end. */
export const isFolder = (path: string): boolean =>
  path.endsWith('/') || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);

/** Makes the folder of a target that --out names with a slash at its end. Errors: UserError for one that is not to be had. */
export const prepareFolder = (target: string, isMade: boolean): void => {
  const folder = dirname(target);
  if (!isMade && !existsSync(folder))
    throw new UserError(
      `${target}: cannot be written (no folder ${folder}; one with a slash at its end is made)`,
    );
  try {
    if (isMade) createFolders(folder);
  } catch (error) {
    throw new UserError(
      `${folder}: cannot be made (${error instanceof Error ? error.message : String(error)})`,
    );
  }
};
