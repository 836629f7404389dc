import * as z from 'zod';
import { type Experiment, restoreExperiment } from '../experiment/index.js';
import { refusalOf, sweptLayer } from './swept-layer.js';

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
  readonly experiment: Experiment;
  readonly epochs: readonly EpochRecord[];
};

/** Whether the lists have the lengths that the experiment promises; a run that failed may have none. */
const fits = ({ experiment, epochs, students }: SweepResult): boolean => {
  const { teachers: m, students: n } = sweptLayer(experiment);
  const lists = [students.bestMatchTrain, students.bestMatchEval, students.fanOutNorm];
  const sameNodes = lists.every((list) => list.length === n) || lists.every((list) => list.length === 0);
  return sameNodes && epochs.every(({ bestMatchOfTeacher: best }) => best === null || best.length === m);
};

/** One line of the results file. Numbers that are not finite become null, which JSON has no other word for. */
export const encodeResult = (result: SweepResult): string => `${JSON.stringify(result)}\n`;

/** Checks one line of results. Errors: UserError for an impossible experiment, zod's otherwise. */
export const parseResult = (value: unknown, origin: string): SweepResult => {
  const parsed = schema.parse(value);
  const experiment = restoreExperiment(parsed.experiment, origin);
  const refusal = refusalOf(experiment, origin);
  if (refusal !== null) throw refusal;
  const result = { ...parsed, experiment };
  const { teachers, students } = sweptLayer(experiment);
  if (!fits(result))
    throw new Error(`lists that are not of ${teachers} teacher and ${students} student nodes`);
  return result;
};

/** Why a line could not be parsed, in a few words: which key is at fault. */
export const parseFailure = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof SyntaxError ? 'broken JSON' : String(error);
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`
    .replace(/\p{C}/gu, '\u{fffd}')
    .slice(0, 200);
};
