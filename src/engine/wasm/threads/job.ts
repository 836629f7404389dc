/** The kernels' numbers of the update rules (src/engine/wasm/kernel/deep-update.ts). */
export const updateRuleCodes = { descent: 0, momentum: 1, adam: 2 } as const;

/** Losses and gradients of the batch whose row indices are in memory. */
export type PassJob = { readonly kind: 'pass'; readonly rows: number };

/** Weights from the gradients of the last pass, over this many rows. */
export type UpdateJob = {
  readonly kind: 'update';
  readonly rows: number;
  /** One of `updateRuleCodes`. */
  readonly rule: number;
  readonly rate: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly secondScale: number;
};

/** Loss sums of a stretch of rows, and what its metrics add up. */
export type EvaluateJob = {
  readonly kind: 'evaluate';
  /** 0: training set, 1: evaluation set. */
  readonly set: number;
  readonly first: number;
  readonly rows: number;
  readonly metrics: boolean;
  /** Where the stretch's teacher units lie, and the first group of their activity; only for metrics. */
  readonly teacherRow: number;
  readonly teacherGroup: number;
};

/** What all threads do together, each its part. */
export type DeepJob = PassJob | UpdateJob | EvaluateJob;

const kinds = ['pass', 'update', 'evaluate'] as const;

/** Words and numbers that a job takes in shared memory. */
export const jobWords = 7;
export const jobNumbers = 4;

/** Mutates `words` and `numbers`. */
export const writeJob = (job: DeepJob, words: Int32Array, numbers: Float64Array): void => {
  words[0] = kinds.indexOf(job.kind);
  words[1] = job.rows;
  if (job.kind === 'update') {
    words[2] = job.rule;
    numbers[0] = job.rate;
    numbers[1] = job.weightDecay;
    numbers[2] = job.momentum;
    numbers[3] = job.secondScale;
  } else if (job.kind === 'evaluate') {
    words[2] = job.set;
    words[3] = job.first;
    words[4] = job.metrics ? 1 : 0;
    words[5] = job.teacherRow;
    words[6] = job.teacherGroup;
  }
};

export const readJob = (words: Int32Array, numbers: Float64Array): DeepJob => {
  const kind = kinds[words[0]];
  const rows = words[1];
  if (kind === 'update') {
    const [rate, weightDecay, momentum, secondScale] = numbers;
    return { kind, rows, rule: words[2], rate, weightDecay, momentum, secondScale };
  }
  if (kind === 'evaluate') {
    const [, , set, first, metrics, teacherRow, teacherGroup] = words;
    return { kind, rows, set, first, metrics: metrics !== 0, teacherRow, teacherGroup };
  }
  return { kind, rows };
};
