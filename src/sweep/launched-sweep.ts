import type { SweepRun } from './expand.js';
import type { SweepEvent } from './progress.js';
import type { SweepResult } from './result.js';

/** A sweep under way, wherever its runs are trained: what its views need of it. */
export interface LaunchedSweep {
  readonly folder: string;
  readonly runs: readonly SweepRun[];
  /** Results of earlier starts, the last one of each run. */
  readonly known: readonly SweepResult[];
  /** Bytes of torn last lines that were left out. */
  readonly tornBytes: number;
  /** Trains what has no result yet; resolves when all is done, or `stop` was called. */
  run(tell: (event: SweepEvent) => void): Promise<void>;
  stop(): Promise<void>;
  close(): void;
  /** How to go on after it was left before its end. */
  readonly afterwards: string;
}

/** Runs without a result; one that failed is tried again. */
export const unfinishedRuns = (runs: readonly SweepRun[], results: readonly SweepResult[]): SweepRun[] => {
  const finished = new Set(results.flatMap(({ run, status }) => (status === 'failed' ? [] : [run])));
  return runs.filter(({ id }) => !finished.has(id));
};

/** The last result of each run. */
export const latestResults = (results: readonly SweepResult[]): SweepResult[] => [
  ...new Map(results.map((result) => [result.run, result])).values(),
];
