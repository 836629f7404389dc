import type { DeepShard } from './wasm-deep-shard.js';

/** What all threads do together; each takes its part of it. */
export type DeepJob =
  /** Losses and gradients of the batch whose row indices are in memory. */
  | { readonly kind: 'pass'; readonly rows: number }
  /** Weights from the gradients of the last pass over this many rows. */
  | {
      readonly kind: 'update';
      readonly rows: number;
      readonly rule: UpdateRuleCode;
      readonly rate: number;
      readonly weightDecay: number;
      readonly momentum: number;
      readonly secondScale: number;
    }
  | {
      readonly kind: 'evaluate';
      /** 0: training set, 1: evaluation set. */
      readonly set: 0 | 1;
      readonly first: number;
      readonly rows: number;
      /** Where the stretch's teacher units are: a row, and a group of activity; without metrics they are left alone. */
      readonly metrics: boolean;
      readonly teacherRow: number;
      readonly teacherGroup: number;
    };

/** The kernels' numbers of the update rules (src/engine/kernel/deep-update.ts). */
export const updateRuleCodes = { descent: 0, momentum: 1, adam: 2 } as const;
export type UpdateRuleCode = (typeof updateRuleCodes)[keyof typeof updateRuleCodes];

/** A thread's part of a job. */
export const carryOut = (shard: DeepShard, job: DeepJob): void => {
  if (job.kind === 'pass') shard.pass(job.rows);
  else if (job.kind === 'update') shard.update(job);
  else shard.evaluate(job);
};
