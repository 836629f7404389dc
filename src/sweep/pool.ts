import { Worker } from 'node:worker_threads';
import { failedRecord } from './execute-run.js';
import type { Launcher, LauncherListener } from './launcher.js';
import type { CellValues, SweepRun } from './plan.js';
import type { ResultsWriter } from './results.js';
import type { RunRecord } from './run-record.js';
import type { WorkerJob, WorkerReport, WorkerSettings } from './worker-protocol.js';

export type PoolOptions = WorkerSettings & {
  readonly workers: number;
  readonly results: Pick<ResultsWriter, 'append'>;
  /** The grid's values of a cell, by its key. */
  readonly cells: ReadonlyMap<string, CellValues>;
  readonly now: () => Date;
};

/** A thread and the run that it carries out. */
type Seat = { readonly worker: Worker; job: WorkerJob | null };

/** Carries out runs on threads of this process: an idle one takes the next run. */
export class WorkerPool implements Launcher {
  readonly description: string;
  readonly #options: PoolOptions;
  readonly #seats = new Set<Seat>();
  #waiting: SweepRun[] = [];
  #listener: LauncherListener | null = null;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.description = `${options.workers} ${options.workers === 1 ? 'worker' : 'workers'}`;
  }

  start(runs: readonly SweepRun[], listener: LauncherListener): void {
    this.#waiting = runs.toReversed();
    this.#listener = listener;
    for (let count = Math.min(this.#options.workers, runs.length); count > 0; count--) this.#seat();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#seats].map(({ worker }) => worker.terminate()));
  }

  /** Starts a thread. What it or a native library prints never reaches the terminal. */
  #seat(): void {
    const { rules, engine } = this.#options;
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { rules, engine } satisfies WorkerSettings,
      stdout: true,
      stderr: true,
    });
    const seat: Seat = { worker, job: null };
    this.#seats.add(seat);
    worker.on('message', (report: WorkerReport) => this.#receive(seat, report));
    worker.on('error', (error) => this.#lose(seat, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(seat, `its thread ended with code ${code}`));
    this.#next(seat);
  }

  #next(seat: Seat): void {
    const run = this.#waiting.pop();
    if (!run) {
      this.#seats.delete(seat);
      void seat.worker.terminate();
      return;
    }
    seat.job = { run, cell: this.#options.cells.get(run.cellKey) ?? {} };
    seat.worker.postMessage(seat.job);
    this.#listener?.onStart(run);
  }

  #receive(seat: Seat, report: WorkerReport): void {
    if (this.#stopped || !seat.job) return;
    if (report.type === 'epoch') {
      this.#listener?.onEpoch(seat.job.run, report);
      return;
    }
    seat.job = null;
    // The thread trains on while its last record goes to the disk.
    this.#next(seat);
    this.#record(report.record);
  }

  #record(record: RunRecord): void {
    try {
      this.#options.results.append(record);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void this.stop();
      this.#listener?.onFailure(`the results cannot be written: ${reason}`);
      return;
    }
    this.#listener?.onResult(record);
  }

  /** A thread died: its run has failed, and another thread goes on with the rest. */
  #lose(seat: Seat, reason: string): void {
    if (!this.#seats.delete(seat) || this.#stopped) return;
    const { job } = seat;
    if (job) this.#record(failedRecord(job.run, job.cell, reason, 0, this.#options.now()));
    if (!this.#stopped && this.#waiting.length > 0) this.#seat();
  }
}
