import { hiddenShapes } from '../../experiment/index.js';
import { isSpecialized } from '../../net/index.js';
import { cellKey } from '../expand.js';
import type { EpochRecord, SweepResult } from '../result.js';
import { lowerMedian, recoveryEpochs } from './recovery.js';
import type { SuccessCriteria } from './success-criteria.js';

/** Mean and spread of a number over seeds. */
export type Spread = {
  /** NaN of no seed. */
  readonly mean: number;
  /** Sample standard deviation (n - 1); NaN of fewer than two seeds. */
  readonly deviation: number;
  /** Seeds that have a finite value. */
  readonly seeds: number;
};

/** A share of trials, with the interval that holds the true rate with 95 % confidence. */
export type Rate = {
  readonly successes: number;
  readonly trials: number;
  /** NaN without trials, as are the bounds. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
};

/** Share of seeds that recover each teacher node, strong to weak, after an epoch. */
export type SuccessRates = { readonly epoch: number; readonly rates: readonly Rate[] };

/** A number over seeds after an epoch. */
export type CurvePoint = Spread & { readonly epoch: number };

/**
 * A student node at the end of its run: best training correlation with a teacher node, and its fan-out norm, or in dense
 * students of several layers sqrt(E beta_kk).
 */
export type StudentPoint = { readonly bestMatch: number; readonly fanOutNorm: number };

/** What is said of one cell of the grid, over its seeds. docs/guide/sweeps.md has the convention. */
export type CellStatistics = {
  /** Runs that trained to their end, or that the sweep stopped because all teacher nodes were specialized. */
  readonly done: number;
  /** Runs whose loss was no longer finite: they recover nothing from that epoch on. */
  readonly diverged: number;
  /** Runs that were lost or could not be trained: in no other number. */
  readonly failed: number;
  /** log10 of the evaluation loss by epoch. */
  readonly lossCurve: readonly CurvePoint[];
  /** Of each hidden layer, lowest first. */
  readonly layers: readonly LayerStatistics[];
};

/** What is said of one hidden layer of a cell. */
export type LayerStatistics = {
  /** At the last measured epoch up to `earlyEpoch`; null where there is none between the first and the last. */
  readonly early: SuccessRates | null;
  /** After the last epoch of the experiment; null where every run failed. */
  readonly last: SuccessRates | null;
  /** Mean best match of the layer's teacher nodes, by measured epoch. */
  readonly matchCurve: readonly CurvePoint[];
  /** Of every run that did not fail. */
  readonly students: readonly StudentPoint[];
  readonly height: StudentHeight;
  /**
   * The measured epoch by which half of the layer's teacher nodes, of all seeds, had been recovered; Infinity where
   * fewer ever were, NaN where every run failed.
   */
  readonly recoveryEpoch: number;
};

/** Mean and sample standard deviation of the values that are finite. */
export const spreadOf = (values: readonly number[]): Spread => {
  const finite = values.filter(Number.isFinite);
  const seeds = finite.length;
  const mean = finite.reduce((sum, value) => sum + value, 0) / seeds;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: seeds < 2 ? Number.NaN : Math.sqrt(squares / (seeds - 1)), seeds };
};

/** Two-sided 95 % point of the normal distribution. */
const confidence = 1.959964;

/**
 * Rate of success with Wilson's score interval, which stays inside [0, 1] and keeps a width at rates of 0 and 1.
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
 */
export const wilsonRate = (successes: number, trials: number): Rate => {
  const share = successes / trials;
  const z2 = confidence * confidence;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (confidence / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  // Rounding can leave the interval a hair beside a rate of exactly 0 or 1.
  return {
    successes,
    trials,
    share,
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  };
};

type MeasuredRecord = EpochRecord & {
  readonly bestMatchOfTeacher: NonNullable<EpochRecord['bestMatchOfTeacher']>;
};

const isMeasured = (record: EpochRecord): record is MeasuredRecord => record.bestMatchOfTeacher !== null;

/** The epoch at which a run diverged, its last one; Infinity where it did not. */
const divergedIn = ({ status, epochs }: SweepResult): number =>
  status === 'diverged' ? (epochs.at(-1)?.epoch ?? 0) : Number.POSITIVE_INFINITY;

/**
 * Best match of each teacher node of a layer after an epoch. A run that its sweep stopped keeps what it had; one that diverged
 * has none; null where the run went on but was not measured then.
 */
const matchesAfter = (result: SweepResult, epoch: number, layer: number): readonly number[] | null => {
  if (epoch >= divergedIn(result)) return [];
  const measured = result.epochs.filter(isMeasured);
  const record =
    result.status === 'stopped'
      ? measured.findLast((each) => each.epoch <= epoch)
      : measured.find((each) => each.epoch === epoch);
  return record?.bestMatchOfTeacher[layer] ?? null;
};

/** Share of runs whose best match of each teacher node of a layer is above the threshold after an epoch. */
export const successAt = (
  results: readonly SweepResult[],
  epoch: number,
  threshold: number,
  layer: number,
): SuccessRates => {
  const matches = results
    .map((result) => matchesAfter(result, epoch, layer))
    .filter((match) => match !== null);
  const teachers = results.length === 0 ? 0 : hiddenShapes(results[0].experiment)[layer].teachers;
  const rates = Array.from({ length: teachers }, (_, teacher) =>
    wilsonRate(matches.filter((match) => isSpecialized(match[teacher], threshold)).length, matches.length),
  );
  return { epoch, rates };
};

/** How many teacher nodes of each layer a run has recovered at its end. */
export const recoveredAtEnd = (result: SweepResult, threshold: number): number[] =>
  hiddenShapes(result.experiment).map(
    (_, layer) =>
      (matchesAfter(result, result.experiment.epochs, layer) ?? []).filter((match) =>
        isSpecialized(match, threshold),
      ).length,
  );

/** A number of each run's records over seeds, by epoch. */
const curveOf = <T extends { readonly epoch: number }>(
  records: readonly T[],
  numberOf: (record: T) => number,
): CurvePoint[] =>
  [...Map.groupBy(records, ({ epoch }) => epoch)]
    .sort(([a], [b]) => a - b)
    .map(([epoch, same]) => ({ epoch, ...spreadOf(same.map(numberOf)) }));

/** log10 of the evaluation loss by epoch; losses that are not positive numbers are left out. */
export const lossCurve = (results: readonly SweepResult[]): CurvePoint[] =>
  curveOf(
    results.flatMap(({ epochs }) => epochs),
    ({ evalLoss }) => Math.log10(evalLoss),
  );

/** Mean best match of a layer's teacher nodes by measured epoch; runs with a node that has none are left out there. */
const matchCurve = (results: readonly SweepResult[], layer: number): CurvePoint[] =>
  curveOf(
    results.flatMap(({ epochs }) => epochs.filter(isMeasured)),
    ({ bestMatchOfTeacher: best }) => best[layer].reduce((sum, match) => sum + match, 0) / best[layer].length,
  );

/** Every student node of a layer, of every run, of which both numbers are finite. */
export const studentPoints = (results: readonly SweepResult[], layer: number): StudentPoint[] =>
  results.flatMap(({ layers }) =>
    (layers[layer]?.bestMatchTrain ?? []).flatMap((bestMatch, node) => {
      const { contributionNorm = layers[layer].fanOutNorm } = layers[layer];
      const fanOutNorm = contributionNorm[node];
      return Number.isFinite(bestMatch) && Number.isFinite(fanOutNorm) ? [{ bestMatch, fanOutNorm }] : [];
    }),
  );

/** What the height of the student nodes' points is. */
export type StudentHeight = 'fan-out norm' | 'sqrt(E beta)';

const heightOf = (results: readonly SweepResult[]): StudentHeight =>
  results.some(({ layers: [layer] }) => layer?.contributionNorm) ? 'sqrt(E beta)' : 'fan-out norm';

/** The last measured epoch up to the wanted one, the first and the last excepted; null where there is none. */
const earlyEpochOf = (results: readonly SweepResult[], wanted: number): number | null => {
  const before = results
    .flatMap(({ epochs, experiment }) =>
      epochs.filter((record) => isMeasured(record) && record.epoch < experiment.epochs),
    )
    .filter(({ epoch }) => epoch > 0 && epoch <= wanted);
  return before.reduce<number | null>((latest, { epoch }) => Math.max(latest ?? 0, epoch), null);
};

/** Statistics of runs that differ in their seed only. */
export const cellStatistics = (
  results: readonly SweepResult[],
  { threshold, earlyEpoch }: SuccessCriteria,
): CellStatistics => {
  const count = (status: SweepResult['status']): number =>
    results.filter((result) => result.status === status).length;
  const ended = results.filter(({ status }) => status !== 'failed');
  const early = earlyEpochOf(ended, earlyEpoch);
  const shapes = results.length === 0 ? [] : hiddenShapes(results[0].experiment);
  return {
    done: count('done') + count('stopped'),
    diverged: count('diverged'),
    failed: count('failed'),
    lossCurve: lossCurve(ended),
    layers: shapes.map((_, layer) => ({
      early: early === null ? null : successAt(ended, early, threshold, layer),
      last: ended.length === 0 ? null : successAt(ended, ended[0].experiment.epochs, threshold, layer),
      matchCurve: matchCurve(ended, layer),
      students: studentPoints(ended, layer),
      height: heightOf(ended),
      recoveryEpoch: lowerMedian(recoveryEpochs(ended, threshold, layer).flat()),
    })),
  };
};

/** Statistics of every cell that has a result, by the cell's key, in the order in which cells first appear. */
export const statisticsByCell = (
  results: readonly SweepResult[],
  criteria: SuccessCriteria,
): ReadonlyMap<string, CellStatistics> =>
  new Map(
    [...Map.groupBy(results, ({ cell }) => cellKey(cell))].map(([key, group]) => [
      key,
      cellStatistics(group, criteria),
    ]),
  );
