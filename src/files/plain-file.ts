import { lstatSync } from 'node:fs';
import { UserError } from '../input/index.js';

/**
 * Refuses to write to what is there in a file's place and is none: a link leads elsewhere, a pipe or a device takes
 * what it is given. Errors: UserError.
 */
export const refuseUnlessPlain = (path: string): void => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile())
    throw new UserError(`${path}: got a link, a folder, a device or a pipe, allowed: a plain file`);
};
