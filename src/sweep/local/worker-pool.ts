import type { Worker } from 'node:worker_threads';
import type { EngineRequest } from '../../engine/index.js';
import { startThread } from '../../package/index.js';
import type { SweepRun } from '../expand.js';
import type { SweepResult } from '../result.js';
import { failedResult } from '../train-run.js';
import type { RecordingSettings } from '../trainer.js';
import type { TrainOrder, WorkerReport } from './worker-protocol.js';

export type PoolListener = {
  readonly onStart: (run: SweepRun) => void;
  readonly onEpoch: (run: SweepRun, epoch: number) => void;
  readonly onResult: (result: SweepResult) => void;
  /** Threads could not be had: so many train on. */
  readonly onFewer: (workers: number, reason: string) => void;
};

export type PoolOptions = {
  readonly workers: number;
  readonly settings: RecordingSettings;
  readonly choice: EngineRequest;
};

const startTrainer = (): Worker => startThread('sweep/local/sweep-worker');

/** Trains runs in threads, each of which takes the next run as soon as it is free. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #listener: PoolListener;
  readonly #waiting: SweepRun[];
  readonly #running = new Map<Worker, SweepRun>();
  /** Threads that have said something, and so had room to start. */
  readonly #started = new WeakSet<Worker>();
  readonly #done: () => void;
  readonly #start: () => Worker;
  /** Resolves when every run has its result, or the pool has been stopped. */
  readonly finished: Promise<void>;
  #stopped = false;

  /** Starts at once. `runs`: in the order in which they are taken. */
  constructor(
    runs: readonly SweepRun[],
    options: PoolOptions,
    listener: PoolListener,
    start: () => Worker = startTrainer,
  ) {
    this.#start = start;
    this.#options = options;
    this.#listener = listener;
    this.#waiting = [...runs];
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#done = resolve;
    const workers = Math.min(options.workers, runs.length);
    while (this.#running.size < workers && this.#startsWorker());
    if (workers === 0) resolve();
  }

  /** Ends every thread now; the runs under way have no result. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#running.keys()].map((worker) => worker.terminate()));
    this.#running.clear();
    this.#done();
  }

  /** Whether the system gave a thread; others go on without one that it refuses. Errors: the refusal of the only one. */
  #startsWorker(): boolean {
    let worker: Worker;
    try {
      worker = this.#start();
    } catch (error) {
      if (this.#running.size === 0) throw error;
      this.#listener.onFewer(this.#running.size, error instanceof Error ? error.message : String(error));
      return false;
    }
    worker.on('message', (report: WorkerReport) => this.#receive(worker, report));
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(worker, `its thread ended with code ${code}`));
    this.#assign(worker);
    return true;
  }

  #assign(worker: Worker): void {
    const run = this.#waiting.shift();
    if (run === undefined) {
      this.#running.delete(worker);
      void worker.terminate();
      if (this.#running.size === 0) this.#done();
      return;
    }
    const { settings, choice } = this.#options;
    this.#running.set(worker, run);
    this.#listener.onStart(run);
    const order: TrainOrder = { run, settings, choice };
    worker.postMessage(order);
  }

  #receive(worker: Worker, report: WorkerReport): void {
    const run = this.#running.get(worker);
    if (run === undefined || this.#stopped) return;
    this.#started.add(worker);
    if (report.type === 'progress') this.#listener.onEpoch(run, report.epoch);
    else {
      this.#listener.onResult(report.result);
      this.#assign(worker);
    }
  }

  /**
   * A thread that died takes its run with it as failed; another thread goes on with the rest. One that had no room to
   * start, while others have, leaves its run to them.
   */
  #lose(worker: Worker, reason: string): void {
    const run = this.#running.get(worker);
    if (run === undefined || this.#stopped) return;
    this.#running.delete(worker);
    if (!this.#started.has(worker) && this.#running.size > 0) {
      this.#waiting.unshift(run);
      this.#listener.onFewer(this.#running.size, reason);
      return;
    }
    this.#listener.onResult(failedResult(run, reason, new Date()));
    if (this.#waiting.length > 0) this.#startsWorker();
    else if (this.#running.size === 0) this.#done();
  }
}
