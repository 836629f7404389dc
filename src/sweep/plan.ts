import { applySettings, completeExperiment, overrideDraft } from '../experiment/draft.js';
import type { Experiment } from '../experiment/experiment.js';
import { UserError } from '../experiment/user-error.js';
import type { StopRules, SweepFile } from './sweep-file.js';
import { expectedWork } from './work.js';

/** One combination of the grid's values, by setting. */
export type CellValues = Readonly<Record<string, unknown>>;

/** One run of a sweep: a cell of the grid with a seed. */
export type SweepRun = {
  /** Stable name: "multi=5,strengthDecay=1/seed=3". */
  readonly id: string;
  readonly cellKey: string;
  readonly seed: number;
  readonly experiment: Experiment;
};

export type SweepCell = {
  /** "multi=5,strengthDecay=1"; "base" where there is no grid. */
  readonly key: string;
  readonly values: CellValues;
  /** One a seed, in the order of the seeds. */
  readonly runs: readonly SweepRun[];
};

/** What is measured and when runs end, the same for every run. */
export type RunRules = {
  readonly thresholds: readonly number[];
  readonly earlyEpoch: number;
  readonly stop: StopRules;
};

/** A sweep ready to start: every experiment of it is valid. */
export type SweepPlan = {
  readonly name: string;
  readonly title: string;
  readonly grid: Readonly<Record<string, readonly unknown[]>>;
  readonly seeds: readonly number[];
  readonly rules: RunRules;
  readonly cells: readonly SweepCell[];
};

const mostRuns = 100_000;

const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const cellKey = (values: CellValues): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${shownValue(value)}`)
    .join(',') || 'base';

/** Every combination of the grid's values, the last setting changing fastest. */
const combinations = (grid: SweepFile['grid']): CellValues[] =>
  [...grid].reduce<CellValues[]>(
    (cells, [key, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [key]: value }))),
    [{}],
  );

/** Settings from the command line, each with its option; they hold for every cell. */
export type GivenSettings = readonly { readonly option: string; readonly text: string }[];

/** A setting that the grid or the seeds decide cannot be set for all runs. */
const refuseSwept = ({ grid }: SweepFile, settings: GivenSettings): void => {
  for (const { option, text } of settings) {
    const [key] = applySettings({ origin: option, given: new Map() }, [text], option).given.keys();
    if (key === 'seed' || grid.has(key))
      throw new UserError(`${option}: key "${key}": got a value, but the sweep's file varies it`);
  }
};

const planCell = (file: SweepFile, settings: GivenSettings, values: CellValues): SweepCell => {
  const key = cellKey(values);
  const origin = `${file.path}, grid cell ${key}`;
  const draft = settings.reduce(
    (given, { option, text }) => applySettings(given, [text], option),
    overrideDraft(file.base, values, origin),
  );
  const first = completeExperiment(overrideDraft(draft, { seed: file.seeds[0] }, `${file.path}, seeds`));
  const runs = file.seeds.map((seed) => ({
    id: `${key}/seed=${seed}`,
    cellKey: key,
    seed,
    // Whether an experiment is valid does not depend on its seed.
    experiment: { ...first, seed },
  }));
  return { key, values, runs };
};

/**
 * Expands a sweep into its runs and validates every experiment. Errors: UserError naming the file and cell, or
 * the option.
 */
export const planSweep = (file: SweepFile, settings: GivenSettings = []): SweepPlan => {
  const { name, title, grid, seeds, thresholds, earlyEpoch, stop } = file;
  refuseSwept(file, settings);
  const count = [...grid.values()].reduce((product, values) => product * values.length, seeds.length);
  if (count > mostRuns)
    throw new UserError(`${file.path}: key "grid": got ${count} runs, allowed: at most ${mostRuns}`);
  return {
    name,
    title,
    grid: Object.fromEntries(grid),
    seeds,
    rules: { thresholds, earlyEpoch, stop },
    cells: combinations(grid).map((values) => planCell(file, settings, values)),
  };
};

/**
 * Runs in the order in which to carry them out: seed by seed, so that all cells fill evenly, and within a seed
 * the longest first, so that the workers end together.
 */
export const runOrder = ({ cells, seeds }: SweepPlan): SweepRun[] => {
  const longestFirst = cells.toSorted(
    (a, b) => expectedWork(b.runs[0].experiment) - expectedWork(a.runs[0].experiment),
  );
  return seeds.flatMap((_, at) => longestFirst.map(({ runs }) => runs[at]));
};
