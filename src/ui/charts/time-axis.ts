import { type Bucket, type State, stepOf } from '../../store/index.js';

/** Shares of the run's length that the time axis ends at: no more than a third of it ever lies empty. */
const endShares: readonly number[] = Array.from({ length: 20 }, (_, times) => (2 / 3) ** times);

/** The last step on the time axis. It stands still while a run goes on by half, and a young run fills the chart. */
export const axisEnd = (state: State): number => {
  const { header } = state;
  const step = stepOf(state);
  if (!header) return 1;
  const least = Math.max(step, 2 * header.frameEvery);
  const length = header.totalSteps ?? lengthSoFar(step, header.frameEvery);
  const share = endShares.findLast((each) => each * length > least) ?? 1;
  return share * length;
};

/** A length for a run that does not say its own: whole doublings of a few frames, the present in it. */
const lengthSoFar = (step: number, frameEvery: number): number => {
  let end = 4 * frameEvery;
  while (end < step) end *= 2;
  return end;
};

/** The steps on a time axis. */
export type TimeWindow = { readonly from: number; readonly to: number };

export const isWithin = (step: number, { from, to }: TimeWindow): boolean => step >= from && step <= to;

/** The chart column of a step. */
export const columnOf = (step: number, { from, to }: TimeWindow, width: number): number =>
  Math.max(0, Math.min(width - 1, Math.floor(((step - from) / (to - from)) * width)));

/** The last record in each column of a chart; null where nothing was recorded. */
export const lastColumns = (
  buckets: readonly Bucket[],
  window: TimeWindow,
  width: number,
): (Bucket | null)[] => {
  const columns: (Bucket | null)[] = new Array(width).fill(null);
  for (const bucket of buckets)
    if (isWithin(bucket.toStep, window)) columns[columnOf(bucket.toStep, window, width)] = bucket;
  return columns;
};

/** The part of a window up to the latest record: of a history that has no axis, which would be taken to end there. */
export const recordedPart = ({ from, to }: TimeWindow, buckets: readonly Bucket[]): TimeWindow => ({
  from,
  to: Math.max(from + 1, Math.min(to, buckets.at(-1)?.toStep ?? to)),
});

/** The last record before a window; null where there is none. */
export const lastBefore = (buckets: readonly Bucket[], { from }: TimeWindow): Bucket | null =>
  buckets.findLast(({ toStep }) => toStep < from) ?? null;

/**
 * One value a column: the last one recorded up to it, so that a change is in the column of the record that has it.
 * `before`: what was recorded before the first column. NaN before the first record and after the last.
 */
export const heldOf = (
  columns: readonly (Bucket | null)[],
  before: Bucket | null,
  read: (bucket: Bucket) => number,
): number[] => {
  const end = columns.findLastIndex((bucket) => bucket !== null);
  let held = before;
  return columns.map((bucket, at) => {
    held = bucket ?? held;
    return held !== null && at <= end ? read(held) : Number.NaN;
  });
};
