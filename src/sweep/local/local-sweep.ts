import { join } from 'node:path';
import { FolderLock, sweeping } from '../../files/index.js';
import { costOf, expandSweep, refuseEngine, type SweepRun } from '../expand.js';
import { beginningNotes, type LaunchedSweep, latestResults, unfinishedRuns } from '../launched-sweep.js';
import type { SweepEvent } from '../progress.js';
import type { SweepResult } from '../result.js';
import { ResultsWriter, readStoredResults, resultsFileName } from '../results-file.js';
import type { Sweep } from '../sweep-file.js';
import { type FolderChoice, openFolder } from '../sweep-folder.js';
import { WorkerPool } from './worker-pool.js';

export type SweepOptions = FolderChoice & { readonly workers: number };

/** Runs of one seed one after another, so that a worker draws their inputs once; the longest of them first. */
const inOrder = (runs: readonly SweepRun[]): SweepRun[] =>
  [...runs].sort((a, b) => a.seed - b.seed || costOf(b) - costOf(a));

/**
 * A sweep on this machine: its folder, locked, and its runs in a pool of threads. A result is on the disk before it is
 * reported.
 */
export class LocalSweep implements LaunchedSweep {
  readonly folder: string;
  readonly runs: readonly SweepRun[];
  /** Results of earlier starts, the last one of each run. */
  readonly known: readonly SweepResult[];
  readonly notes: readonly string[];
  readonly #options: SweepOptions;
  readonly #sweep: Sweep;
  readonly #lock: FolderLock;
  readonly #writer: ResultsWriter;
  #pool: WorkerPool | null = null;

  /** Opens the folder; nothing is trained yet. Errors: UserError. */
  constructor(sweep: Sweep, options: SweepOptions) {
    this.#sweep = sweep;
    this.#options = options;
    this.runs = expandSweep(sweep);
    refuseEngine(this.runs, options.choice);
    const opened = openFolder(sweep, options);
    this.folder = opened.folder;
    this.#lock = new FolderLock(this.folder, sweeping);
    try {
      const stored = readStoredResults(this.folder);
      this.known = latestResults(stored.results);
      this.notes = [...beginningNotes(opened, options.opening), ...stored.notes];
      this.#writer = new ResultsWriter(join(this.folder, resultsFileName));
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  get afterwards(): string {
    return 'stopped; to go on';
  }

  /** Trains what has no result yet; resolves when all is done or `stop` was called. */
  async run(tell: (event: SweepEvent) => void): Promise<void> {
    const { workers, choice } = this.#options;
    const waiting = inOrder(unfinishedRuns(this.runs, this.known));
    const options = { workers, settings: this.#sweep.file, choice };
    let finished = 0;
    this.#pool = new WorkerPool(waiting, options, {
      onStart: (run) => tell({ type: 'started', run }),
      onEpoch: (run, epoch) => tell({ type: 'epoch', run, epoch }),
      onResult: (result) => {
        this.#writer.write(result);
        finished++;
        tell({ type: 'result', result });
      },
      onFewer: (workers, reason) => tell({ type: 'fewer-workers', workers, reason }),
    });
    await this.#pool.finished;
    tell({ type: 'ended', complete: finished === waiting.length });
  }

  /** Ends the runs under way; they will be repeated. */
  async stop(): Promise<void> {
    await this.#pool?.stop();
  }

  close(): void {
    this.#writer.close();
    this.#lock.release();
  }
}
