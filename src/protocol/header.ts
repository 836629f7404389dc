import * as z from 'zod';
import { type Experiment, hiddenShapes, isPruned, restoreExperiment } from '../experiment/index.js';
import { interventionSchema } from './command.js';
import type { Immutable } from './immutable.js';
import { count, table, text } from './values.js';

/** Version of the frame log's line format; raised when a reader of the old format would misread the new. */
export const formatVersion = 1;

/** First line of a log and first message of a run: everything needed to run it again. */
export const headerSchema = z.object({
  type: z.literal('header'),
  formatVersion: z.literal(formatVersion),
  program: text.describe('Name and version: "teachtop 0.1.0".'),
  preset: text.describe('Name or path that it was loaded from.'),
  title: text,
  experiment: z.unknown().describe('Every setting.'),
  engine: z.object({
    engine: z
      .enum(['wasm', 'tfjs', 'naive', 'external'])
      .describe('External: another trainer, which wrote the log.'),
    variant: text,
    precision: z.enum(['float32', 'float64']),
    threads: z.int().min(1).max(256).default(1),
  }),
  frameEvery: count.describe('Steps between scheduled frames.'),
  totalSteps: count,
  threshold: z
    .number()
    .describe('Correlation above which a teacher node counts as specialized, when the run starts.'),
  teacherStrength: table
    .min(1)
    .describe(
      '||v*_j|| of each teacher node by layer, bias excluded; pruned nodes are left out, here and in frames.',
    ),
  studentNodes: z.array(count).min(1).optional().describe('Student nodes of each hidden layer.'),
  startedAt: text.describe('ISO 8601.'),
  interventions: z
    .array(interventionSchema)
    .max(1000)
    .exactOptional()
    .describe('What the experiment does to itself on the way.'),
});

type HeaderLine = Immutable<z.output<typeof headerSchema>>;

/** First line of a log and first message of a run, its settings checked. */
export type Header = Omit<HeaderLine, 'experiment' | 'studentNodes'> & {
  readonly experiment: Experiment;
  readonly studentNodes: readonly number[];
};

/** Checks a log's first line. Errors: UserError for settings that are not an experiment; another Error otherwise. */
export const parseHeader = (value: unknown, origin: string): Header => {
  const parsed = headerSchema.parse(value);
  const experiment = restoreExperiment(parsed.experiment, origin);
  const widths = hiddenShapes(experiment);
  const studentNodes = parsed.studentNodes ?? widths.map(({ students }) => students);
  const { teacherStrength } = parsed;
  if (teacherStrength.length !== widths.length || studentNodes.length !== widths.length)
    throw new Error(`teacherStrength and studentNodes: not of ${widths.length} hidden layers`);
  const odd = widths.findIndex(({ teachers }, l) => teacherStrength[l].length > teachers);
  if (odd !== -1) throw new Error(`teacherStrength: more than ${widths[odd].teachers} nodes in layer ${odd}`);
  const short = widths.findIndex(({ teachers }, l) => teacherStrength[l].length < teachers);
  if (short !== -1 && !isPruned(experiment))
    throw new Error(`teacherStrength: fewer than ${widths[short].teachers} nodes in layer ${short}`);
  return { ...parsed, experiment, studentNodes };
};
