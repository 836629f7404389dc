import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parse as parseStrictJson } from '@humanwhocodes/momoa';
import { decodeText, refuseTraps } from './json-text.js';
import { UserError } from './user-error.js';

/** Small: most files that a person names are, and room for a piece is made before it is known. */
const pieceBytes = 64 * 1024;

/** Descriptors that whoever started the program has opened for it, as `<(command)` does. */
const openedForUs = /^\/(?:dev\/fd\/\d+|dev\/stdin|proc\/self\/fd\/\d+)$/;

/** Reads a descriptor to its end. Errors: UserError when there are more than `largestBytes`. */
const readAll = (descriptor: number, path: string, largestBytes: number): Buffer => {
  const pieces: Buffer[] = [];
  for (let read = 0; ; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, largestBytes + 1 - read));
    const count = readSync(descriptor, piece);
    if (count === 0) return Buffer.concat(pieces);
    read += count;
    if (read > largestBytes)
      throw new UserError(`${path}: got more than ${largestBytes} bytes, allowed: at most ${largestBytes}`);
    pieces.push(piece.subarray(0, count));
  }
};

const unreadable = (path: string, error: unknown): UserError => {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(`${path}: cannot be read (${reason})`);
};

/**
 * Whether there is something at a path, as `existsSync`, which takes what the system cannot tell for a no. Errors:
 * UserError where it cannot.
 */
export const isThere = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
};

/**
 * The bytes of a file that a user named: a plain one, or a pipe that was opened for the program. Errors: UserError when
 * it is neither, cannot be read, or is longer than `largestBytes`.
 */
export const readUserFile = (path: string, largestBytes: number): Buffer => {
  try {
    const stats = statSync(path);
    const { size } = stats;
    if (stats.isDirectory()) throw new UserError(`${path}: got a folder, allowed: a file`);
    if (!stats.isFile() && !(stats.isFIFO() && openedForUs.test(path)))
      throw new UserError(`${path}: got a device or a pipe, allowed: a plain file`);
    if (size > largestBytes)
      throw new UserError(`${path}: got ${size} bytes, allowed: at most ${largestBytes}`);
    const descriptor = openSync(path, 'r');
    try {
      return readAll(descriptor, path, largestBytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
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

const parsed = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: broken JSON${lineAndColumn(text)}`);
  }
};

/**
 * The value in the bytes of a JSON file. Errors: UserError with line and column for broken JSON, or with the key for what
 * `refuseTraps` refuses.
 */
export const parseUserJson = (bytes: Buffer, path: string): unknown => {
  const text = decodeText(bytes, path);
  const value = parsed(text, path);
  refuseTraps(text, path);
  return value;
};

/** The value in a JSON file. Errors: those of `readUserFile` and `parseUserJson`. */
export const readUserJson = (path: string, largestBytes: number): unknown =>
  parseUserJson(readUserFile(path, largestBytes), path);
