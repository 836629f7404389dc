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
import * as z from 'zod';
import { restoreExperiment, type TwoLayerExperiment } from '../experiment/index.js';
import { UserError } from '../input/index.js';

export const resultsFileName = 'results.jsonl';

/** Folder of the files that tasks of a cluster append to. */
const partsFolderName = 'results';

const text = z
  .string()
  .max(2000)
  .transform((value) => value.replace(/\p{C}/gu, '\u{fffd}'));
/** A number, or null for one that was not finite. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const numbers = z.array(number).max(100_000);

const schema = z.object({
  type: z.literal('result'),
  formatVersion: z.literal(1),
  run: text,
  cell: z.record(z.string(), z.union([z.number(), z.boolean(), text])),
  seed: z.int().min(0),
  experiment: z.unknown(),
  engine: z.object({
    engine: z.enum(['wasm', 'tfjs', 'naive']),
    variant: text,
    precision: z.enum(['float32', 'float64']),
    threads: z.int().min(1).default(1),
  }),
  status: z.enum(['done', 'diverged', 'stopped', 'failed']),
  reason: text,
  steps: z.int().min(0),
  seconds: z.number().min(0),
  finishedAt: text,
  epochs: z.array(
    z.object({
      epoch: z.int().min(0),
      trainLoss: number,
      evalLoss: number,
      bestMatchOfTeacher: numbers.nullable(),
    }),
  ),
  teacherStrength: numbers,
  students: z.object({ bestMatchTrain: numbers, bestMatchEval: numbers, fanOutNorm: numbers }),
});

/** How a run stood after an epoch, 0 being before the first update. */
export type EpochRecord = {
  readonly epoch: number;
  /** Mean of the epoch's minibatch losses; at epoch 0 the loss of the training set. */
  readonly trainLoss: number;
  /** Of the sweep's curve samples of the evaluation set. */
  readonly evalLoss: number;
  /** Best correlation of each teacher node on the evaluation set; null at epochs where it was not measured. */
  readonly bestMatchOfTeacher: readonly number[] | null;
};

/** A finished run: a line of results.jsonl. */
export type SweepResult = Omit<z.output<typeof schema>, 'experiment' | 'epochs'> & {
  readonly experiment: TwoLayerExperiment;
  readonly epochs: readonly EpochRecord[];
};

/** Whether the lists have the lengths that the experiment promises; a run that failed may have none. */
const fits = ({ experiment: { m, n }, epochs, students }: SweepResult): boolean => {
  const lists = [students.bestMatchTrain, students.bestMatchEval, students.fanOutNorm];
  const sameNodes = lists.every((list) => list.length === n) || lists.every((list) => list.length === 0);
  return sameNodes && epochs.every(({ bestMatchOfTeacher: best }) => best === null || best.length === m);
};

/** One line of the results file. Numbers that are not finite become null, which JSON has no other word for. */
export const resultLine = (result: SweepResult): string => `${JSON.stringify(result)}\n`;

/** Checks one line of results. Errors: UserError for an impossible experiment, zod's otherwise. */
const parseResult = (value: unknown, origin: string): SweepResult => {
  const parsed = schema.parse(value);
  const experiment = restoreExperiment(parsed.experiment, origin);
  if (experiment.kind !== 'two-layer') throw new Error('a result of another kind of experiment');
  const result = { ...parsed, experiment };
  if (!fits(result)) throw new Error(`lists that are not of m=${experiment.m} and n=${experiment.n} nodes`);
  return result;
};

/** In a few words: which key is at fault. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof SyntaxError ? 'broken JSON' : String(error);
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`
    .replace(/\p{C}/gu, '\u{fffd}')
    .slice(0, 200);
};

/** What a file of results holds. A last line that was torn is left out and its length told. */
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
        throw new UserError(`${path}: line ${at + 1}: not a result of a sweep: ${reasonOf(error)}`);
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
    const bytes = Buffer.from(resultLine(result));
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
