import * as z from 'zod';
import { fileJsonSchema, later, readUserJson, refuseIssue, schemaReference } from '../input/index.js';
import { draftExperiment, type ExperimentDraft } from './draft.js';
import { experimentJsonSchema } from './experiment-schema.js';
import { largestFileBytes, oneLine, ShippedFiles, showsField } from './shipped-files.js';

/** A preset: what to show in a list, and the settings that it stands for. */
export type Preset = {
  /** Its name among those shipped or in the user's own folder, or the path that it was loaded from. */
  readonly name: string;
  /** Whether it is the user's own, and has a name. */
  readonly isOwn: boolean;
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

const presetSchema = later(() =>
  z.strictObject({
    $schema: schemaReference,
    title: oneLine.max(60).describe('what lists and the dashboard call it'),
    look: oneLine.describe('a sentence on what to look for'),
    shows: showsField,
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
  }),
);

/** JSON Schema of a preset file; that of one intervention, which runs know, is given. */
export const presetJsonSchema = (intervention: object): object =>
  fileJsonSchema('A preset of teachtop', presetSchema.unwrap(), {
    experiment: experimentJsonSchema(),
    interventions: { type: 'array', maxItems: 1000, items: intervention },
  });

/** Reads a preset's file. Errors: UserError naming the file, and the key or the line and column. */
export const readPreset = (path: string, name: string, isOwn = false): Preset => {
  const value = readUserJson(path, largestFileBytes);
  const parsed = presetSchema.safeParse(value);
  if (!parsed.success)
    throw refuseIssue(parsed.error.issues[0], value, presetSchema.unwrap().shape, () => path);
  const { title, look, shows, experiment, interventions = [], breakpoints = [] } = parsed.data;
  const draft = draftExperiment(experiment, path);
  return { name, isOwn, title, look, shows, draft, interventions, breakpoints };
};

export const shippedPresets = new ShippedFiles({
  noun: 'preset',
  folder: 'presets',
  order,
  read: (path, name) => readPreset(path, name ?? path),
});

/** The shipped presets, in the order of the number keys. */
export const listPresets = (): Preset[] => shippedPresets.list();

/**
 * Loads a shipped preset by name, or any preset file by path. Its settings are read but not yet validated
 * together; see `completeExperiment`. Errors: UserError naming the file, and the key or the line and column.
 */
export const loadPreset = (nameOrPath: string): Preset => shippedPresets.load(nameOrPath);
