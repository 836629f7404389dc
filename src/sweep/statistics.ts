import type { EpochRecord, RunRecord } from './run-record.js';

/** The last epoch that a run has measured at or before this one: a run that was stopped keeps what it had. */
export const recordAt = ({ epochs }: RunRecord, epoch: number): EpochRecord | null =>
  epochs.findLast((record) => record.epoch <= epoch) ?? null;

const counted = (records: readonly RunRecord[]): RunRecord[] =>
  records.filter(({ status }) => status !== 'failed');

/**
 * Share of runs in which each teacher node has a best match above the threshold, after this many epochs. [m]
 * A diverged run counts as one in which no node is specialized; a failed one does not count. Empty without runs.
 */
export const successRate = (
  records: readonly RunRecord[],
  epoch: number,
  threshold: number,
): readonly number[] => {
  const runs = counted(records);
  const sums = new Array<number>(runs[0]?.experiment.m ?? 0).fill(0);
  for (const run of runs)
    recordAt(run, epoch)?.bestMatchOfTeacher.forEach((best, j) => {
      if (best > threshold) sums[j]++;
    });
  return sums.map((sum) => sum / runs.length);
};

/** Mean and sample standard deviation over runs of log10 of the evaluation loss. */
export type LossBand = { readonly epoch: number; readonly mean: number; readonly deviation: number };

/** Decades below which a loss of zero counts. */
const leastLogLoss = -16;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const deviationOf = (values: readonly number[], mean: number): number =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));

/**
 * The band of evaluation losses at every epoch that some run has measured, up to this one. Runs that were
 * stopped keep their last loss; losses that are not finite are left out.
 */
export const lossBands = (records: readonly RunRecord[], lastEpoch: number): LossBand[] => {
  const runs = counted(records);
  const measured = new Set(runs.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)));
  return [...measured]
    .filter((epoch) => epoch <= lastEpoch)
    .sort((a, b) => a - b)
    .map((epoch) => {
      const logs = runs
        .map((run) => recordAt(run, epoch)?.evalLoss ?? Number.NaN)
        .filter(Number.isFinite)
        .map((loss) => Math.max(leastLogLoss, Math.log10(loss)));
      const mean = logs.length > 0 ? meanOf(logs) : Number.NaN;
      return { epoch, mean, deviation: deviationOf(logs, mean) };
    });
};

/** A student node of the L-shape: its best correlation on the training set against ||v_k||. */
export type StudentPoint = { readonly match: number; readonly fanOut: number };

/** Every student node of these runs at the end; nodes that are not finite are left out. */
export const studentPoints = (records: readonly RunRecord[]): StudentPoint[] =>
  counted(records).flatMap(({ students: { bestMatchTrain, fanOutNorm } }) =>
    bestMatchTrain.flatMap((match, k) =>
      Number.isFinite(match) && Number.isFinite(fanOutNorm[k]) ? [{ match, fanOut: fanOutNorm[k] }] : [],
    ),
  );
