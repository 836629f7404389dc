import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderLock, sweeping } from '../../files/index.js';
import { costOf, expandSweep, type SweepRun } from '../expand.js';
import { beginningNotes, type LaunchedSweep, latestResults, unfinishedRuns } from '../launched-sweep.js';
import type { SweepEvent } from '../progress.js';
import type { SweepResult } from '../result.js';
import { ResultsReader } from '../results-file.js';
import type { Sweep } from '../sweep-file.js';
import { type FolderChoice, openFolder } from '../sweep-folder.js';
import type { Slurm } from './slurm-commands.js';
import { addJob, readJobs, writeChunks } from './slurm-folder.js';

export type SlurmOptions = FolderChoice & {
  readonly slurm: Slurm;
  /** Runs of a task; null shares them among a thousand tasks at most. */
  readonly chunk: number | null;
  /** Passed on to sbatch: account, partition, time and the like. */
  readonly flags: readonly string[];
  /** The command that starts this program on a node, and the options that its tasks need. */
  readonly command: readonly string[];
  readonly pollMs: number;
};

const mostTasks = 1000;

const shellQuoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs dealt to tasks so that each has long and short ones. */
const dealt = (runs: readonly SweepRun[], chunk: number | null): string[][] => {
  const size = chunk ?? Math.ceil(runs.length / mostTasks);
  const tasks = Math.ceil(runs.length / size);
  const byCost = [...runs].sort((a, b) => costOf(b) - costOf(a));
  return Array.from({ length: tasks }, (_, task) =>
    byCost.filter((_run, at) => at % tasks === task).map(({ id }) => id),
  );
};

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
  readonly #stop = new AbortController();

  /** Opens the folder; nothing is submitted yet. Errors: UserError. */
  constructor(sweep: Sweep, options: SlurmOptions) {
    this.#options = options;
    this.runs = expandSweep(sweep);
    const opened = openFolder(sweep, options);
    this.folder = opened.folder;
    this.#reader = new ResultsReader(this.folder);
    const stored = this.#reader.read();
    this.known = latestResults(stored.results);
    this.notes = [...beginningNotes(opened, options.opening), ...stored.notes];
  }

  get afterwards(): string {
    return 'its jobs go on; to follow them, and to submit again what was lost';
  }

  /** Submits the runs without a result that are in no queue, and reports results until no more can come. */
  async run(tell: (event: SweepEvent) => void): Promise<void> {
    const told = new Set(this.known.map(({ run }) => run));
    await this.#submitMissing();
    for (;;) {
      const { running, pending } = await this.#options.slurm.state(this.#jobs());
      const results = latestResults(this.#reader.read().results);
      for (const result of results)
        if (!told.has(result.run)) {
          told.add(result.run);
          tell({ type: 'result', result });
        }
      tell({ type: 'queue', running, pending });
      const complete = unfinishedRuns(this.runs, results).length === 0;
      if (complete || running + pending === 0 || this.#stop.signal.aborted) {
        tell({ type: 'ended', complete });
        return;
      }
      await sleep(this.#options.pollMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Stops following; the jobs go on. */
  async stop(): Promise<void> {
    this.#stop.abort();
  }

  /** Takes all jobs of the sweep out of the queue. */
  async cancel(): Promise<void> {
    await this.#options.slurm.cancel(this.#jobs());
  }

  close(): void {}

  #jobs(): string[] {
    return readJobs(this.folder).map(({ job }) => job);
  }

  /** One at a time: two of these would submit the same runs. */
  async #submitMissing(): Promise<void> {
    const lock = new FolderLock(this.folder, sweeping);
    try {
      const { running, pending } = await this.#options.slurm.state(this.#jobs());
      const missing = unfinishedRuns(this.runs, this.#reader.read().results);
      if (running + pending === 0 && missing.length > 0) await this.#submit(missing);
    } finally {
      lock.release();
    }
  }

  async #submit(runs: readonly SweepRun[]): Promise<void> {
    const { slurm, chunk, flags, command } = this.#options;
    const attempt = readJobs(this.folder).length + 1;
    const chunks = dealt(runs, chunk);
    writeChunks(this.folder, attempt, chunks);
    const words = [...command, 'sweep-task', this.folder, String(attempt)].map(shellQuoted).join(' ');
    const script = `#!/bin/sh\nexec ${words} "$SLURM_ARRAY_TASK_ID"\n`;
    const output = join(this.folder, 'output', `${attempt}-%a.txt`);
    const job = await slurm.submit(script, chunks.length, [
      '--job-name=teachtop',
      `--output=${output}`,
      ...flags,
    ]);
    addJob(this.folder, { job, attempt });
  }
}
