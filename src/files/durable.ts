import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Has the names in a folder on the disk, not only in the system's memory: those of files made or renamed there. Does
 * nothing where the system takes no such order.
 */
export const syncFolder = (folder: string): void => {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A folder that cannot be opened or synchronized: some network file systems have their own order.
  }
};

/**
 * Puts a file's content in place of what it had, all of it or nothing, and on the disk before it returns. `mode`: who may
 * read and write it, less what the umask takes away. Errors: those of the file system.
 */
export const replaceFile = (path: string, content: string | Uint8Array, mode = 0o666): void => {
  const partial = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    writeFileSync(partial, content, { flag: 'wx', flush: true, mode });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
};
