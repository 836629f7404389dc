import * as z from 'zod';
import { type Experiment, hiddenShapes, isPruned, restoreExperiment } from '../experiment/index.js';
import { later, UserError } from '../input/index.js';
import { interventionSchema } from './command.js';
import { type ForeignHeader, parseForeignHeader } from './foreign-header.js';
import type { Immutable } from './immutable.js';
import { count, table, text } from './values.js';

/** Version of the frame log's line format; raised when a reader of the old format would misread the new. */
export const formatVersion = 1;

const ownEngines = ['wasm', 'tfjs', 'naive'] as const;

/** First line of a log of this program: everything needed to run it again. */
export const headerSchema = later(() =>
  z.object({
    type: z.literal('header'),
    formatVersion: z.literal(formatVersion).describe(`Of the lines' format: ${formatVersion}.`),
    program: text.describe('Name and version: "teachtop 0.1.0".'),
    preset: text.describe('Name or path that it was loaded from.'),
    title: text.describe('What lists and titles call it.'),
    experiment: z.unknown().describe('Every setting, see experiment.md.'),
    engine: z.object({
      engine: z.enum(ownEngines),
      variant: text.describe('Which build of the engine it is.'),
      precision: z.enum(['float32', 'float64']),
      threads: z.int().min(1).max(256).default(1).describe('Threads that train.'),
    }),
    frameEvery: count.describe('Steps between scheduled frames.'),
    totalSteps: count.describe('Steps in the whole run.'),
    threshold: z
      .number()
      .describe('Correlation above which a teacher node counts as specialized, when the run starts.'),
    teacherStrength: table
      .min(1)
      .describe(
        '||v*_j|| of each teacher node by layer, bias excluded; pruned nodes are left out, here and in frames.',
      ),
    studentNodes: z.array(count).min(1).optional().describe('Student nodes of each hidden layer.'),
    startedAt: text.describe('Date and time, ISO 8601.'),
    interventions: z
      .array(interventionSchema)
      .max(1000)
      .exactOptional()
      .describe('What the experiment does to itself on the way.'),
  }),
);

type HeaderLine = Immutable<z.output<typeof headerSchema>>;

/** The header of a run that this program trained, its settings checked. */
export type OwnHeader = Omit<HeaderLine, 'experiment' | 'studentNodes'> & {
  readonly experiment: Experiment;
  readonly studentNodes: readonly number[];
};

/** First line of a log and first message of a run. */
export type Header = OwnHeader | ForeignHeader;

const parseOwn = (value: unknown, origin: string): OwnHeader => {
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

/** What tells whose header it is, and of which version. */
const outline = later(() =>
  z.object({
    formatVersion: z.number().optional().catch(undefined),
    engine: z.object({ engine: z.unknown() }).optional().catch(undefined),
  }),
);

/**
 * Checks a log's first line; one of another trainer is held to what is shown of it. Errors: UserError for settings that
 * are not an experiment, and for a newer format; another Error otherwise.
 */
export const parseHeader = (value: unknown, origin: string): Header => {
  const { formatVersion: version = formatVersion, engine } = outline.parse(value);
  if (version > formatVersion)
    throw new UserError(
      `${origin}: not a frame log: written by a newer teachtop: format version ${version}, this program reads up to ${formatVersion}`,
    );
  return ownEngines.some((name) => name === engine?.engine)
    ? parseOwn(value, origin)
    : parseForeignHeader(value);
};

/** A header whose run can be trained again. Errors: UserError for that of another trainer. */
export const ownHeader = (header: Header): OwnHeader => {
  if (isForeign(header))
    throw new UserError(
      `got a log of another trainer (${header.engine.variant}), allowed: one that teachtop wrote`,
    );
  return header;
};

/** Whether another trainer wrote the log. */
export const isForeign = (header: Header): header is ForeignHeader => header.engine.engine === 'external';
