/**
 * What every series did over a stretch of steps: one frame, or several reduced to one.
 *
 * `minimum`, `maximum` and `last` hold one number a series, NaN where a series has no value.
 */
export type Bucket = {
  readonly fromStep: number;
  readonly toStep: number;
  readonly minimum: readonly number[];
  readonly maximum: readonly number[];
  readonly last: readonly number[];
};

/**
 * A run's series over all of its steps in bounded memory: recent frames in full, older ones in buckets of
 * `framesPerBucket`, which doubles when the buckets run out. Nothing is dropped, extremes always survive.
 */
export type History = {
  readonly older: readonly Bucket[];
  readonly recent: readonly Bucket[];
  readonly framesPerBucket: number;
};

/** Frames kept in full. */
export const recentBudget = 512;
/** Buckets of older frames. */
export const olderBudget = 512;

export const emptyHistory: History = { older: [], recent: [], framesPerBucket: 2 };

/** Oldest first. */
export const allBuckets = (history: History): readonly Bucket[] => [...history.older, ...history.recent];

/** Math.min and Math.max, except that a missing value gives way to a number. */
const lesser = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
const greater = (a: number, b: number): number =>
  Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b);

/** Reduces buckets in the order of their steps to one. `buckets` is not empty. */
export const mergeBuckets = (buckets: readonly Bucket[]): Bucket => {
  const first = buckets[0];
  const latest = buckets[buckets.length - 1];
  const minimum = [...first.minimum];
  const maximum = [...first.maximum];
  // A teacher that has been given a node has a series more from there on.
  for (const bucket of buckets.slice(1))
    for (let series = 0; series < Math.max(minimum.length, bucket.minimum.length); series++) {
      minimum[series] = lesser(minimum[series] ?? Number.NaN, bucket.minimum[series] ?? Number.NaN);
      maximum[series] = greater(maximum[series] ?? Number.NaN, bucket.maximum[series] ?? Number.NaN);
    }
  return { fromStep: first.fromStep, toStep: latest.toStep, minimum, maximum, last: latest.last };
};

const inGroups = (buckets: readonly Bucket[], size: number): Bucket[] => {
  const groups: Bucket[] = [];
  for (let start = 0; start < buckets.length; start += size)
    groups.push(mergeBuckets(buckets.slice(start, start + size)));
  return groups;
};

/** The history with one more frame. */
export const append = (history: History, frame: Bucket): History => {
  const recent = [...history.recent, frame];
  const { framesPerBucket } = history;
  if (recent.length < recentBudget + framesPerBucket) return { ...history, recent };
  const older = [...history.older, mergeBuckets(recent.slice(0, framesPerBucket))];
  const kept = recent.slice(framesPerBucket);
  return older.length <= olderBudget
    ? { older, recent: kept, framesPerBucket }
    : { older: inGroups(older, 2), recent: kept, framesPerBucket: 2 * framesPerBucket };
};

/**
 * The history up to and including a step. A bucket that reaches beyond the step is cut to end there, with the
 * extremes of its whole stretch: what it held in detail is no longer known.
 */
export const truncateAfter = (history: History, step: number): History => {
  const until = (buckets: readonly Bucket[]): Bucket[] =>
    buckets
      .filter((bucket) => bucket.fromStep <= step)
      .map((bucket) => (bucket.toStep <= step ? bucket : { ...bucket, toStep: step }));
  return { ...history, older: until(history.older), recent: until(history.recent) };
};
