import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../input/index.js';
import { type JobNumber, jobNumberIn, SlurmFailure } from './slurm-answers.js';
import type { Slurm } from './slurm-commands.js';
import { arrayFlags, clustersIn } from './slurm-flags.js';
import {
  answerPath,
  changeJobs,
  outputFolder,
  readAnswer,
  readJobs,
  type SlurmJob,
  writeChunks,
} from './slurm-folder.js';

export type SubmitterOptions = {
  readonly slurm: Slurm;
  /** Passed on to sbatch: account, partition, time and the like. */
  readonly flags: readonly string[];
  /** The command that starts this program on a node, and the options that its tasks need. */
  readonly command: readonly string[];
  /** Milliseconds between two questions to Slurm. */
  readonly pollMs: number;
};

/** Tasks of an array that most clusters take: MaxArraySize is 1001 by default. */
const mostTasks = 1000;

/** Times that Slurm is asked something before it counts as out of reach. */
const patience = 5;

const shellQuoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const isOf = (error: unknown, kind: SlurmFailure['kind']): error is SlurmFailure =>
  error instanceof SlurmFailure && error.kind === kind;

/** Asks Slurm until it answers, five times at most, waiting longer each time. Errors: the last failure. */
export const askPatiently = async <T>(
  ask: () => Promise<T>,
  pollMs: number,
  signal: AbortSignal,
): Promise<T> => {
  for (let asked = 1; ; asked++)
    try {
      return await ask();
    } catch (error) {
      if (!isOf(error, 'unanswered') || asked === patience || signal.aborted) throw error;
      await sleep(pollMs * 2 ** (asked - 1), undefined, { signal }).catch(() => undefined);
    }
};

const withJob = (jobs: readonly SlurmJob[], attempt: number, change: Partial<SlurmJob>): SlurmJob[] =>
  jobs.map((job) => (job.attempt === attempt ? { ...job, ...change } : job));

/**
 * Submits job arrays of a sweep so that none is ever submitted twice or lost sight of: an array stands in the folder's
 * list, under a name of its own, before sbatch is called.
 */
export class SlurmSubmitter {
  readonly #folder: string;
  readonly #options: SubmitterOptions;
  readonly #signal: AbortSignal;
  #most = mostTasks;

  constructor(folder: string, options: SubmitterOptions, signal: AbortSignal) {
    this.#folder = folder;
    this.#options = options;
    this.#signal = signal;
  }

  /** Arrays whose number is known. */
  get numbers(): readonly (SlurmJob & JobNumber)[] {
    return readJobs(this.#folder).flatMap((entry) =>
      entry.job === null ? [] : [{ ...entry, job: entry.job }],
    );
  }

  /**
   * Submits tasks as arrays of as many as the cluster takes at once. Resolves to the number of tasks submitted: the rest
   * must wait until others have left the queue. Errors: UserError.
   */
  async submit(chunks: readonly (readonly string[])[]): Promise<number> {
    let submitted = 0;
    while (submitted < chunks.length && !this.#signal.aborted) {
      const size = Math.min(this.#most, chunks.length - submitted);
      try {
        await this.#submitArray(chunks.slice(submitted, submitted + size));
        submitted += size;
      } catch (error) {
        if (!isOf(error, 'limit')) throw error;
        if (size === 1) {
          // What the cluster takes at once may be more when others have left the queue.
          this.#most = mostTasks;
          if (submitted === 0 && this.numbers.length === 0) throw error;
          return submitted;
        }
        this.#most = Math.ceil(size / 2);
      }
    }
    return submitted;
  }

  /**
   * Finds the numbers of arrays whose submission was broken off: what sbatch printed, or their names. One that is not in the
   * queue counts as cancelled: should sbatch be under way still, its tasks will find that and train nothing. Errors:
   * SlurmFailure.
   */
  async findNumbers(): Promise<void> {
    const { slurm, pollMs, flags } = this.#options;
    for (const { attempt, job, name, cluster, cancelled } of readJobs(this.#folder)) {
      if (job !== null || name === null || cancelled) continue;
      const clusters = cluster ?? clustersIn(flags);
      const find = async (): Promise<JobNumber | null> =>
        jobNumberIn(readAnswer(this.#folder, attempt)) ??
        askPatiently(() => slurm.find(name, clusters, this.#signal), pollMs, this.#signal);
      const note = (change: Partial<SlurmJob>): void =>
        void changeJobs(this.#folder, (jobs) => withJob(jobs, attempt, change));
      let found = await find();
      if (found === null) {
        note({ cancelled: true });
        // It may have come in between.
        found = await find();
      }
      if (found !== null) note({ ...found, cancelled: false });
    }
  }

  /** Takes all arrays out of the queue, those too that are being submitted meanwhile. Errors: SlurmFailure. */
  async cancel(): Promise<void> {
    for (let jobs = readJobs(this.#folder); jobs.length > 0; ) {
      changeJobs(this.#folder, (all) => all.map((job) => ({ ...job, cancelled: true })));
      await this.#takeBack(jobs);
      jobs = readJobs(this.#folder).filter(({ cancelled }) => !cancelled);
    }
  }

  async #takeBack(jobs: readonly SlurmJob[]): Promise<void> {
    const { slurm, pollMs } = this.#options;
    const { signal } = new AbortController();
    const numbers = jobs.flatMap(({ attempt, job, cluster }) =>
      job === null ? (jobNumberIn(readAnswer(this.#folder, attempt)) ?? []) : [{ job, cluster }],
    );
    if (numbers.length > 0) await askPatiently(() => slurm.cancel(numbers), pollMs, signal);
    for (const { job, name, cluster } of jobs)
      if (job === null && name !== null)
        await askPatiently(() => slurm.cancelNamed(name, cluster), pollMs, signal);
  }

  async #submitArray(chunks: readonly (readonly string[])[]): Promise<void> {
    const { slurm, flags } = this.#options;
    const attempt = Math.max(0, ...readJobs(this.#folder).map((job) => job.attempt)) + 1;
    const name = `teachtop-${crypto.randomUUID().slice(0, 8)}`;
    const entry = { attempt, job: null, name, cluster: clustersIn(flags), cancelled: false };
    writeChunks(this.#folder, attempt, chunks);
    changeJobs(this.#folder, (jobs) => [...jobs, entry]);
    let number: JobNumber | null;
    let failure = "sbatch: ended without a job's number";
    try {
      number = await slurm.submit(this.#orderOf(attempt, name, chunks.length), this.#signal);
    } catch (error) {
      if (this.#signal.aborted) return;
      // Another program around sbatch may have failed, and sbatch not.
      number = isOf(error, 'refused')
        ? await slurm.find(name, entry.cluster, this.#signal).catch(() => null)
        : null;
      if (number === null && !isOf(error, 'unanswered')) {
        changeJobs(this.#folder, (jobs) => jobs.filter((job) => job.attempt !== attempt));
        throw error;
      }
      failure = error instanceof Error ? error.message : String(error);
    }
    await this.#note(attempt, name, number, failure);
  }

  #orderOf(attempt: number, name: string, tasks: number) {
    const { flags, command } = this.#options;
    const words = [...command, 'sweep-task', this.#folder, String(attempt)].map(shellQuoted).join(' ');
    return {
      script: `#!/bin/sh\nexec ${words} "$SLURM_ARRAY_TASK_ID"\n`,
      tasks,
      answer: answerPath(this.#folder, attempt),
      // "%" stands for something in the name of an output file, "%%" for itself.
      flags: [
        `--output=${outputFolder(this.#folder).replaceAll('%', '%%')}/${attempt}-%a.txt`,
        ...arrayFlags(flags, tasks),
        `--job-name=${name}`,
      ],
    };
  }

  /**
   * Notes the number of an array, found by its name where sbatch has not said it. One that is not to be found is taken
   * back, lest it be submitted twice. Errors: UserError, which says what came of it.
   */
  async #note(attempt: number, name: string, said: JobNumber | null, failure: string): Promise<void> {
    const { slurm, pollMs, flags } = this.#options;
    const clusters = clustersIn(flags);
    const number =
      said ??
      (await askPatiently(() => slurm.find(name, clusters, this.#signal), pollMs, this.#signal).catch(
        () => null,
      ));
    if (number !== null) {
      const jobs = changeJobs(this.#folder, (all) => withJob(all, attempt, number));
      if (jobs.find((job) => job.attempt === attempt)?.cancelled) await slurm.cancel([number]);
      return;
    }
    if (this.#signal.aborted) return;
    const isBack = await slurm.cancelNamed(name, clusters).then(
      () => true,
      () => false,
    );
    throw new UserError(
      isBack
        ? `${failure}; no array ${name} is in the queue, and what may still come of it was taken back`
        : `${failure}; whether array ${name} is in the queue is not known, --resume and --cancel find out`,
    );
  }
}
