import type { SweepRun } from './expand.js';
import type { SweepEvent } from './progress.js';
import type { SweepResult } from './result.js';
import type { OpenedFolder, Opening } from './sweep-folder.js';

/** A sweep under way, wherever its runs are trained: what its views need of it. */
export interface LaunchedSweep {
  readonly folder: string;
  readonly runs: readonly SweepRun[];
  /** Results of earlier starts, the last one of each run. */
  readonly known: readonly SweepResult[];
  /** What is to be said before it starts: that it begins although it was to go on, and what was left out of its results. */
  readonly notes: readonly string[];
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

/** Of two results of one run the finished one, else the later one: not by their times, for clocks of machines differ. */
export const betterResult = (earlier: SweepResult, later: SweepResult): SweepResult =>
  later.status === 'failed' && earlier.status !== 'failed' ? earlier : later;

/** One result of each run, of those in the order in which they were made. */
export const latestResults = (results: readonly SweepResult[]): SweepResult[] => {
  const byRun = new Map<string, SweepResult>();
  for (const result of results) {
    const earlier = byRun.get(result.run);
    byRun.set(result.run, earlier === undefined ? result : betterResult(earlier, result));
  }
  return [...byRun.values()];
};

/** That a sweep begins although it was to go on; nothing where it was begun before, or was to begin. */
export const beginningNotes = ({ folder, isNew }: OpenedFolder, opening: Opening): string[] =>
  opening === 'resume' && isNew ? [`--resume: nothing was begun yet; the sweep begins in ${folder}`] : [];
