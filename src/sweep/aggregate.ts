import { cellKey } from './expand.js';
import type { EpochRecord, SweepResult } from './result.js';

/** Mean and sample standard deviation over the seeds that have a value; NaN where none has. */
export type Band = { readonly mean: number; readonly deviation: number; readonly seeds: number };

/** Share of seeds in which each teacher node, strong to weak, was recovered. */
export type SuccessRates = {
  readonly epoch: number;
  readonly rates: readonly number[];
  readonly seeds: number;
};

/** A student node at the end of its run: best training correlation with a teacher node, and its fan-out norm. */
export type StudentPoint = { readonly correlation: number; readonly fanOutNorm: number };

/** What the paper's figures show of one cell of the grid, over its seeds. */
export type CellStatistics = {
  readonly key: string;
  /** Finished runs that the statistics are over: failed ones are left out. */
  readonly seeds: number;
  readonly early: SuccessRates;
  readonly last: SuccessRates;
  /** log10 of the evaluation loss by epoch. */
  readonly lossCurve: readonly (Band & { readonly epoch: number })[];
  readonly students: readonly StudentPoint[];
};

export const bandOf = (values: readonly number[]): Band => {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : 0;
  return { mean, deviation: finite.length > 0 ? deviation : Number.NaN, seeds: finite.length };
};

type Measured = EpochRecord & { readonly bestMatchOfTeacher: readonly number[] };

const isMeasured = (record: EpochRecord): record is Measured => record.bestMatchOfTeacher !== null;

/** The last measured record up to an epoch: a run that stopped early keeps what it had reached. */
const measuredUpTo = ({ epochs }: SweepResult, epoch: number): Measured | undefined =>
  epochs.filter(isMeasured).findLast((record) => record.epoch <= epoch);

const successRates = (results: readonly SweepResult[], epoch: number, threshold: number): SuccessRates => {
  const measured = results.flatMap((result) => measuredUpTo(result, epoch) ?? []);
  const teachers = Math.max(0, ...measured.map(({ bestMatchOfTeacher }) => bestMatchOfTeacher.length));
  const rates = Array.from({ length: teachers }, (_, node) => {
    const recovered = measured.filter(({ bestMatchOfTeacher }) => bestMatchOfTeacher[node] > threshold);
    return recovered.length / measured.length;
  });
  return { epoch, rates, seeds: measured.length };
};

const lossCurve = (results: readonly SweepResult[]): CellStatistics['lossCurve'] => {
  const byEpoch = Map.groupBy(
    results.flatMap(({ epochs }) => epochs),
    ({ epoch }) => epoch,
  );
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, records]) => ({ epoch, ...bandOf(records.map(({ evalLoss }) => Math.log10(evalLoss))) }));
};

/** Statistics of every cell that has a finished run, in the order in which cells first appear. */
export const statisticsByCell = (
  results: readonly SweepResult[],
  { threshold, earlyEpoch }: { readonly threshold: number; readonly earlyEpoch: number },
): CellStatistics[] => {
  const usable = results.filter(({ status }) => status !== 'failed');
  return [...Map.groupBy(usable, ({ cell }) => cellKey(cell))].map(([key, group]) => ({
    key,
    seeds: group.length,
    early: successRates(group, earlyEpoch, threshold),
    last: successRates(group, Number.POSITIVE_INFINITY, threshold),
    lossCurve: lossCurve(group),
    students: group.flatMap(({ students: { bestMatchTrain, fanOutNorm } }) =>
      bestMatchTrain.map((correlation, k) => ({ correlation, fanOutNorm: fanOutNorm[k] })),
    ),
  }));
};
