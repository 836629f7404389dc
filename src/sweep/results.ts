import fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { restoreExperiment } from '../experiment/draft.js';
import { UserError } from '../experiment/user-error.js';
import { type RunRecord, resultsFormatVersion } from './run-record.js';

export const resultsFileName = 'results.jsonl';

/** Text from a file that a stranger may have written: control characters would reach the terminal. */
const text = z
  .string()
  .max(2000)
  .transform((value) => value.replace(/\p{C}/gu, '\u{fffd}'));
/** A number, or null for one that was not finite. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().min(0);

const schema = z.object({
  type: z.literal('result'),
  formatVersion: z.literal(resultsFormatVersion),
  run: text,
  cell: z.record(z.string(), z.json()),
  seed: count,
  experiment: z.unknown(),
  engine: z
    .object({
      engine: z.enum(['wasm', 'naive']),
      variant: text,
      precision: z.enum(['float32', 'float64']),
    })
    .nullable(),
  status: z.enum(['done', 'diverged', 'stopped', 'failed']),
  reason: text,
  steps: count,
  seconds: z.number().min(0),
  finishedAt: text,
  epochs: z.array(
    z.object({
      epoch: count,
      trainLoss: number,
      evalLoss: number,
      bestMatchOfTeacher: z.array(number),
      samples: z.tuple([count, count]),
    }),
  ),
  teacherStrength: z.array(number),
  students: z.object({
    bestMatchTrain: z.array(number),
    bestMatchEval: z.array(number),
    fanOutNorm: z.array(number),
  }),
});

/** Whether the lists are as long as the experiment says: whoever shows them may index them. */
const fits = ({ experiment: { m, n }, status, epochs, teacherStrength, students }: RunRecord): boolean =>
  status === 'failed' ||
  (epochs.length > 0 &&
    epochs.every(({ bestMatchOfTeacher }) => bestMatchOfTeacher.length === m) &&
    teacherStrength.length === m &&
    Object.values(students).every((values) => values.length === n));

const parseRecord = (value: unknown, origin: string): RunRecord => {
  const parsed = schema.parse(value);
  const record: RunRecord = { ...parsed, experiment: restoreExperiment(parsed.experiment, origin) };
  if (!fits(record)) throw new Error('lists that do not fit its experiment');
  return record;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`;
};

/** A line of the results file. Numbers that are not finite become null, which JSON has no other word for. */
export const resultLine = (record: RunRecord): string => `${JSON.stringify(record)}\n`;

/**
 * Turns the bytes of a results file into its records as they come, so that a growing file can be followed; a
 * last line without its end is kept until more arrives. Errors: UserError naming file and line.
 */
export class ResultsParser {
  readonly #path: string;
  #rest = Buffer.alloc(0);
  #lineNumber = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes after the last whole line: more than none at the end of a file means that it was torn there. */
  get tornBytes(): number {
    return this.#rest.length;
  }

  push(bytes: Buffer): RunRecord[] {
    const records: RunRecord[] = [];
    const data = Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let end = data.indexOf(0x0a); end !== -1; end = data.indexOf(0x0a, start)) {
      records.push(this.#parse(data.toString('utf8', start, end)));
      start = end + 1;
    }
    this.#rest = Buffer.from(data.subarray(start));
    return records;
  }

  #parse(line: string): RunRecord {
    this.#lineNumber++;
    const origin = `${this.#path}, line ${this.#lineNumber}`;
    try {
      return parseRecord(JSON.parse(line), origin);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${origin}: not a sweep's result: ${reasonOf(error)}`);
    }
  }
}

export type Results = {
  readonly records: readonly RunRecord[];
  /** Bytes of a torn last line, which is left out. */
  readonly tornBytes: number;
};

/** Bytes read at once: a paper sweep's file does not have to fit into one string. */
const chunkBytes = 4 * 1024 * 1024;

/** Every record of a results file, in the order in which runs finished; none where there is no file yet. */
export const readResults = (path: string): Results => {
  if (!fs.existsSync(path)) return { records: [], tornBytes: 0 };
  const parser = new ResultsParser(path);
  const records: RunRecord[] = [];
  const file = fs.openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let read = fs.readSync(file, chunk); read > 0; read = fs.readSync(file, chunk))
      for (const record of parser.push(chunk.subarray(0, read))) records.push(record);
  } finally {
    fs.closeSync(file);
  }
  return { records, tornBytes: parser.tornBytes };
};

/**
 * The last record of every run: one that failed may have been repeated.
 */
export const latestRecords = (records: readonly RunRecord[]): Map<string, RunRecord> =>
  new Map(records.map((record) => [record.run, record]));

/** Appends records to a results file. A record is on the disk, not only with the system, when `append` returns. */
export class ResultsWriter {
  readonly path: string;
  readonly #descriptor: number;
  #size: number;

  /** Opens or creates the file and cuts off a torn last line. Errors: the file system's. */
  constructor(folder: string, fileName = resultsFileName) {
    this.path = join(folder, fileName);
    this.#descriptor = fs.openSync(this.path, 'a+');
    this.#size = wholeLineBytes(this.#descriptor);
    fs.ftruncateSync(this.#descriptor, this.#size);
    fs.fsyncSync(this.#descriptor);
    syncFolder(folder);
  }

  /** Errors: the file system's; what a failed write left of the line is taken back as far as the disk lets. */
  append(record: RunRecord): void {
    const bytes = Buffer.from(resultLine(record));
    try {
      for (let written = 0; written < bytes.length; )
        written += fs.writeSync(this.#descriptor, bytes, written, bytes.length - written);
      fs.fsyncSync(this.#descriptor);
      this.#size += bytes.length;
    } catch (error) {
      this.#cutBack();
      throw error;
    }
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }

  #cutBack(): void {
    try {
      fs.ftruncateSync(this.#descriptor, this.#size);
    } catch {
      // A torn last line is left out by the reader and cut off by the next writer.
    }
  }
}

/** Bytes up to and with the last line feed. */
const wholeLineBytes = (descriptor: number): number => {
  const { size } = fs.fstatSync(descriptor);
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; end -= chunk.length) {
    const start = Math.max(0, end - chunk.length);
    const read = fs.readSync(descriptor, chunk, 0, end - start, start);
    const at = chunk.subarray(0, read).lastIndexOf(0x0a);
    if (at !== -1) return start + at + 1;
  }
  return 0;
};

/** Makes a new file's name durable; not every system lets a folder be opened for that. */
const syncFolder = (folder: string): void => {
  try {
    const descriptor = fs.openSync(folder, 'r');
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
  } catch {
    // Then the name is as durable as the file system makes it.
  }
};
