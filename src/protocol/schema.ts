import * as z from 'zod';
import { type Experiment, layerShapes, restoreExperiment } from '../experiment/index.js';
import { perturbationSchema } from './perturbation-schema.js';
import { type Frame, formatVersion, type Header, type LayerFrame, type RunEvent } from './protocol.js';

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

const intervention = count.max(1_000_000).exactOptional();

const table = z.array(z.array(number));

const layer = z.object({
  bestMatchOfTeacher: z.array(number),
  bestStudentOfTeacher: z.array(count),
  fanOutNorm: z.array(number),
  correlation: table,
  observability: z.array(z.string().regex(/^[.0-9]*$/)),
  forms: z
    .object({ hStudent: table, betaStudent: table, hTeacher: table, betaTeacher: table })
    .exactOptional(),
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
  teacherStrength: z.array(z.array(number)).exactOptional(),
  gradientNorms: z.object({ weights: z.array(number), biases: z.array(number) }).exactOptional(),
  topAgreement: z.array(number).exactOptional(),
  stateHash: z.string().regex(/^[0-9a-f]{16}$/),
  stepsPerSecond: number,
  trainingSeconds: number,
});

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
  event(['perturbed'], {
    perturbation: perturbationSchema,
    threshold: z.number(),
    summary: text,
    intervention,
  }),
  event(['undone', 'redone', 'rewound', 'promoted'], { toStep: count, summary: text }),
  event(['learning-rate'], {
    from: z.number(),
    to: z.number(),
    cause: z.enum(['key', 'schedule']),
    intervention,
  }),
  event(['threshold'], { threshold: z.number() }),
  event(['paused', 'resumed', 'done', 'forked', 'continued'], {}),
  event(['diverged', 'stopped', 'breakpoint', 'refused'], { summary: text }),
]);

const header = z.object({
  type: z.literal('header'),
  formatVersion: z.literal(formatVersion),
  program: text,
  preset: text,
  title: text,
  experiment: z.unknown(),
  engine: z.object({
    engine: z.enum(['wasm', 'tfjs', 'naive', 'external']),
    variant: text,
    precision: z.enum(['float32', 'float64']),
    threads: z.int().min(1).max(256).default(1),
  }),
  frameEvery: count,
  totalSteps: count,
  threshold: z.number(),
  teacherStrength: z.array(z.array(number)).min(1),
  studentNodes: z.array(count).min(1).optional(),
  startedAt: text,
  interventions: z
    .array(
      z.object({
        at: count,
        command: z.discriminatedUnion('type', [
          z.object({ type: z.literal('perturb'), perturbation: perturbationSchema }),
          z.object({ type: z.literal('set-learning-rate'), learningRate: z.number().positive() }),
        ]),
      }),
    )
    .max(1000)
    .exactOptional(),
});

const line = z.union([frame, runEvent]);

/** The JSON Schema of a log's lines, for whoever writes or reads one in another language. */
export const logJsonSchema = (): object => ({
  ...z.toJSONSchema(z.union([header, frame, runEvent]), { io: 'input', unrepresentable: 'any' }),
  title: `A line of a teachtop frame log, format version ${formatVersion}`,
});

/** Whether the lists have the lengths that the header promises: whoever shows them may index them. */
const fitsLayer = (layer: LayerFrame, teachers: number, students: number): boolean =>
  layer.bestMatchOfTeacher.length === teachers &&
  layer.bestStudentOfTeacher.length === teachers &&
  layer.bestStudentOfTeacher.every((student) => student < students) &&
  layer.fanOutNorm.length === students &&
  layer.correlation.length === teachers &&
  layer.correlation.every((row) => row.length === students) &&
  layer.observability.length === teachers &&
  layer.observability.every((row) => row.length === students);

const fits = (parsed: Frame | RunEvent, { teacherStrength, studentNodes }: Header): boolean => {
  if (parsed.type === 'frame') {
    const strength = parsed.teacherStrength ?? teacherStrength;
    return (
      parsed.layers.length === teacherStrength.length &&
      strength.length === teacherStrength.length &&
      parsed.layers.every((one, l) => fitsLayer(one, strength[l].length, studentNodes[l]))
    );
  }
  if (parsed.event !== 'specialized' && parsed.event !== 'lost') return true;
  return parsed.layer < studentNodes.length && parsed.student < studentNodes[parsed.layer];
};

/** Most teacher and student nodes of each hidden layer; pruning and files may make them fewer. */
const widthsOf = (experiment: Experiment): readonly { teachers: number; students: number }[] =>
  experiment.kind === 'multi-layer'
    ? layerShapes(experiment).slice(0, -1)
    : [{ teachers: experiment.m, students: experiment.n }];

/** Checks a log's first line. Errors: UserError for settings that are not an experiment; another Error otherwise. */
export const parseHeader = (value: unknown, origin: string): Header => {
  const parsed = header.parse(value);
  const experiment = restoreExperiment(parsed.experiment, origin);
  const widths = widthsOf(experiment);
  const studentNodes = parsed.studentNodes ?? widths.map(({ students }) => students);
  const { teacherStrength } = parsed;
  if (teacherStrength.length !== widths.length || studentNodes.length !== widths.length)
    throw new Error(`teacherStrength and studentNodes: not of ${widths.length} hidden layers`);
  const odd = widths.findIndex(({ teachers }, l) => teacherStrength[l].length > teachers);
  if (odd !== -1) throw new Error(`teacherStrength: more than ${widths[odd].teachers} nodes in layer ${odd}`);
  if (experiment.kind === 'two-layer' && teacherStrength[0].length !== experiment.m)
    throw new Error(`teacherStrength: not one layer of m=${experiment.m} teacher nodes`);
  return { ...parsed, experiment, studentNodes };
};

/** Checks any line after this header. Errors: an Error saying what does not fit. */
export const parseLine = (value: unknown, runHeader: Header): Frame | RunEvent => {
  const parsed = line.parse(value);
  if (!fits(parsed, runHeader)) {
    const teachers = runHeader.teacherStrength.map((nodes) => nodes.length).join('-');
    const students = runHeader.studentNodes.join('-');
    throw new Error(`a ${parsed.type} that is not of ${teachers} teacher and ${students} student nodes`);
  }
  return parsed;
};
