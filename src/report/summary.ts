import type { EpochRecord, SweepResult } from '../sweep/index.js';
import type { Cell } from './pool-sweeps.js';
import { mean, type Rate, standardDeviation, wilsonRate } from './statistics.js';

/** log10 of the evaluation loss over the seeds after an epoch. */
export type LossPoint = {
  readonly epoch: number;
  readonly mean: number;
  /** Sample standard deviation; NaN of a single seed. */
  readonly deviation: number;
  /** Seeds whose loss was finite. */
  readonly seeds: number;
};

/** Share of seeds that recover each teacher node after an epoch. */
export type SuccessCurve = {
  readonly epoch: number;
  /** By teacher node. */
  readonly rates: readonly Rate[];
};

/** A student node at the end of a run. */
export type StudentPoint = { readonly bestMatch: number; readonly fanOutNorm: number };

/** What the figures and the tables say of a cell. */
export type CellSummary = {
  readonly cell: Cell;
  readonly done: number;
  /** Count as recovering nothing from the epoch on at which they diverged. */
  readonly diverged: number;
  /** Failed runs: named, and left out of every number. */
  readonly unfinished: number;
  /** Null where no run has an epoch before the last. */
  readonly early: SuccessCurve | null;
  readonly last: SuccessCurve | null;
  readonly loss: readonly LossPoint[];
  readonly students: readonly StudentPoint[];
};

const lastEpochOf = ({ experiment }: Cell): number => experiment.epochs;

const measured = ({ epochs }: SweepResult): EpochRecord[] =>
  epochs.filter(({ bestMatchOfTeacher }) => bestMatchOfTeacher !== null);

/** Best matches after an epoch; a run that its sweep stopped before keeps what it had, one that diverged nothing. */
const matchesAfter = (result: SweepResult, epoch: number): readonly number[] => {
  const records = measured(result);
  const record =
    result.status === 'stopped'
      ? records.findLast((each) => each.epoch <= epoch)
      : records.find((each) => each.epoch === epoch);
  return record?.bestMatchOfTeacher ?? [];
};

/** Share of runs whose best match of each teacher node is above the threshold after an epoch. */
export const successAt = (
  results: readonly SweepResult[],
  epoch: number,
  threshold: number,
): SuccessCurve => {
  const matches = results.map((result) => matchesAfter(result, epoch));
  const teachers = results[0]?.experiment.m ?? 0;
  const rates = Array.from({ length: teachers }, (_, teacher) =>
    wilsonRate(matches.filter((match) => match[teacher] > threshold).length, results.length),
  );
  return { epoch, rates };
};

/** Mean and spread of the log10 evaluation loss by epoch; losses that are not positive numbers are left out. */
export const lossCurve = (results: readonly SweepResult[]): LossPoint[] => {
  const byEpoch = new Map<number, number[]>();
  for (const { epochs } of results)
    for (const { epoch, evalLoss } of epochs) {
      const logLoss = Math.log10(evalLoss);
      const list = byEpoch.get(epoch) ?? [];
      if (Number.isFinite(logLoss)) list.push(logLoss);
      byEpoch.set(epoch, list);
    }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, losses]) => ({
      epoch,
      mean: mean(losses),
      deviation: standardDeviation(losses),
      seeds: losses.length,
    }));
};

/** Every student node of every run, by its best match on the training set. */
export const studentPoints = (results: readonly SweepResult[]): StudentPoint[] =>
  results.flatMap(({ students }) =>
    students.bestMatchTrain.flatMap((bestMatch, node) => {
      const fanOutNorm = students.fanOutNorm[node];
      return Number.isFinite(bestMatch) && Number.isFinite(fanOutNorm) ? [{ bestMatch, fanOutNorm }] : [];
    }),
  );

/** The evaluated epoch nearest below the wanted one, between the first and the last; null where there is none. */
export const earlyEpoch = (cell: Cell, wanted: number): number | null => {
  const epochs = cell.results.flatMap((result) => measured(result).map(({ epoch }) => epoch));
  const before = epochs.filter((epoch) => epoch > 0 && epoch <= wanted && epoch < lastEpochOf(cell));
  return before.length === 0 ? null : Math.max(...before);
};

/** Everything that the report says of a cell. */
export const summarizeCell = (cell: Cell, threshold: number, wantedEarly: number): CellSummary => {
  const count = (status: SweepResult['status']): number =>
    cell.results.filter((result) => result.status === status).length;
  const ended = cell.results.filter(({ status }) => status !== 'failed');
  const early = earlyEpoch({ ...cell, results: ended }, wantedEarly);
  return {
    cell,
    done: count('done') + count('stopped'),
    diverged: count('diverged'),
    unfinished: count('failed'),
    early: early === null ? null : successAt(ended, early, threshold),
    last: ended.length === 0 ? null : successAt(ended, lastEpochOf(cell), threshold),
    loss: lossCurve(ended),
    students: studentPoints(ended),
  };
};
