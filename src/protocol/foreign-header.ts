import * as z from 'zod';
import { later } from '../input/index.js';
import { type Intervention, interventionSchema } from './command.js';
import type { Immutable } from './immutable.js';
import { count, table, text } from './values.js';

/** Words for people, of whatever type they were written as. */
const words = later(() =>
  z.union([text, z.number().transform(String), z.boolean().transform(String)]).nullish(),
);

const positive = later(() => z.number().positive().nullish().catch(null));

/**
 * The header of another trainer, as far as anything is shown of it. What cannot be shown counts as not given.
 */
export const foreignHeaderSchema = later(() =>
  z.object({
    type: z.literal('header'),
    formatVersion: z.literal(1).default(1).catch(1),
    program: words.catch(null),
    preset: words.catch(null),
    title: words.catch(null),
    experiment: z
      .record(z.string(), z.unknown())
      .default({})
      .catch({})
      .describe('Settings by name, any of them; those of this program mean what they mean there.'),
    engine: z
      .object({
        engine: words.catch(null).describe('"external": the log is another trainer\'s.'),
        variant: words.catch(null),
        precision: words.catch(null),
        threads: z.number().positive().catch(1).default(1),
      })
      .partial()
      .default({})
      .catch({}),
    frameEvery: positive,
    totalSteps: positive.describe('Null or left out where it is not known.'),
    threshold: z.number().catch(0.95).default(0.95),
    teacherStrength: table
      .default([])
      .describe('||v*_j|| of each teacher node by layer; left out where the log has losses alone.'),
    studentNodes: z
      .array(count)
      .optional()
      .describe('Student nodes of each hidden layer; may be left out where experiment.n says it.'),
    startedAt: words.catch(null).describe('ISO 8601, or seconds since 1970.'),
    interventions: z.array(interventionSchema).max(1000).exactOptional().catch([]),
  }),
);

type ForeignLine = z.output<typeof foreignHeaderSchema>;

/** Settings of every kind of experiment that are shown; NaN where a log does not say. */
const shownSettings = [
  ...(['d', 'm', 'n', 'multi', 'c', 'seed', 'epochs', 'stepsPerEpoch', 'batchSize'] as const),
  ...(['trainSize', 'evalSize', 'learningRate', 'strengthDecay'] as const),
];

/** Settings as another trainer has them: the numbers that are shown, and all others as they are named there. */
export type ForeignSettings = Readonly<Record<(typeof shownSettings)[number], number>> &
  Readonly<Record<string, unknown>>;

/** The header of another trainer's log. */
export type ForeignHeader = {
  readonly type: 'header';
  readonly formatVersion: 1;
  readonly program: string;
  readonly preset: string;
  readonly title: string;
  readonly experiment: ForeignSettings;
  readonly engine: {
    readonly engine: 'external';
    readonly variant: string;
    readonly precision: string;
    readonly threads: number;
  };
  readonly frameEvery: number;
  /** Null where it is not known. */
  readonly totalSteps: number | null;
  readonly threshold: number;
  readonly teacherStrength: Immutable<ForeignLine['teacherStrength']>;
  readonly studentNodes: readonly number[];
  readonly startedAt: string;
  readonly interventions?: readonly Intervention[];
};

/** Larger numbers of seconds are milliseconds: they would be after the year 5000. */
const latestSeconds = 1e11;

/** A time as ISO 8601; as it was written where it is none. */
const timeOf = (said: string): string => {
  const number = Number(said);
  if (said.trim() === '' || !Number.isFinite(number)) return said;
  const date = new Date(number > latestSeconds ? number : 1000 * number);
  return Number.isNaN(date.getTime()) ? said : date.toISOString();
};

const widthsOf = (
  { studentNodes, teacherStrength }: ForeignLine,
  { n, multi }: ForeignSettings,
): readonly number[] => {
  const widths =
    studentNodes ??
    (teacherStrength.length === 1 && Number.isInteger(n)
      ? [n]
      : teacherStrength.map((nodes) => Math.floor(nodes.length * multi)));
  if (widths.length !== teacherStrength.length || !widths.every((width) => width >= 0))
    throw new Error(`studentNodes: not of ${teacherStrength.length} hidden layers`);
  return widths;
};

const settingsOf = ({
  experiment,
  teacherStrength,
  studentNodes,
  totalSteps,
}: ForeignLine): ForeignSettings => {
  const number = (name: string): number => {
    const value = experiment[name];
    return typeof value === 'number' ? value : Number.NaN;
  };
  const or = (value: number, other: number): number => (Number.isNaN(value) ? other : value);
  const m = or(number('m'), teacherStrength[0]?.length ?? Number.NaN);
  const n = or(number('n'), or(Math.floor(m * number('multi')), studentNodes?.[0] ?? Number.NaN));
  const told = Object.fromEntries(shownSettings.map((name) => [name, number(name)])) as Record<
    (typeof shownSettings)[number],
    number
  >;
  return {
    ...experiment,
    ...told,
    m,
    n,
    multi: or(number('multi'), n / m),
    stepsPerEpoch: or(number('stepsPerEpoch'), (totalSteps ?? Number.NaN) / number('epochs')),
  };
};

/** Reads the header of another trainer. Errors: an Error saying what is missing to draw by. */
export const parseForeignHeader = (value: unknown): ForeignHeader => {
  const parsed = foreignHeaderSchema.parse(value);
  const { type, formatVersion, threshold, teacherStrength, engine, interventions } = parsed;
  const experiment = settingsOf(parsed);
  const program = parsed.program ?? 'another trainer';
  const preset = parsed.preset ?? program;
  const name = engine.engine && engine.engine !== 'external' ? engine.engine : null;
  const variant = [name, engine.variant].filter(Boolean).join(' ') || program;
  return {
    ...{ type, formatVersion, program, preset, title: parsed.title ?? preset, experiment, threshold },
    engine: { engine: 'external', variant, precision: engine.precision ?? '', threads: engine.threads ?? 1 },
    frameEvery: parsed.frameEvery ?? 1,
    totalSteps: parsed.totalSteps ?? null,
    teacherStrength,
    studentNodes: widthsOf(parsed, experiment),
    startedAt: timeOf(parsed.startedAt ?? ''),
    ...(interventions && interventions.length > 0 ? { interventions } : {}),
  };
};
