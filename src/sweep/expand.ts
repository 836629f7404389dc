import { type EngineRequest, refusePrecision } from '../engine/index.js';
import {
  applyOptions,
  completeExperiment,
  draftExperiment,
  type Experiment,
  type ExperimentDraft,
  loadPreset,
  trainingCost,
} from '../experiment/index.js';
import { refuseValue, UserError } from '../input/index.js';
import { type Sweep, seedsOf } from './sweep-file.js';
import { refusalOf } from './swept-experiment.js';

/** Settings in which a cell of the grid differs from the others, in the order of the file. */
export type Cell = Readonly<Record<string, number | boolean | string>>;

/** One run of a sweep. */
export type SweepRun = {
  /** "multi=5,strengthDecay=1/seed=3": the same for the same cell and seed, whatever else the grid holds. */
  readonly id: string;
  readonly cell: Cell;
  readonly seed: number;
  readonly experiment: Experiment;
};

const mostRuns = 100_000;

/** "multi=5,strengthDecay=1" */
export const cellKey = (cell: Cell): string =>
  Object.entries(cell)
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || 'all';

/** Every combination of the grid's values, the last setting varying fastest. */
const cellsOf = ({ file: { grid } }: Sweep): Cell[] =>
  Object.entries(grid).reduce<Cell[]>(
    (cells, [key, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [key]: value }))),
    [{}],
  );

/** What all runs share, as settings. */
export const baseDraft = ({ origin, file: { base, experiment } }: Sweep): ExperimentDraft => {
  const draft = base === null ? draftExperiment({}, origin) : loadPreset(base).draft;
  return applyOptions(draft, experiment, origin);
};

const experimentOf = (draft: ExperimentDraft, { origin }: Sweep, cell: Cell, seed: number) => {
  const experiment = completeExperiment(applyOptions(draft, { ...cell, seed }, origin));
  const refusal = refusalOf(experiment, origin);
  if (refusal !== null) throw refusal;
  return experiment;
};

const refuseSeedSetting = ({ origin, file: { grid, experiment } }: Sweep): void => {
  if ('seed' in grid || 'seed' in experiment)
    throw refuseValue(origin, 'seed', 'one in the settings', 'seeds in "seeds" only');
};

/**
 * Every run of a sweep, each a valid experiment, cell after cell. Errors: UserError naming the file and the key for
 * a grid that is too large, or a cell that is no experiment.
 */
export const expandSweep = (sweep: Sweep): SweepRun[] => {
  const { origin, file } = sweep;
  refuseSeedSetting(sweep);
  const seeds = seedsOf(file);
  // Before the cells are made: a file may ask for more than memory holds.
  const count = Object.values(file.grid).reduce((product, values) => product * values.length, 1);
  if (count * seeds.length > mostRuns)
    throw new UserError(
      `${origin}: key "grid": got ${count} cells of ${seeds.length} seeds, allowed: ${mostRuns} runs in all`,
    );
  const cells = cellsOf(sweep);
  const draft = baseDraft(sweep);
  const keys = cells.map(cellKey);
  const repeated = keys.find((key, at) => keys.indexOf(key) !== at);
  if (repeated !== undefined) throw refuseValue(origin, 'grid', `${repeated} twice`, 'values all different');
  return cells.flatMap((cell, at) =>
    seeds.map(
      (seed): SweepRun => ({
        id: `${keys[at]}/seed=${seed}`,
        cell,
        seed,
        experiment: experimentOf(draft, sweep, cell, seed),
      }),
    ),
  );
};

/** Refuses an engine that does not offer the precision of a run. Errors: UserError. */
export const refuseEngine = (runs: readonly SweepRun[], { engine }: EngineRequest): void => {
  for (const { experiment } of runs) refusePrecision(engine, experiment.precision);
};

/** What a run's training costs beside another's, to start the longest first. */
export const costOf = ({ experiment }: SweepRun): number => trainingCost(experiment);
