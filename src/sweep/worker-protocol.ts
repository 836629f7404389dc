import type { SweepEngine } from './execute-run.js';
import type { CellValues, RunRules, SweepRun } from './plan.js';
import type { RunRecord } from './run-record.js';

/** What every run of a worker has in common. */
export type WorkerSettings = { readonly rules: RunRules; readonly engine: SweepEngine };

/** Pool to worker: the next run. */
export type WorkerJob = { readonly run: SweepRun; readonly cell: CellValues };

/** Worker to pool. */
export type WorkerReport =
  | { readonly type: 'epoch'; readonly epoch: number; readonly evalLoss: number }
  | { readonly type: 'record'; readonly record: RunRecord };
