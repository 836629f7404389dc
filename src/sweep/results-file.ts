import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { refuseUnlessPlain, syncFolder, writeAll } from '../files/index.js';
import { isThere, readUserFile, UserError } from '../input/index.js';
import { encodeResult, parseFailure, parseResult, type SweepResult } from './result.js';

export const resultsFileName = 'results.jsonl';

/** Folder of the files that tasks of a cluster append to. */
const partsFolderName = 'results';

/** What files of results hold: sound lines, and a sentence on each kind of line that was left out. */
export type StoredResults = { readonly results: readonly SweepResult[]; readonly notes: readonly string[] };

/** Less than the longest text that Node can hold. */
const largestResultsBytes = 500_000_000;

/** Lines of one file that are named one by one when they are left out. */
const mostNamed = 5;

const reasonOf = (error: unknown): string =>
  error instanceof UserError ? error.message : `not a result of a sweep: ${parseFailure(error)}`;

/**
 * Reads a file of results; one that is not there holds none. Lines that are no results are left out: their runs are
 * without a result, and are repeated when the sweep goes on.
 */
export const readResultsFile = (path: string): StoredResults => {
  if (!isThere(path)) return { results: [], notes: [] };
  const content = readUserFile(path, largestResultsBytes).toString('utf8');
  const end = content.lastIndexOf('\n') + 1;
  const results: SweepResult[] = [];
  const refusals: string[] = [];
  for (const [at, line] of content.slice(0, end).split('\n').entries()) {
    if (line === '') continue;
    try {
      results.push(parseResult(JSON.parse(line), path));
    } catch (error) {
      refusals.push(`${path}: line ${at + 1}: ${reasonOf(error).replace(`${path}: `, '')}`);
    }
  }
  const more = refusals.length - mostNamed;
  const tornBytes = Buffer.byteLength(content.slice(end));
  return {
    results,
    notes: [
      ...refusals.slice(0, mostNamed).map((refusal) => `${refusal}; left out`),
      ...(more > 0 ? [`${path}: ${more} more lines left out`] : []),
      ...(tornBytes > 0 ? [`${path}: the last line is torn (${tornBytes} bytes); left out`] : []),
    ],
  };
};

/** Whether a folder holds results of a sweep. */
export const holdsResults = (folder: string): boolean =>
  isThere(join(folder, resultsFileName)) || isThere(join(folder, partsFolderName));

/** By attempt, task and start as numbers: "2-0" before "10-0". */
const inOrderOfNames = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Files of results in a sweep's folder: the one of this machine's runs, then those of the tasks of a cluster. */
const resultFiles = (folder: string): string[] => {
  const parts = join(folder, partsFolderName);
  const names = isThere(parts) ? readdirSync(parts).filter((name) => name.endsWith('.jsonl')) : [];
  return [join(folder, resultsFileName), ...names.sort(inOrderOfNames).map((name) => join(parts, name))];
};

/** Reads a sweep's folder again and again; files that have not grown meanwhile are not read again. */
export class ResultsReader {
  readonly #folder: string;
  readonly #read = new Map<string, { readonly size: number; readonly stored: StoredResults }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(): StoredResults {
    const stored = resultFiles(this.#folder).map((path) => this.#readFile(path));
    return {
      results: stored.flatMap(({ results }) => results),
      notes: stored.flatMap(({ notes }) => notes),
    };
  }

  #readFile(path: string): StoredResults {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const known = this.#read.get(path);
    if (known?.size === size) return known.stored;
    const stored = readResultsFile(path);
    this.#read.set(path, { size, stored });
    return stored;
  }
}

/** What a sweep's folder holds. */
export const readStoredResults = (folder: string): StoredResults => new ResultsReader(folder).read();

/** The results of a sweep's folder. */
export const readResults = (folder: string): readonly SweepResult[] => readStoredResults(folder).results;

const lineFeed = 10;

/** Cuts a torn last line off a file that is open for reading and writing. */
const cutTornLine = (file: number): void => {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  let end = size;
  while (end > 0 && (readSync(file, last, 0, 1, end - 1) !== 1 || last[0] !== lineFeed)) end--;
  if (end !== size) ftruncateSync(file, end);
};

/** Appends finished runs to a file, each on the disk before `write` returns. */
export class ResultsWriter {
  readonly #path: string;
  readonly #file: number;
  /** Bytes of whole lines in the file. */
  #size: number;

  /**
   * Opens the file, made where it is missing; a torn last line is cut off, its run will be repeated. Errors: UserError where
   * something else is in its place.
   */
  constructor(path: string) {
    this.#path = path;
    refuseUnlessPlain(path);
    this.#file = openSync(path, 'a+');
    cutTornLine(this.#file);
    syncFolder(dirname(path));
    this.#size = fstatSync(this.#file).size;
  }

  /** Errors: the file system's; the file is then cut back to its last whole line. */
  write(result: SweepResult): void {
    const bytes = Buffer.from(encodeResult(result));
    try {
      writeAll(this.#file, bytes);
      fsyncSync(this.#file);
    } catch (error) {
      this.#cutBack();
      throw new Error(`${this.#path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#size += bytes.length;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Removes what a failed write left of a line: a line behind it would make both unreadable. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#size);
    } catch {
      // A torn last line is left out when it is read, and cut off when the file is opened again.
    }
  }
}
