import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EngineDescription } from '../engine/engine.js';
import { restoreExperiment } from '../experiment/draft.js';
import type { Experiment } from '../experiment/experiment.js';
import { UserError } from '../experiment/user-error.js';

export const resultsFileName = 'results.jsonl';

/** Version of a result line; raised when a reader of the old format would misread the new. */
export const resultsFormatVersion = 1;

/** Evaluation at the end of an epoch; epoch 0 is the untrained student. */
export type EpochResult = {
  readonly epoch: number;
  readonly trainLoss: number; // NaN when diverged (null in the file)
  readonly evalLoss: number;
  /** Best correlation of each teacher node on the evaluation set. */
  readonly bestMatchOfTeacher: readonly number[];
};

/** One finished run of a sweep: a line of its results file. */
export type SweepResult = {
  readonly type: 'result';
  readonly formatVersion: typeof resultsFormatVersion;
  /** Cell and seed, e.g. "multi=5,strengthDecay=1/seed=3". */
  readonly run: string;
  /** The settings that the grid varies. */
  readonly cell: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly experiment: Experiment;
  readonly engine: EngineDescription;
  readonly status: 'done' | 'diverged' | 'stopped' | 'failed';
  readonly reason: string;
  readonly steps: number;
  readonly seconds: number;
  readonly finishedAt: string; // ISO 8601
  readonly epochs: readonly EpochResult[];
  /** ||v*_j|| of each teacher node, bias excluded. */
  readonly teacherStrength: readonly number[];
  /** Each student node at the end of the run. */
  readonly students: {
    /** Best correlation with a teacher node on the training set, and on the evaluation set. */
    readonly bestMatchTrain: readonly number[];
    readonly bestMatchEval: readonly number[];
    /** ||v_k||, bias excluded. */
    readonly fanOutNorm: readonly number[];
  };
};

/** Text from a file that a stranger may have written: control characters would reach the terminal. */
const text = z
  .string()
  .max(2000)
  .transform((value) => value.replace(/\p{C}/gu, '\u{fffd}'));

const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().min(0);

const resultSchema = z.object({
  type: z.literal('result'),
  formatVersion: z.literal(resultsFormatVersion),
  run: text,
  cell: z.record(z.string(), z.unknown()),
  seed: count,
  experiment: z.unknown(),
  engine: z.object({
    engine: z.enum(['wasm', 'naive']),
    variant: text,
    precision: z.enum(['float32', 'float64']),
  }),
  status: z.enum(['done', 'diverged', 'stopped', 'failed']),
  reason: text,
  steps: count,
  seconds: number,
  finishedAt: text,
  epochs: z.array(
    z.object({ epoch: count, trainLoss: number, evalLoss: number, bestMatchOfTeacher: z.array(number) }),
  ),
  teacherStrength: z.array(number),
  students: z.object({
    bestMatchTrain: z.array(number),
    bestMatchEval: z.array(number),
    fanOutNorm: z.array(number),
  }),
});

/** Whether the lists have the lengths that the experiment promises; a run that failed may have none. */
const fits = ({ experiment, epochs, students }: SweepResult): boolean => {
  const { m, n } = experiment;
  const { bestMatchTrain, bestMatchEval, fanOutNorm } = students;
  const sameNodes = [bestMatchTrain, bestMatchEval, fanOutNorm].every((list) => list.length === n);
  const noNodes = [bestMatchTrain, bestMatchEval, fanOutNorm].every((list) => list.length === 0);
  return (sameNodes || noNodes) && epochs.every(({ bestMatchOfTeacher }) => bestMatchOfTeacher.length === m);
};

const parseResult = (value: unknown, origin: string): SweepResult => {
  const parsed = resultSchema.parse(value);
  const result = { ...parsed, experiment: restoreExperiment(parsed.experiment, origin) };
  const { m, n } = result.experiment;
  if (!fits(result)) throw new Error(`lists that are not of m=${m} teacher and n=${n} student nodes`);
  return result;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`;
};

const parseLine = (line: string, origin: string): SweepResult => {
  try {
    return parseResult(JSON.parse(line), origin);
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`${origin}: not a result of a sweep: ${reasonOf(error)}`);
  }
};

/**
 * The results in a sweep's folder, in the order of their lines; a torn last line is left out.
 * Errors: UserError naming file and line for anything that is not a result.
 */
export const readResults = (folder: string): SweepResult[] => {
  const path = join(folder, resultsFileName);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => parseLine(line, `${path}, line ${index + 1}`));
};

/** One line of the results file. Numbers that are not finite become null, which JSON has no other word for. */
export const resultLine = (result: SweepResult): string => `${JSON.stringify(result)}\n`;
