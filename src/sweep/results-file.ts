import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../input/index.js';
import { encodeResult, parseFailure, parseResult, type SweepResult } from './result.js';

export const resultsFileName = 'results.jsonl';

/** Folder of the files that tasks of a cluster append to. */
const partsFolderName = 'results';

/** What a file of results holds. A torn last line is left out of the results and counted in bytes. */
export type StoredResults = { readonly results: readonly SweepResult[]; readonly tornBytes: number };

/** Reads a file of results; one that is not there holds none. Errors: UserError naming the file and the line. */
export const readResultsFile = (path: string): StoredResults => {
  if (!existsSync(path)) return { results: [], tornBytes: 0 };
  const content = readFileSync(path, 'utf8');
  const end = content.lastIndexOf('\n') + 1;
  const results = content
    .slice(0, end)
    .split('\n')
    .flatMap((line, at): SweepResult[] => {
      if (line === '') return [];
      try {
        return [parseResult(JSON.parse(line), path)];
      } catch (error) {
        if (error instanceof UserError) throw error;
        throw new UserError(`${path}: line ${at + 1}: not a result of a sweep: ${parseFailure(error)}`);
      }
    });
  return { results, tornBytes: Buffer.byteLength(content.slice(end)) };
};

/** Whether a folder holds results of a sweep. */
export const holdsResults = (folder: string): boolean =>
  existsSync(join(folder, resultsFileName)) || existsSync(join(folder, partsFolderName));

/** Files of results in a sweep's folder: the one of this machine's runs, then those of the tasks of a cluster. */
const resultFiles = (folder: string): string[] => {
  const parts = join(folder, partsFolderName);
  const names = existsSync(parts) ? readdirSync(parts).filter((name) => name.endsWith('.jsonl')) : [];
  return [join(folder, resultsFileName), ...names.sort().map((name) => join(parts, name))];
};

/** The results of a sweep's folder. Errors: UserError. */
export const readResults = (folder: string): readonly SweepResult[] =>
  resultFiles(folder).flatMap((path) => readResultsFile(path).results);

/** Bytes of torn last lines in a sweep's folder. */
export const tornBytesOf = (folder: string): number =>
  resultFiles(folder).reduce((sum, path) => sum + readResultsFile(path).tornBytes, 0);

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

  /** Opens the file, made where it is missing; a torn last line is cut off, its run will be repeated. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a+');
    cutTornLine(this.#file);
    this.#size = fstatSync(this.#file).size;
  }

  /** Errors: the file system's; the file is then cut back to its last whole line. */
  write(result: SweepResult): void {
    const bytes = Buffer.from(encodeResult(result));
    try {
      for (let written = 0; written < bytes.length; )
        written += writeSync(this.#file, bytes, written, bytes.length - written);
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
