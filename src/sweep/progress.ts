import type { SweepCell, SweepPlan, SweepRun } from './plan.js';
import type { EpochRecord, RunRecord } from './run-record.js';
import { expectedWork } from './work.js';

/** A run under way. */
export type ActiveRun = {
  readonly run: SweepRun;
  readonly epoch: number;
  readonly evalLoss: number;
};

export type Tally = {
  readonly total: number;
  readonly done: number;
  readonly stopped: number;
  readonly diverged: number;
  readonly failed: number;
};

/** Finished runs that the rate is taken over. */
const rateWindow = 64;

const share = ({ run, epoch }: ActiveRun): number => Math.min(1, epoch / run.experiment.epochs);

/**
 * What a sweep has come to: its finished runs, and those under way.
 *
 * Changes with `begin`, `advance` and `finish` only; `version` rises with every change.
 */
export class SweepProgress {
  readonly plan: SweepPlan;
  version = 0;
  readonly #clock: () => number;
  readonly #records = new Map<string, RunRecord>();
  readonly #byCell: ReadonlyMap<string, RunRecord[]>;
  readonly #work: ReadonlyMap<string, number>;
  readonly #active = new Map<string, ActiveRun>();
  readonly #startedAt: number;
  /** Times of the latest results of this session, and the work done by each. */
  readonly #finishes: { readonly at: number; readonly work: number }[] = [];
  #endedAt: number | null = null;

  /** `before`: what an earlier session finished. `clock`: milliseconds that never go back. */
  constructor(plan: SweepPlan, before: Iterable<RunRecord>, clock: () => number) {
    this.plan = plan;
    this.#clock = clock;
    this.#startedAt = clock();
    this.#byCell = new Map(plan.cells.map(({ key }) => [key, []]));
    this.#work = new Map(plan.cells.map(({ key, runs }) => [key, expectedWork(runs[0].experiment)]));
    for (const record of before) this.#keep(record);
  }

  /** Finished runs of a cell, in the order in which they finished. */
  recordsOf({ key }: SweepCell): readonly RunRecord[] {
    return this.#byCell.get(key) ?? [];
  }

  record(runId: string): RunRecord | null {
    return this.#records.get(runId) ?? null;
  }

  active(runId: string): ActiveRun | null {
    return this.#active.get(runId) ?? null;
  }

  get activeRuns(): readonly ActiveRun[] {
    return [...this.#active.values()];
  }

  get finished(): number {
    return this.#records.size;
  }

  get total(): number {
    return this.plan.cells.length * this.plan.seeds.length;
  }

  get isComplete(): boolean {
    return this.finished === this.total;
  }

  /** Tally over the whole sweep, or over one cell. */
  tally(cell?: SweepCell): Tally {
    const records = cell ? this.recordsOf(cell) : [...this.#records.values()];
    const count = (status: RunRecord['status']): number =>
      records.reduce((sum, record) => sum + (record.status === status ? 1 : 0), 0);
    return {
      total: cell ? cell.runs.length : this.total,
      done: count('done'),
      stopped: count('stopped'),
      diverged: count('diverged'),
      failed: count('failed'),
    };
  }

  begin(run: SweepRun): void {
    this.#active.set(run.id, { run, epoch: 0, evalLoss: Number.NaN });
    this.version++;
  }

  advance(run: SweepRun, { epoch, evalLoss }: Pick<EpochRecord, 'epoch' | 'evalLoss'>): void {
    this.#active.set(run.id, { run, epoch, evalLoss });
    this.version++;
  }

  finish(record: RunRecord): void {
    this.#active.delete(record.run);
    this.#finishes.push({ at: this.#clock(), work: this.#work.get(cellOf(record)) ?? 0 });
    if (this.#finishes.length > rateWindow) this.#finishes.shift();
    this.#keep(record);
    if (this.isComplete) this.end();
  }

  /** Nothing more is carried out in this session. */
  end(): void {
    this.#active.clear();
    this.#endedAt ??= this.#clock();
    this.version++;
  }

  /** Whether this session still carries out runs. */
  get isOver(): boolean {
    return this.#endedAt !== null;
  }

  /** Since this session started. */
  get elapsedSeconds(): number {
    return ((this.#endedAt ?? this.#clock()) - this.#startedAt) / 1000;
  }

  /** Over the latest finished runs; null before the first. */
  get runsPerMinute(): number | null {
    const window = this.#window;
    return window === null ? null : (60 * window.runs) / window.seconds;
  }

  /** Seconds until everything is finished at the present rate; null before there is one. */
  get remainingSeconds(): number | null {
    return this.#secondsFor(this.plan.cells.reduce((sum, cell) => sum + this.#remainingWork(cell), 0));
  }

  /** Seconds that a cell's unfinished runs take if everything works on them; null before there is a rate. */
  remainingSecondsOf(cell: SweepCell): number | null {
    return this.#secondsFor(this.#remainingWork(cell));
  }

  #remainingWork(cell: SweepCell): number {
    const started = cell.runs.reduce((sum, { id }) => {
      const active = this.#active.get(id);
      return active ? sum + share(active) : sum;
    }, 0);
    const unfinished = cell.runs.length - this.recordsOf(cell).length - started;
    return Math.max(0, unfinished) * (this.#work.get(cell.key) ?? 0);
  }

  #secondsFor(work: number): number | null {
    const window = this.#window;
    return window === null ? null : (work / window.work) * window.seconds;
  }

  /** What the latest results came to, and the time from the one before them, or the start, to the last. */
  get #window(): { readonly runs: number; readonly work: number; readonly seconds: number } | null {
    const latest = this.#finishes.at(-1);
    if (!latest) return null;
    const isFull = this.#finishes.length === rateWindow;
    const counted = isFull ? this.#finishes.slice(1) : this.#finishes;
    const from = isFull ? this.#finishes[0].at : this.#startedAt;
    return {
      runs: counted.length,
      work: counted.reduce((sum, { work }) => sum + work, 0),
      seconds: Math.max(1e-3, (latest.at - from) / 1000),
    };
  }

  #keep(record: RunRecord): void {
    const cell = this.#byCell.get(cellOf(record));
    if (!cell) return;
    const before = this.#records.get(record.run);
    if (before) cell.splice(cell.indexOf(before), 1);
    cell.push(record);
    this.#records.set(record.run, record);
    this.version++;
  }
}

/** The key of the cell that a run belongs to. */
export const cellOf = ({ run }: Pick<RunRecord, 'run'>): string => run.slice(0, run.lastIndexOf('/seed='));
