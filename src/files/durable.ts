import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a call that writes says when nothing was taken; to go on would be to go on for ever. */
const tookNothing = (): Error => Object.assign(new Error('EIO: nothing was written, write'), { code: 'EIO' });

type Write = (descriptor: number, bytes: Uint8Array, offset: number, length: number) => number;

/** Writes all bytes, in as many calls as it takes. `write`: the call. Errors: those of the file system. */
export const writeAll = (descriptor: number, bytes: Uint8Array, write: Write = writeSync): void => {
  for (let at = 0; at < bytes.length; ) {
    const taken = write(descriptor, bytes, at, bytes.length - at);
    if (taken === 0) throw tookNothing();
    at += taken;
  }
};

/** Writes a file that is not there yet, on the disk before it returns. Errors: those of the file system. */
export const writeDurable = (path: string, content: string | Uint8Array, mode = 0o666): void => {
  const descriptor = openSync(path, 'wx', mode);
  try {
    writeAll(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** The same without waiting. */
export const writeDurableSoon = async (path: string, content: Uint8Array): Promise<void> => {
  const file = await open(path, 'wx');
  try {
    for (let at = 0; at < content.length; ) {
      const { bytesWritten } = await file.write(content, at);
      if (bytesWritten === 0) throw tookNothing();
      at += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
};

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

const partialSuffix = '.part';

/** Where a file is written before it takes its place, a path that nobody else writes to. */
export const partialPath = (path: string): string =>
  `${path}.${crypto.randomUUID().slice(0, 13)}${partialSuffix}`;

/** Whether a file of this name was being written so. */
export const isPartial = (name: string): boolean => name.endsWith(partialSuffix);

/**
 * Puts a file's content in place of what it had, all of it or nothing, and on the disk before it returns. `mode`: who may
 * read and write it, less what the umask takes away. Errors: those of the file system.
 */
export const replaceFile = (path: string, content: string | Uint8Array, mode = 0o666): void => {
  const partial = partialPath(path);
  try {
    writeDurable(partial, content, mode);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
};
