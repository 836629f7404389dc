import type { SweepRun } from './plan.js';
import type { EpochRecord, RunRecord } from './run-record.js';

/** What a launcher tells about its runs. */
export type LauncherListener = {
  readonly onStart: (run: SweepRun) => void;
  /** A run that is under way has come this far; may be left out. */
  readonly onEpoch: (run: SweepRun, record: Pick<EpochRecord, 'epoch' | 'evalLoss'>) => void;
  /** A run has finished, and its record is on the disk already. */
  readonly onResult: (record: RunRecord) => void;
  /** The launcher cannot go on: one line saying why. Nothing follows. */
  readonly onFailure: (reason: string) => void;
};

/** Carries out runs somewhere: on threads of this process, or as tasks of a cluster. */
export interface Launcher {
  /** What carries the runs out, for the header: "2 workers". */
  readonly description: string;
  /** Starts on these runs, in this order; called once. */
  start(runs: readonly SweepRun[], listener: LauncherListener): void;
  /** Ends what can be ended: resolves when no more results come. Runs under way are given up. */
  stop(): Promise<void>;
}
