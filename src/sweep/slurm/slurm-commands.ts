import { execFile } from 'node:child_process';
import { UserError } from '../../input/index.js';
import {
  failureKind,
  firstJobIn,
  type JobNumber,
  jobNumberIn,
  type QueueState,
  queueIn,
  SlurmFailure,
} from './slurm-answers.js';

/** A script to be submitted as an array of tasks 0 .. `tasks` - 1. */
export type ArrayOrder = {
  readonly script: string;
  readonly tasks: number;
  readonly flags: readonly string[];
};

/** What the sweep asks of Slurm. Errors of all: SlurmFailure, and UserError where there is no Slurm. */
export interface Slurm {
  /** Resolves to the job's number; null where sbatch ended well and said none. */
  submit(order: ArrayOrder, signal: AbortSignal): Promise<JobNumber | null>;
  /** Tasks of these arrays that wait or run; an array that Slurm no longer knows has none. */
  queue(jobs: readonly JobNumber[], signal: AbortSignal): Promise<ReadonlyMap<string, QueueState>>;
  /** An array of this name in the queue; null where there is none. */
  find(name: string, clusters: string | null, signal: AbortSignal): Promise<JobNumber | null>;
  /** Takes arrays out of the queue; those that are not in it are left alone. */
  cancel(jobs: readonly JobNumber[]): Promise<void>;
  /** Takes all arrays of a name out of the queue. */
  cancelNamed(name: string, clusters: string | null): Promise<void>;
}

const outputLimit = 64 * 1024 ** 2;

/** Milliseconds that squeue and scancel have for an answer. */
const patienceMs = 60_000;

type RunOptions = { readonly input?: string; readonly signal?: AbortSignal; readonly timeout?: number };

const run = (
  command: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: outputLimit, ...options }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT')
        reject(
          new UserError(`--launcher slurm: got no ${command} on the PATH, allowed: a machine with Slurm`),
        );
      else if (typeof error.code !== 'number')
        reject(new SlurmFailure(`${command}: ended without an answer`, 'unanswered'));
      else {
        // Of several lines the last one tells the outcome.
        const words = (stderr.trim() || error.message).split('\n');
        reject(new SlurmFailure(`${command}: ${words.at(-1)}`, failureKind(stderr)));
      }
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

const clusterFlag = (cluster: string | null): string[] => (cluster === null ? [] : [`--clusters=${cluster}`]);

const byCluster = (jobs: readonly JobNumber[]): (readonly [cluster: string | null, numbers: string[]])[] =>
  [...Map.groupBy(jobs, ({ cluster }) => cluster)].map(([cluster, same]) => [
    cluster,
    same.map(({ job }) => job),
  ]);

/** What a command printed, nothing where Slurm no longer knows the jobs. */
const unlessUnknown = (printed: Promise<string>): Promise<string> =>
  printed.catch((error: unknown) => {
    if (error instanceof SlurmFailure && /Invalid job id/i.test(error.message)) return '';
    throw error;
  });

const squeue = (words: readonly string[], signal: AbortSignal): Promise<string> =>
  run('squeue', ['--noheader', '--array', '--format=%F %T', ...words], { signal, timeout: patienceMs });

/** Slurm through its own commands: sbatch, squeue and scancel. */
export const slurmCommands: Slurm = {
  submit: async ({ script, tasks, flags }, signal) =>
    jobNumberIn(
      await run('sbatch', ['--parsable', `--array=0-${tasks - 1}`, ...flags], { input: script, signal }),
    ),
  queue: async (jobs, signal) => {
    const printed = byCluster(jobs).map(([cluster, numbers]) =>
      unlessUnknown(squeue([`--jobs=${numbers.join(',')}`, ...clusterFlag(cluster)], signal)),
    );
    return queueIn((await Promise.all(printed)).join('\n'));
  },
  find: async (name, clusters, signal) =>
    firstJobIn(await squeue([`--name=${name}`, ...clusterFlag(clusters)], signal)),
  cancel: async (jobs) => {
    for (const [cluster, numbers] of byCluster(jobs))
      await unlessUnknown(run('scancel', [...clusterFlag(cluster), ...numbers], { timeout: patienceMs }));
  },
  cancelNamed: async (name, clusters) => {
    const words = [...clusterFlag(clusters), `--name=${name}`];
    await unlessUnknown(run('scancel', words, { timeout: patienceMs }));
  },
};
