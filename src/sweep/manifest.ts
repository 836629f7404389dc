import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { restoreExperiment } from '../experiment/draft.js';
import type { Experiment } from '../experiment/experiment.js';
import { readUserJson } from '../experiment/json-file.js';
import { UserError } from '../experiment/user-error.js';
import type { SweepEngine } from './execute-run.js';
import type { CellValues, SweepPlan } from './plan.js';

export const manifestFileName = 'sweep.json';

const manifestFormatVersion = 1;
const largestManifestBytes = 64 * 1024 ** 2;

/** The resolved sweep beside its results: everything that fixes the bits of its runs. */
export type SweepManifest = {
  readonly type: 'sweep';
  readonly formatVersion: typeof manifestFormatVersion;
  readonly program: string; // "teachtop 0.1.0"
  readonly startedAt: string; // ISO 8601
  readonly name: string;
  readonly title: string;
  readonly engine: SweepEngine;
  readonly grid: SweepPlan['grid'];
  readonly seeds: readonly number[];
  readonly rules: SweepPlan['rules'];
  /** The experiment is that of the first seed; the others differ in the seed alone. */
  readonly cells: readonly {
    readonly key: string;
    readonly values: CellValues;
    readonly experiment: Experiment;
  }[];
};

const text = z.string().max(4096);
const values = z.record(z.string(), z.json());
const epochs = z.int().min(1).nullable();
const schema = z.object({
  type: z.literal('sweep'),
  formatVersion: z.literal(manifestFormatVersion),
  program: text,
  startedAt: text,
  name: text,
  title: text,
  engine: z.object({ engine: z.enum(['wasm', 'naive']), strict: z.boolean() }),
  grid: z.record(z.string(), z.array(z.json())),
  seeds: z.array(z.int().min(0)).min(1),
  rules: z.object({
    thresholds: z.array(z.number()).min(1),
    earlyEpoch: z.int().min(1),
    stop: z.object({ maximumEpochs: epochs, specializedForEpochs: epochs }),
  }),
  cells: z.array(z.object({ key: text, values, experiment: z.unknown() })).min(1),
});

export const manifestOf = (
  plan: SweepPlan,
  engine: SweepEngine,
  program: string,
  startedAt: Date,
): SweepManifest => ({
  type: 'sweep',
  formatVersion: manifestFormatVersion,
  program,
  startedAt: startedAt.toISOString(),
  name: plan.name,
  title: plan.title,
  engine,
  grid: plan.grid,
  seeds: plan.seeds,
  rules: plan.rules,
  cells: plan.cells.map(({ key, values: cell, runs }) => ({
    key,
    values: cell,
    experiment: runs[0].experiment,
  })),
});

/** Reads a sweep folder's manifest; null where the folder holds none. Errors: UserError naming the file. */
export const readManifest = (folder: string): SweepManifest | null => {
  const path = join(folder, manifestFileName);
  if (!existsSync(path)) return null;
  const result = schema.safeParse(readUserJson(path, largestManifestBytes));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new UserError(`${path}: key "${issue.path.join('.')}": not a sweep's manifest: ${issue.message}`);
  }
  const cells = result.data.cells.map((cell) => ({
    ...cell,
    experiment: restoreExperiment(cell.experiment, `${path}, cell ${cell.key}`),
  }));
  return { ...result.data, cells };
};

/** Writes the manifest whole or not at all. */
export const writeManifest = (folder: string, manifest: SweepManifest): void => {
  const path = join(folder, manifestFileName);
  writeFileSync(`${path}.new`, `${JSON.stringify(manifest, null, 1)}\n`, { flush: true });
  renameSync(`${path}.new`, path);
};

/** The plan that a manifest stands for. */
export const planOfManifest = ({ name, title, grid, seeds, rules, cells }: SweepManifest): SweepPlan => ({
  name,
  title,
  grid,
  seeds,
  rules,
  cells: cells.map(({ key, values: cell, experiment }) => ({
    key,
    values: cell,
    runs: seeds.map((seed) => ({
      id: `${key}/seed=${seed}`,
      cellKey: key,
      seed,
      experiment: { ...experiment, seed },
    })),
  })),
});

/** The first thing in which a sweep differs from the one in the folder; null where they are the same. */
export const manifestDifference = (before: SweepManifest, now: SweepManifest): string | null => {
  const parts = ['name', 'grid', 'seeds', 'rules', 'engine'] as const;
  // By way of JSON, which has neither undefined nor -0.
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const different = parts.find((part) => !isDeepStrictEqual(plain(before[part]), plain(now[part])));
  if (different) return different;
  return isDeepStrictEqual(plain(before.cells), plain(now.cells)) ? null : 'settings';
};
