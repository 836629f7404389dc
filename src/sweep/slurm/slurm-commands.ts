import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { refuseUnlessPlain } from '../../files/index.js';
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

/** A script to be submitted as an array. */
export type ArrayOrder = {
  readonly script: string;
  readonly tasks: number;
  /** The array's tasks, counted from 0, among them. */
  readonly flags: readonly string[];
  /** A file that gets what sbatch prints, whatever becomes of this process. */
  readonly answer: string;
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

type RunOptions = { readonly signal?: AbortSignal; readonly timeout?: number };

const noCommand = (command: string): UserError =>
  new UserError(`--launcher slurm: got no ${command} on the PATH, allowed: a machine with Slurm`);

/** What a command failed of: of several lines the last one tells the outcome. */
const failureOf = (command: string, errors: string): SlurmFailure =>
  new SlurmFailure(`${command}: ${errors.trim().split('\n').at(-1) || 'failed'}`, failureKind(errors));

const silenceOf = (command: string): SlurmFailure =>
  new SlurmFailure(`${command}: ended without an answer`, 'unanswered');

/** The environment without what a user has set for squeue and scancel at the keyboard: it hides jobs and asks questions. */
const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:SQUEUE|SCANCEL)_/.test(name)));

const run = (command: string, args: readonly string[], options: RunOptions): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { maxBuffer: outputLimit, env: plainEnvironment(), ...options },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === 'ENOENT') reject(noCommand(command));
        else reject(typeof error.code === 'number' ? failureOf(command, stderr) : silenceOf(command));
      },
    );
  });

/**
 * Runs sbatch into the order's file. It has a session of its own and is left to its end when this process is told to
 * stop, or killed: what it then submits is found in the file.
 */
const runSbatch = ({ script, flags, answer }: ArrayOrder, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const paths = [answer, `${answer}-errors`];
    paths.forEach(refuseUnlessPlain);
    const files = paths.map((path) => openSync(path, 'w'));
    const child = spawn('sbatch', ['--parsable', ...flags], {
      stdio: ['pipe', ...files],
      detached: true,
    });
    files.forEach(closeSync);
    const leave = (): void => {
      child.unref();
      reject(silenceOf('sbatch'));
    };
    signal.addEventListener('abort', leave, { once: true });
    child.on('error', () => reject(noCommand('sbatch')));
    child.on('close', (code) => {
      signal.removeEventListener('abort', leave);
      const printed = readFileSync(answer, 'utf8');
      // What a site wraps around sbatch may fail behind it.
      if (code === 0 || jobNumberIn(printed)) resolve(printed);
      else
        reject(
          code === null ? silenceOf('sbatch') : failureOf('sbatch', readFileSync(`${answer}-errors`, 'utf8')),
        );
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(script);
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
  submit: async (order, signal) => jobNumberIn(await runSbatch(order, signal)),
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
