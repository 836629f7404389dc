import { mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFolders } from '../../files/index.js';
import { UserError } from '../../input/index.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
};

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
};

/** Makes the folder for logs, and tries whether folders of runs can be made in it. Errors: UserError where not. */
export const prepareLogFolder = (folder: string): void => {
  try {
    createFolders(folder);
    rmdirSync(mkdtempSync(join(folder, '.teachtop-')));
  } catch (error) {
    throw new UserError(
      `--log: got ${folder}, where no log can be written (${reasonOf(error)}), allowed: a folder that can be made and written to`,
    );
  }
};
