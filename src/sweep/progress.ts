import { type Cell, cellKey, costOf, type SweepRun } from './expand.js';
import type { SweepResult } from './result.js';

/** What a cluster's queue has of a sweep. */
export type QueueReport = {
  readonly running: number;
  readonly pending: number;
  /** Runs that the cluster has not taken yet: it limits an array's size, or a user's jobs. */
  readonly unsubmitted: number;
  /** Why the queue could not be asked: the numbers are those of before; null where it answered. */
  readonly problem: string | null;
};

/** What happens in a sweep, as its views receive it. */
export type SweepEvent =
  | { readonly type: 'started'; readonly run: SweepRun }
  | { readonly type: 'epoch'; readonly run: SweepRun; readonly epoch: number }
  | { readonly type: 'result'; readonly result: SweepResult }
  | ({ readonly type: 'queue' } & QueueReport)
  /** Not all threads could be had: so many train. */
  | { readonly type: 'fewer-workers'; readonly workers: number; readonly reason: string }
  | { readonly type: 'ended'; readonly complete: boolean };

/** How far one cell of the grid is. */
export type CellProgress = {
  readonly key: string;
  readonly cell: Cell;
  readonly runs: number;
  /** Finished runs, failed ones included. */
  readonly finished: number;
  readonly failed: number;
  readonly running: number;
};

/** How far a sweep is: everything that its views show of it. */
export class SweepProgress {
  readonly runs: readonly SweepRun[];
  readonly #results = new Map<string, SweepResult>();
  readonly #running = new Map<string, number>();
  readonly #costs: ReadonlyMap<string, number>;
  readonly #clock: () => number;
  #began: number | null = null;
  #ended: number | null = null;
  #queue: QueueReport | null = null;
  #costDone = 0;
  #finishedHere = 0;

  /** `clock`: milliseconds from some moment on. `known`: results of an earlier start. */
  constructor(runs: readonly SweepRun[], known: readonly SweepResult[], clock: () => number) {
    this.runs = runs;
    this.#costs = new Map(runs.map((run) => [run.id, costOf(run)]));
    this.#clock = clock;
    for (const result of known) this.#results.set(result.run, result);
  }

  receive(event: SweepEvent): void {
    if (event.type === 'ended') this.#ended = this.#clock();
    else if (event.type === 'queue') {
      this.#began ??= this.#clock();
      const { type, ...report } = event;
      this.#queue = report;
    } else if (event.type === 'started') {
      this.#began ??= this.#clock();
      this.#running.set(event.run.id, 0);
    } else if (event.type === 'epoch') this.#running.set(event.run.id, event.epoch);
    else if (event.type === 'result') {
      const { run } = event.result;
      this.#running.delete(run);
      this.#results.set(run, event.result);
      this.#costDone += this.#costs.get(run) ?? 0;
      this.#finishedHere++;
    }
  }

  /** In the order of the grid. */
  get results(): readonly SweepResult[] {
    return this.runs.flatMap(({ id }) => this.#results.get(id) ?? []);
  }

  resultOf(run: string): SweepResult | null {
    return this.#results.get(run) ?? null;
  }

  /** The epoch that a run is in; null when it is not under way. */
  epochOf(run: string): number | null {
    return this.#running.get(run) ?? null;
  }

  get finished(): number {
    return this.#results.size;
  }

  get failed(): number {
    return this.results.filter(({ status }) => status === 'failed').length;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Tasks in a cluster's queue; null where the runs are on this machine. */
  get queue(): QueueReport | null {
    return this.#queue;
  }

  /** Whether nothing more will happen: its clock stands still then. */
  get hasEnded(): boolean {
    return this.#ended !== null;
  }

  get elapsedSeconds(): number {
    return this.#began === null ? 0 : ((this.#ended ?? this.#clock()) - this.#began) / 1000;
  }

  get runsPerMinute(): number {
    return this.elapsedSeconds > 0 ? (60 * this.#finishedHere) / this.elapsedSeconds : 0;
  }

  /** Seconds that the rest takes at the pace so far, by arithmetic rather than by runs; null while it cannot be told. */
  get remainingSeconds(): number | null {
    const done = this.#costDone + this.#costUnderWay();
    if (this.hasEnded || this.#finishedHere === 0 || done === 0) return null;
    const all = [...this.#costs].reduce((sum, [run, cost]) => sum + (this.#results.has(run) ? 0 : cost), 0);
    return ((all - this.#costUnderWay()) * this.elapsedSeconds) / done;
  }

  #costUnderWay(): number {
    let sum = 0;
    for (const { id, experiment } of this.runs) {
      const epoch = this.#running.get(id);
      if (epoch !== undefined) sum += ((this.#costs.get(id) ?? 0) * epoch) / experiment.epochs;
    }
    return sum;
  }

  /** By cell, in the order of the grid. */
  cells(): CellProgress[] {
    const groups = Map.groupBy(this.runs, ({ cell }) => cellKey(cell));
    return [...groups].map(([key, runs]) => {
      const results = runs.flatMap(({ id }) => this.#results.get(id) ?? []);
      return {
        key,
        cell: runs[0].cell,
        runs: runs.length,
        finished: results.length,
        failed: results.filter(({ status }) => status === 'failed').length,
        running: runs.filter(({ id }) => this.#running.has(id)).length,
      };
    });
  }
}
