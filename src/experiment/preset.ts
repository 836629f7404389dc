import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  fileJsonSchema,
  nearestName,
  readUserJson,
  refuseIssue,
  schemaReference,
  shown,
  UserError,
} from '../input/index.js';
import { packageFile } from '../package/index.js';
import { draftExperiment, type ExperimentDraft } from './draft.js';
import { experimentJsonSchema } from './experiment-schema.js';

/** A preset: what to show in a list, and the settings that it stands for. */
export type Preset = {
  /** Its shipped name, or the path that it was loaded from. */
  readonly name: string;
  readonly title: string;
  /** A sentence on what to look for. */
  readonly look: string;
  /** The figure or statement of the paper that it shows. */
  readonly shows: string;
  readonly draft: ExperimentDraft;
  /** What the run does to itself, and where it pauses by itself; not yet checked. */
  readonly interventions: readonly Readonly<Record<string, unknown>>[];
  readonly breakpoints: readonly string[];
};

const shippedFolder = packageFile('presets');

/** The order of the list and of the number keys; shipped files not named here follow by name. */
const order = [
  'quick-start',
  'strong-first',
  'no-over-realization',
  'ten-fold',
  'paper-m10',
  'paper-m20',
  'adversarial-init',
  'helped-init',
  'theory-data',
  'tiny-batches',
  'full-batch',
  'deep-layers',
  'deep-batch-norm',
  'deep-cross-entropy',
  'deep-mnist',
  'deep-images',
  'deep-paper',
  'symmetries',
  'weight-decay',
  'lazy',
  'hidden-manifold',
  'langevin',
];

const largestFileBytes = 1024 ** 2;

/** One line without control characters, which would reach the terminal. */
const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
const presetFields = {
  $schema: schemaReference,
  title: line.max(60).describe('what lists and the dashboard call it'),
  look: line.describe('a sentence on what to look for'),
  shows: line.describe('the figure or statement of the paper that it shows'),
  experiment: z.record(z.string(), z.unknown()).describe('the settings that differ from the defaults'),
  interventions: z
    .array(z.record(z.string(), z.unknown()))
    .min(0)
    .max(1000)
    .optional()
    .describe('what the run does to itself, each at a step'),
  breakpoints: z
    .array(z.string().min(1).max(100))
    .min(0)
    .max(100)
    .optional()
    .describe(
      "where the run pauses by itself: 'specialized 3', lost, 'loss < 1e-4', 'match 4 > 0.9', plateau",
    ),
};
const presetSchema = z.strictObject(presetFields);

/** JSON Schema of a preset file; that of one intervention, which runs know, is given. */
export const presetJsonSchema = (intervention: object): object =>
  fileJsonSchema('A preset of teachtop', presetSchema, {
    experiment: experimentJsonSchema(),
    interventions: { type: 'array', maxItems: 1000, items: intervention },
  });

const readPreset = (path: string, name: string): Preset => {
  const value = readUserJson(path, largestFileBytes);
  const parsed = presetSchema.safeParse(value);
  if (!parsed.success) throw refuseIssue(parsed.error.issues[0], value, presetFields, () => path);
  const { title, look, shows, experiment, interventions = [], breakpoints = [] } = parsed.data;
  return { name, title, look, shows, draft: draftExperiment(experiment, path), interventions, breakpoints };
};

const shippedNames = (): string[] => {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'));
};

/** The shipped presets, in the order of the number keys. */
export const listPresets = (): Preset[] =>
  shippedNames().map((name) => readPreset(join(shippedFolder, `${name}.json`), name));

/**
 * Loads a shipped preset by name, or any preset file by path. Its settings are read but not yet validated
 * together; see `completeExperiment`. Errors: UserError naming the file, and the key or the line and column.
 */
export const loadPreset = (nameOrPath: string): Preset => {
  const names = shippedNames();
  if (names.includes(nameOrPath)) return readPreset(join(shippedFolder, `${nameOrPath}.json`), nameOrPath);
  if (existsSync(nameOrPath)) return readPreset(nameOrPath, nameOrPath);
  const nearest = nearestName(nameOrPath, names);
  const advice =
    nearest === undefined ? `shipped presets: ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new UserError(`preset ${shown(nameOrPath)}: neither a shipped preset nor a file; ${advice}`);
};
