import type { Launcher } from './launcher.js';
import { runOrder, type SweepPlan } from './plan.js';
import { SweepProgress } from './progress.js';
import type { RunRecord } from './run-record.js';

export type SweepSessionOptions = {
  readonly plan: SweepPlan;
  readonly launcher: Launcher;
  /** What is finished already. */
  readonly finished: readonly RunRecord[];
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
};

/** A sweep being carried out: what a launcher tells goes into the progress, and results to whoever listens. */
export class SweepSession {
  readonly progress: SweepProgress;
  /** Resolves when every run is finished, or with the reason why the launcher cannot go on. */
  readonly ended: Promise<string | null>;
  readonly launcher: Launcher;
  readonly #listeners = new Set<(record: RunRecord) => void>();
  readonly #end: (failure: string | null) => void;

  constructor({ plan, launcher, finished, clock }: SweepSessionOptions) {
    this.launcher = launcher;
    this.progress = new SweepProgress(plan, finished, clock);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.ended = promise;
    this.#end = resolve;
  }

  /** Calls back with every record from now on; returns the way to stop. */
  onResult(listener: (record: RunRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const { progress } = this;
    const runs = runOrder(progress.plan).filter(({ id }) => progress.record(id) === null);
    if (runs.length === 0) {
      this.#finish(null);
      return;
    }
    this.launcher.start(runs, {
      onStart: (run) => progress.begin(run),
      onEpoch: (run, record) => progress.advance(run, record),
      onResult: (record) => {
        progress.finish(record);
        for (const listener of this.#listeners) listener(record);
        if (progress.isComplete) this.#finish(null);
      },
      onFailure: (reason) => this.#finish(reason),
    });
  }

  /** Gives up what is under way; what has finished is kept. */
  async stop(): Promise<void> {
    await this.launcher.stop();
    this.progress.end();
  }

  #finish(failure: string | null): void {
    this.progress.end();
    this.#end(failure);
  }
}
