import * as z from 'zod';
import { restoreExperiment } from '../experiment/draft.js';
import { type Frame, formatVersion, type Header, type RunEvent } from '../run/protocol.js';

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
const teacherNode = count.max(1_000_000);

const layer = z.object({
  bestMatchOfTeacher: z.array(number),
  bestStudentOfTeacher: z.array(count),
  fanOutNorm: z.array(number),
  correlation: z.array(z.array(number)),
  observability: z.array(z.string().regex(/^[.0-9]*$/)),
});

const frame = z.object({
  type: z.literal('frame'),
  step: count,
  epoch: z.number().min(0),
  trainLoss: number,
  evalLoss: number,
  batchLoss: z.object({ minimum: number, mean: number, maximum: number }).nullable(),
  learningRate: number,
  layers: z.array(layer).min(1),
  stateHash: z.string().regex(/^[0-9a-f]{16}$/),
  stepsPerSecond: number,
  trainingSeconds: number,
});

const perturbation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('noise'), scale: z.number() }),
  z.object({ kind: z.literal('reinitialize'), which: z.enum(['unlearned', 'idle']) }),
  z.object({ kind: z.literal('kill-best-match'), teacher: teacherNode }),
  z.object({ kind: z.literal('swap-fan-out'), teachers: z.tuple([teacherNode, teacherNode]) }),
  z.object({ kind: z.literal('negate-fan-out'), teacher: teacherNode }),
]);

const event = <Name extends string, Shape extends z.ZodRawShape>(
  names: readonly [Name, ...Name[]],
  shape: Shape,
) => z.object({ type: z.literal('event'), step: count, event: z.enum(names), ...shape });

const runEvent = z.discriminatedUnion('event', [
  event(['specialized', 'lost'], {
    layer: count,
    teacher: teacherNode,
    student: count,
    correlation: number,
    threshold: z.number(),
  }),
  event(['perturbed'], { perturbation, threshold: z.number(), summary: text }),
  event(['undone'], { toStep: count, summary: text }),
  event(['learning-rate'], { from: z.number(), to: z.number(), cause: z.enum(['key', 'schedule']) }),
  event(['threshold'], { threshold: z.number() }),
  event(['paused', 'resumed', 'done'], {}),
  event(['diverged', 'stopped', 'refused'], { summary: text }),
]);

const header = z.object({
  type: z.literal('header'),
  formatVersion: z.literal(formatVersion),
  program: text,
  preset: text,
  title: text,
  experiment: z.unknown(),
  engine: z.object({
    engine: z.enum(['wasm', 'naive']),
    variant: text,
    precision: z.enum(['float32', 'float64']),
  }),
  frameEvery: count,
  totalSteps: count,
  threshold: z.number(),
  teacherStrength: z.array(z.array(number)).min(1),
  startedAt: text,
});

const line = z.union([frame, runEvent]);

/** Checks a log's first line. Errors: UserError for settings that are not an experiment; ZodError otherwise. */
export const parseHeader = (value: unknown, origin: string): Header => {
  const parsed = header.parse(value);
  return { ...parsed, experiment: restoreExperiment(parsed.experiment, origin) };
};

/** Checks any other line of a log. Errors: ZodError. */
export const parseLine = (value: unknown): Frame | RunEvent => line.parse(value);
