import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { draftExperiment, type ExperimentDraft, overrideDraft } from '../experiment/draft.js';
import { readUserJson } from '../experiment/json-file.js';
import { nearestName } from '../experiment/nearest-name.js';
import { loadPreset } from '../experiment/preset.js';
import { refuseIssue, refuseValue, shown } from '../experiment/refusal.js';
import { textLine } from '../experiment/text-line.js';
import { UserError } from '../experiment/user-error.js';

/** When a run ends before its experiment does. A run whose loss stops being finite always ends there. */
export type StopRules = {
  /** Epochs after which every run ends; null: its own. */
  readonly maximumEpochs: number | null;
  /** Epochs in a row in which every teacher node is specialized, after which a run ends; null: it goes on. */
  readonly specializedForEpochs: number | null;
};

/** A sweep as its file describes it; the experiments behind its grid are not yet validated. */
export type SweepFile = {
  /** Where it was read, for messages. */
  readonly path: string;
  /** Short and fit for a folder. */
  readonly name: string;
  readonly title: string;
  readonly base: ExperimentDraft;
  /** Values by setting, in the file's order; under the settings' own names. */
  readonly grid: ReadonlyMap<string, readonly unknown[]>;
  readonly seeds: readonly number[];
  /** Correlations above which a teacher node counts as specialized; the first one steers the stop rules. */
  readonly thresholds: readonly number[];
  /** Completed epochs at which the early success rate is read. */
  readonly earlyEpoch: number;
  readonly stop: StopRules;
};

/** Beside the package's src and dist alike. */
const shippedFolder = fileURLToPath(new URL('../../presets/sweeps', import.meta.url));
const largestFileBytes = 1024 ** 2;
const mostValues = 1000;

const seed = z.int().min(0).max(0xffffffff);
const epochs = z.int().min(1).max(1_000_000);
const settings = z.record(z.string(), z.json());

const fields = {
  name: z
    .string()
    .max(60)
    .regex(/^[\p{L}\p{N}._-]+$/u)
    .optional(),
  title: textLine.max(60),
  base: z.union([textLine, settings]).default({}),
  overrides: settings.default({}),
  grid: settings.default({}),
  seeds: z.union([settings, z.array(seed).min(1).max(100_000)]),
  thresholds: z.array(z.number().min(0.01).max(0.9999)).min(1).max(20).default([0.95]),
  earlyEpoch: epochs.default(5),
  stop: settings.default({}),
};

const rangeFields = { first: seed.default(1), count: z.int().min(1).max(100_000) };
const stopFields = {
  maximumEpochs: epochs.nullable().default(null),
  specializedForEpochs: epochs.nullable().default(null),
};

/** Parses a part of the file; complaints name the file and the part. */
const parsed = <Shape extends z.core.$ZodLooseShape & Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  value: unknown,
  origin: string,
): z.output<z.ZodObject<Shape>> => {
  const result = z.strictObject(shape).safeParse(value);
  if (!result.success) throw refuseIssue(result.error.issues[0], value, shape, () => origin);
  return result.data as z.output<z.ZodObject<Shape>>;
};

const baseDraft = (base: unknown, path: string): ExperimentDraft =>
  typeof base === 'string' ? loadPreset(base).draft : draftExperiment(base, `${path}, base`);

const isDifferent = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

/** The grid under the settings' own names, each with its values. */
const readGrid = (grid: Readonly<Record<string, unknown>>, path: string): Map<string, readonly unknown[]> => {
  const origin = `${path}, grid`;
  const axes = draftExperiment(grid, origin).given;
  if (axes.has('seed'))
    throw refuseValue(origin, 'seed', shown(axes.get('seed')?.value), 'seeds under "seeds"');
  return new Map(
    [...axes].map(([key, { value, name }]) => {
      if (!Array.isArray(value) || value.length < 1 || value.length > mostValues || !isDifferent(value))
        throw refuseValue(origin, name, shown(value), `a list of 1 to ${mostValues} different values`);
      return [key, value as readonly unknown[]];
    }),
  );
};

const readSeeds = (seeds: z.output<typeof fields.seeds>, path: string): number[] => {
  if (Array.isArray(seeds)) {
    if (!isDifferent(seeds)) throw refuseValue(path, 'seeds', shown(seeds), 'seeds all different');
    return seeds;
  }
  const { first, count } = parsed(rangeFields, seeds, `${path}, seeds`);
  if (first + count - 1 > 0xffffffff)
    throw refuseValue(`${path}, seeds`, 'count', `${count} from ${first} on`, 'seeds up to 4294967295');
  return Array.from({ length: count }, (_, at) => first + at);
};

const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.json$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .slice(0, 60);

/** A sweep from the value in its file. Errors: UserError naming the file, the key, what was given and allowed. */
export const parseSweep = (value: unknown, path: string): SweepFile => {
  const { name, title, base, overrides, grid, seeds, thresholds, earlyEpoch, stop } = parsed(
    fields,
    value,
    path,
  );
  return {
    path,
    name: name ?? nameOf(path),
    title,
    base: overrideDraft(baseDraft(base, path), overrides, `${path}, overrides`),
    grid: readGrid(grid, path),
    seeds: readSeeds(seeds, path),
    thresholds,
    earlyEpoch,
    stop: parsed(stopFields, stop, `${path}, stop`),
  };
};

/** Names of the shipped sweeps. */
export const shippedSweeps = (): string[] =>
  readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

/** Reads a sweep file by path, or a shipped one by name. Errors: those of `readUserJson` and `parseSweep`. */
export const loadSweep = (nameOrPath: string): SweepFile => {
  const names = shippedSweeps();
  const path = names.includes(nameOrPath) ? join(shippedFolder, `${nameOrPath}.json`) : nameOrPath;
  if (path === nameOrPath && !existsSync(path)) {
    const nearest = nearestName(nameOrPath, names);
    const advice =
      nearest === undefined ? `shipped sweeps: ${names.join(', ')}` : `did you mean "${nearest}"?`;
    throw new UserError(`sweep ${shown(nameOrPath)}: neither a shipped sweep nor a file; ${advice}`);
  }
  return parseSweep(readUserJson(path, largestFileBytes), path);
};
