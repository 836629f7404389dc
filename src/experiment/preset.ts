import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseStrictJson } from '@humanwhocodes/momoa';
import * as z from 'zod';
import { draftExperiment, type ExperimentDraft } from './draft.js';
import { nearestName } from './nearest-name.js';
import { refuseIssue, shown } from './refusal.js';
import { UserError } from './user-error.js';

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
};

/** Beside the package's src and dist alike. */
const shippedFolder = fileURLToPath(new URL('../../presets', import.meta.url));

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
];

const largestFileBytes = 1024 ** 2;

/** One line without control characters, which would reach the terminal. */
const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
const presetFields = {
  title: line.max(60),
  look: line,
  shows: line,
  experiment: z.record(z.string(), z.json()),
};
const presetSchema = z.strictObject(presetFields);

const lineAndColumn = (text: string): string => {
  try {
    parseStrictJson(text, { mode: 'json' });
  } catch (error) {
    if (error instanceof Error && 'line' in error && 'column' in error)
      return ` at line ${error.line}, column ${error.column}`;
  }
  return '';
};

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: broken JSON${lineAndColumn(text)}`);
  }
};

const readText = (path: string): string => {
  try {
    const { size } = statSync(path);
    if (size > largestFileBytes)
      throw new UserError(
        `${path}: got ${size} bytes, allowed: a preset of at most ${largestFileBytes} bytes`,
      );
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${path}: cannot be read as a preset (${reason})`);
  }
};

const readPreset = (path: string, name: string): Preset => {
  const value = parseJson(readText(path), path);
  const parsed = presetSchema.safeParse(value);
  if (!parsed.success) throw refuseIssue(parsed.error.issues[0], value, presetFields, () => path);
  const { title, look, shows, experiment } = parsed.data;
  return { name, title, look, shows, draft: draftExperiment(experiment, path) };
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
