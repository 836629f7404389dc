import { type Experiment, hiddenShapes } from '../experiment/index.js';
import { UserError } from '../input/index.js';
import { betterResult, type SweepResult } from '../sweep/index.js';
import type { SweepInput } from './read-inputs.js';

type PathAndResults = Pick<SweepInput, 'path' | 'results'>;

/** Runs that differ in their seed only. */
export type PooledCell = {
  /** Student nodes a teacher node; one line of a figure. */
  readonly multi: number;
  /** p; one panel of a figure. */
  readonly strengthDecay: number;
  /** The first run's, which stands for all but their seeds. */
  readonly experiment: Experiment;
  /** By seed. */
  readonly results: readonly SweepResult[];
};

/** Cells that differ in over-realization and strength decay only: what one figure shows. */
export type PooledGroup = {
  /** Settings in which this group differs from the others; empty for the only one. */
  readonly distinction: readonly (readonly [key: string, value: unknown])[];
  /** Ascending by strength decay, then by over-realization. */
  readonly cells: readonly PooledCell[];
};

type Settings = Readonly<Record<string, unknown>>;

/** Settings without these keys, in an order of their own, so that equal settings make equal text. */
const without = (experiment: Experiment, keys: readonly string[]): [string, unknown][] =>
  Object.entries(experiment)
    .filter(([key]) => !keys.includes(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const textWithout = (experiment: Experiment, keys: readonly string[]): string =>
  JSON.stringify(without(experiment, keys));

/** How often frames are taken changes nothing that is trained. */
const runKeys = ['frameEvery'];
const cellKeys = [...runKeys, 'seed'];
const groupKeys = [...cellKeys, 'multi', 'n', 'strengthDecay'];

/** Whether two experiments differ in seed and precision only, frames aside. */
export const sameButSeed = (a: Experiment, b: Experiment): boolean => {
  const keys = [...cellKeys, 'precision'];
  return textWithout(a, keys) === textWithout(b, keys);
};

const refuseConflicts = (sweeps: readonly PathAndResults[]): void => {
  const seen = new Map<string, { readonly path: string; readonly result: SweepResult }>();
  for (const { path, results } of sweeps)
    for (const result of results) {
      const other = seen.get(result.run);
      if (other === undefined) seen.set(result.run, { path, result });
      else if (textWithout(other.result.experiment, runKeys) !== textWithout(result.experiment, runKeys))
        throw new UserError(
          `${path}: run "${result.run}": got other settings than in ${other.path} (${firstDifference(
            result.experiment,
            other.result.experiment,
          )}), allowed: the same settings, or a report of each`,
        );
    }
};

const firstDifference = (a: Experiment, b: Experiment): string => {
  const [left, right] = [new Map(without(a, runKeys)), new Map(without(b, runKeys))];
  const key = [...left.keys(), ...right.keys()].find(
    (name) => JSON.stringify(left.get(name)) !== JSON.stringify(right.get(name)),
  );
  return key === undefined
    ? 'no setting'
    : `${key} ${JSON.stringify(left.get(key))}, not ${JSON.stringify(right.get(key))}`;
};

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
};

const cellOf = (results: readonly SweepResult[]): PooledCell => {
  const bySeed = groupBy(results, ({ experiment }) => String(experiment.seed)).map((same) =>
    same.reduce(betterResult),
  );
  bySeed.sort((a, b) => a.experiment.seed - b.experiment.seed);
  const [{ experiment }] = bySeed;
  const { multi, strengthDecay } = experiment;
  return { multi, strengthDecay, experiment, results: bySeed };
};

/** Keys of the settings in which not all of these experiments agree. */
const varying = (all: readonly Settings[], ignored: readonly string[]): string[] =>
  [...new Set(all.flatMap((settings) => Object.keys(settings)))].filter(
    (key) => !ignored.includes(key) && new Set(all.map((settings) => JSON.stringify(settings[key]))).size > 1,
  );

const settingsOf = ({ cells }: { readonly cells: readonly PooledCell[] }): Settings => cells[0].experiment;

/**
 * Pools the runs of all sweeps by cell, a run that several hold counted once, and cells into groups.
 * Errors: UserError for two runs of one name with different settings.
 */
export const poolSweeps = (sweeps: readonly PathAndResults[]): PooledGroup[] => {
  refuseConflicts(sweeps);
  const results = sweeps.flatMap((sweep) => sweep.results);
  const cells = groupBy(results, ({ experiment }) => textWithout(experiment, cellKeys)).map(cellOf);
  cells.sort((a, b) => a.strengthDecay - b.strengthDecay || a.multi - b.multi);
  const groups = groupBy(cells, ({ experiment }) => textWithout(experiment, groupKeys)).map((same) => ({
    cells: same,
  }));
  const teachers = ({ cells: [{ experiment }] }: (typeof groups)[number]) =>
    hiddenShapes(experiment)[0].teachers;
  groups.sort((a, b) => teachers(a) - teachers(b));
  const keys = varying(groups.map(settingsOf), groupKeys);
  return groups.map((group) => ({
    ...group,
    distinction: keys.map((key) => [key, settingsOf(group)[key]] as const),
  }));
};
