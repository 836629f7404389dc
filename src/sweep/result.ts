import * as z from 'zod';
import { type Experiment, hiddenShapes, restoreExperiment } from '../experiment/index.js';
import { later, replaceUnshown } from '../input/index.js';
import { refusalOf } from './swept-experiment.js';

const text = z
  .string()
  .max(2000)
  .transform((value) => replaceUnshown(value));
/** A number, or null for one that was not finite. */
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const numbers = z.array(number).max(100_000);

const common = () => ({
  type: z.literal('result'),
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
});
const losses = () => ({ epoch: z.int().min(0), trainLoss: number, evalLoss: number });
const studentLists = { bestMatchTrain: numbers, bestMatchEval: numbers, fanOutNorm: numbers };

const current = later(() =>
  z.object({
    formatVersion: z.literal(2),
    ...common(),
    epochs: z.array(z.object({ ...losses(), bestMatchOfTeacher: z.array(numbers).max(100).nullable() })),
    layers: z
      .array(
        z.object({ teacherStrength: numbers, ...studentLists, contributionNorm: numbers.exactOptional() }),
      )
      .max(100),
  }),
);

/** Of students of one hidden layer, whose lists stood by themselves. */
const first = later(() =>
  z
    .object({
      formatVersion: z.literal(1),
      ...common(),
      epochs: z.array(z.object({ ...losses(), bestMatchOfTeacher: numbers.nullable() })),
      teacherStrength: numbers,
      students: z.object(studentLists),
    })
    .transform(
      ({ epochs, teacherStrength, students, ...rest }): z.output<typeof current> => ({
        ...rest,
        formatVersion: 2,
        epochs: epochs.map(({ bestMatchOfTeacher: best, ...record }) => ({
          ...record,
          bestMatchOfTeacher: best && [best],
        })),
        layers: teacherStrength.length === 0 ? [] : [{ teacherStrength, ...students }],
      }),
    ),
);

const schema = later(() => z.discriminatedUnion('formatVersion', [current, first]));

/** How a run stood after an epoch, 0 being before the first update. */
export type EpochRecord = {
  readonly epoch: number;
  /** Mean of the epoch's minibatch losses; at epoch 0 the loss of the training set. */
  readonly trainLoss: number;
  /** Of the sweep's curve samples of the evaluation set. */
  readonly evalLoss: number;
  /**
   * Best correlation of each teacher node on the evaluation set, [layer][teacher], lowest layer first; null at epochs
   * where it was not measured.
   */
  readonly bestMatchOfTeacher: readonly (readonly number[])[] | null;
};

/**
 * A hidden layer at a run's end: the strength of its teacher nodes, and of each student node its best matches and norm;
 * of dense students with several layers also sqrt(E beta_kk), which with one layer is the fan-out norm.
 */
export type LayerResult = Readonly<z.output<typeof current>['layers'][number]>;

/** A finished run: a line of results.jsonl. */
export type SweepResult = Omit<z.output<typeof current>, 'experiment' | 'epochs' | 'layers'> & {
  readonly experiment: Experiment;
  readonly epochs: readonly EpochRecord[];
  /** Lowest layer first; none of a run that failed. */
  readonly layers: readonly LayerResult[];
};

const sameLengths = (lists: readonly (readonly unknown[])[], lengths: readonly number[]): boolean =>
  lists.length === lengths.length && lists.every((list, layer) => list.length === lengths[layer]);

/** Whether the lists have the lengths that the experiment promises; a run that failed may have none. */
const fits = ({ experiment, epochs, layers }: SweepResult): boolean => {
  const shapes = hiddenShapes(experiment);
  const teachers = shapes.map((shape) => shape.teachers);
  const students = shapes.map((shape) => shape.students);
  const whole =
    sameLengths(
      layers.map(({ teacherStrength }) => teacherStrength),
      teachers,
    ) &&
    (['bestMatchTrain', 'bestMatchEval', 'fanOutNorm'] as const).every((name) =>
      sameLengths(
        layers.map((layer) => layer[name]),
        students,
      ),
    );
  const hasContributions = layers.every(
    ({ contributionNorm: norms }, layer) => norms === undefined || norms.length === students[layer],
  );
  return (
    ((whole && hasContributions) || layers.length === 0) &&
    epochs.every(({ bestMatchOfTeacher: best }) => best === null || sameLengths(best, teachers))
  );
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
  if (!fits(result)) {
    const shapes = hiddenShapes(experiment).map(({ teachers, students }) => `${teachers} and ${students}`);
    throw new Error(`lists that are not of ${shapes.join(', ')} teacher and student nodes`);
  }
  return result;
};

/** Why a line could not be parsed, in a few words: which key is at fault. */
export const parseFailure = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof SyntaxError ? 'broken JSON' : String(error);
  const [issue] = error.issues;
  return replaceUnshown(`${issue.path.join('.') || 'the line'}: ${issue.message}`).slice(0, 200);
};
