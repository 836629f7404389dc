import { readFileSync, statSync } from 'node:fs';
import { parse as parseStrictJson } from '@humanwhocodes/momoa';
import { UserError } from './user-error.js';

/**
 * The bytes of a file that a user named. Errors: UserError when it cannot be read, or is longer than `largestBytes`.
 */
export const readUserFile = (path: string, largestBytes: number): Buffer => {
  try {
    const { size } = statSync(path);
    if (size > largestBytes)
      throw new UserError(`${path}: got ${size} bytes, allowed: at most ${largestBytes}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${path}: cannot be read (${reason})`);
  }
};

const lineAndColumn = (text: string): string => {
  try {
    parseStrictJson(text, { mode: 'json' });
  } catch (error) {
    if (error instanceof Error && 'line' in error && 'column' in error)
      return ` at line ${error.line}, column ${error.column}`;
  }
  return '';
};

/** The value in a JSON file. Errors: those of `readUserFile`, and UserError with line and column for broken JSON. */
export const readUserJson = (path: string, largestBytes: number): unknown => {
  const text = readUserFile(path, largestBytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: broken JSON${lineAndColumn(text)}`);
  }
};
