import { setTimeout as sleep } from 'node:timers/promises';
import { FolderLock, sweeping } from '../../files/index.js';
import { UserError } from '../../input/index.js';
import { costOf, expandSweep, refuseEngine, type SweepRun } from '../expand.js';
import { beginningNotes, type LaunchedSweep, latestResults, unfinishedRuns } from '../launched-sweep.js';
import type { SweepEvent } from '../progress.js';
import type { SweepResult } from '../result.js';
import { ResultsReader } from '../results-file.js';
import type { Sweep } from '../sweep-file.js';
import { type FolderChoice, openFolder } from '../sweep-folder.js';
import { type QueueState, SlurmFailure } from './slurm-answers.js';
import { arrayFlags } from './slurm-flags.js';
import { readChunks, readJobs } from './slurm-folder.js';
import { askPatiently, SlurmSubmitter, type SubmitterOptions } from './slurm-submitter.js';

export type SlurmOptions = FolderChoice &
  SubmitterOptions & {
    /** Runs of a task; null shares them among a thousand tasks at most. */
    readonly chunk: number | null;
  };

const usualTasks = 1000;

/** Questions to Slurm after which tasks that it did not take are offered again. */
const offerEvery = 30;

/** Times that the queue must be empty before it counts as that: results may still be on their way over the network. */
const emptyTimes = 2;

/** Runs dealt to tasks so that each has long and short ones. */
const dealt = (runs: readonly SweepRun[], chunk: number | null): string[][] => {
  const size = chunk ?? Math.ceil(runs.length / usualTasks);
  const tasks = Math.ceil(runs.length / size);
  const byCost = [...runs].sort((a, b) => costOf(b) - costOf(a));
  return Array.from({ length: tasks }, (_, task) =>
    byCost.filter((_run, at) => at % tasks === task).map(({ id }) => id),
  );
};

const totalOf = (states: Iterable<QueueState>): QueueState => {
  const total = { running: 0, pending: 0 };
  for (const { running, pending } of states) {
    total.running += running;
    total.pending += pending;
  }
  return total;
};

/** When tasks that the cluster did not take are offered again: half of those it took have left, or some time has passed. */
class OfferPace {
  #most = 0;
  #asked = 0;

  isDue({ running, pending }: QueueState): boolean {
    this.#most = Math.max(this.#most, running + pending);
    this.#asked++;
    if (2 * (running + pending) > this.#most && this.#asked < offerEvery) return false;
    [this.#most, this.#asked] = [0, 0];
    return true;
  }
}

/**
 * A sweep as job arrays on Slurm. Tasks write results into the sweep's folder, which all nodes share; this side only
 * submits and reads, may be closed and opened again, and leaves nothing running of its own.
 */
export class SlurmSweep implements LaunchedSweep {
  readonly folder: string;
  readonly runs: readonly SweepRun[];
  readonly known: readonly SweepResult[];
  readonly notes: readonly string[];
  readonly #options: SlurmOptions;
  readonly #reader: ResultsReader;
  readonly #submitter: SlurmSubmitter;
  readonly #stop = new AbortController();
  readonly #offers = new OfferPace();
  #queue: QueueState = { running: 0, pending: 0 };
  #isInQueue = false;
  /** Runs that the cluster has not taken yet, and why it refused them where that was no limit. */
  #unsubmitted = 0;
  #refusal: string | null = null;

  /** Opens the folder; nothing is submitted yet. Errors: UserError. */
  constructor(sweep: Sweep, options: SlurmOptions) {
    this.#options = options;
    this.runs = expandSweep(sweep);
    refuseEngine(this.runs, options.choice);
    // What they refuse is said before a folder is made.
    arrayFlags(options.flags, 1);
    const opened = openFolder(sweep, options);
    this.folder = opened.folder;
    this.#reader = new ResultsReader(this.folder);
    this.#submitter = new SlurmSubmitter(this.folder, options, this.#stop.signal);
    const stored = this.#reader.read();
    this.known = latestResults(stored.results);
    this.notes = [...beginningNotes(opened, options.opening), ...stored.notes];
  }

  get afterwards(): string {
    if (readJobs(this.folder).some(({ job, cancelled }) => job === null && !cancelled))
      return 'an array of it may be on its way; to follow it, and to submit again what was lost';
    if (this.#unsubmitted > 0)
      return `its jobs go on, and ${this.#unsubmitted} runs are not submitted yet; to submit and follow them`;
    return this.#isInQueue
      ? 'its jobs go on; to follow them, and to submit again what was lost'
      : 'its jobs have left the queue; to submit again what they left undone';
  }

  /** Submits the runs without a result that are in no queue, and reports results until no more can come. */
  async run(tell: (event: SweepEvent) => void): Promise<void> {
    const { signal } = this.#stop;
    const told = new Set(this.known.map(({ run }) => run));
    await this.#submitMissing().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    for (let emptied = 0; ; ) {
      const silence = await this.#askQueue();
      const results = this.#tellResults(told, tell);
      const problem = signal.aborted ? null : (silence ?? this.#refusal);
      tell({ type: 'queue', ...this.#queue, unsubmitted: this.#unsubmitted, problem });
      emptied = this.#isInQueue ? 0 : emptied + 1;
      const complete = unfinishedRuns(this.runs, results).length === 0;
      const isOver = emptied >= emptyTimes && this.#unsubmitted === 0;
      if (complete || isOver || signal.aborted) {
        tell({ type: 'ended', complete });
        return;
      }
      if (silence === null && this.#unsubmitted > 0 && this.#offers.isDue(this.#queue))
        await this.#offerRest();
      await sleep(this.#options.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Stops following; the jobs go on. */
  async stop(): Promise<void> {
    this.#stop.abort();
  }

  /** Takes all jobs of the sweep out of the queue. Errors: UserError, which names what may go on. */
  async cancel(): Promise<void> {
    await this.#submitter.cancel().catch((error: unknown) => {
      if (!(error instanceof SlurmFailure)) throw error;
      const jobs = readJobs(this.folder).map(({ job, name }) => job ?? name);
      throw new UserError(`${error.message}; these may go on: ${jobs.join(', ')}`);
    });
  }

  close(): void {}

  /** Asks what is in the queue; why there was no answer, which leaves what was known. */
  async #askQueue(): Promise<string | null> {
    let silence: string | null = null;
    try {
      const states = await this.#options.slurm.queue(this.#submitter.numbers, this.#stop.signal);
      this.#queue = totalOf(states.values());
    } catch (error) {
      if (!(error instanceof SlurmFailure)) throw error;
      silence = error.message;
    }
    this.#isInQueue = silence !== null || this.#queue.running + this.#queue.pending > 0;
    return silence;
  }

  /** Tells of results that were not there before; returns one of each run. */
  #tellResults(told: Set<string>, tell: (event: SweepEvent) => void): readonly SweepResult[] {
    const results = latestResults(this.#reader.read().results);
    for (const result of results)
      if (!told.has(result.run)) {
        told.add(result.run);
        tell({ type: 'result', result });
      }
    return results;
  }

  /** Submits what the cluster did not take before, unless the jobs were cancelled meanwhile. */
  async #offerRest(): Promise<void> {
    if (readJobs(this.folder).at(-1)?.cancelled) {
      this.#unsubmitted = 0;
      return;
    }
    this.#refusal = await this.#submitMissing().then(
      () => null,
      (error: unknown) => {
        if (error instanceof UserError) return error.message;
        throw error;
      },
    );
  }

  /** One at a time: two of these would submit the same runs. */
  async #submitMissing(): Promise<void> {
    const lock = new FolderLock(this.folder, sweeping);
    try {
      const inQueue = await this.#runsInQueue();
      const missing = unfinishedRuns(this.runs, this.#reader.read().results).filter(
        ({ id }) => !inQueue.has(id),
      );
      const chunks = missing.length === 0 ? [] : dealt(missing, this.#options.chunk);
      const submitted = await this.#submitter.submit(chunks);
      this.#unsubmitted = chunks.slice(submitted).flat().length;
    } finally {
      lock.release();
    }
  }

  /** Runs of arrays of which tasks are in the queue, whatever each of its tasks has come to. */
  async #runsInQueue(): Promise<ReadonlySet<string>> {
    const { slurm, pollMs } = this.#options;
    const { signal } = this.#stop;
    try {
      await this.#submitter.findNumbers();
      const numbers = this.#submitter.numbers;
      const queue = await askPatiently(() => slurm.queue(numbers, signal), pollMs, signal);
      const live = numbers.filter(({ job }) => queue.has(job));
      return new Set(live.flatMap(({ attempt }) => readChunks(this.folder, attempt).flat()));
    } catch (error) {
      if (!(error instanceof SlurmFailure)) throw error;
      throw new UserError(
        `${error.message}; nothing was submitted, for what is in the queue is not known; what was submitted before goes on`,
      );
    }
  }
}
