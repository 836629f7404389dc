import { execFile } from 'node:child_process';
import { UserError } from '../../input/index.js';

/** Tasks of a job array that Slurm has not finished with, by state. */
export type QueueState = { readonly running: number; readonly pending: number };

/** What the sweep asks of Slurm. */
export interface Slurm {
  /** Submits a script as an array of tasks 0 .. `tasks` - 1; resolves to the job's number. Errors: UserError. */
  submit(script: string, tasks: number, flags: readonly string[]): Promise<string>;
  /** Tasks of these jobs that wait or run; a job that Slurm no longer knows has none. */
  state(jobs: readonly string[]): Promise<QueueState>;
  cancel(jobs: readonly string[]): Promise<void>;
}

const outputLimit = 16 * 1024 ** 2;

const run = (command: string, args: readonly string[], input = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: outputLimit }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if ('code' in error && error.code === 'ENOENT')
        reject(
          new UserError(`--launcher slurm: got no ${command} on the PATH, allowed: a machine with Slurm`),
        );
      else reject(new UserError(`${command}: ${(stderr || error.message).trim().split('\n')[0]}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

/** Slurm through its own commands: sbatch, squeue and scancel. */
export const slurmCommands: Slurm = {
  submit: async (script, tasks, flags) => {
    const out = await run('sbatch', ['--parsable', `--array=0-${tasks - 1}`, ...flags], script);
    const [job] = out.trim().split(';');
    if (!/^\d+$/.test(job))
      throw new UserError(`sbatch: got ${JSON.stringify(out.slice(0, 80))}, allowed: a job's number`);
    return job;
  },
  state: async (jobs) => {
    if (jobs.length === 0) return { running: 0, pending: 0 };
    const args = ['--noheader', '--array', '--format=%A %T', `--jobs=${jobs.join(',')}`];
    const out = await run('squeue', args).catch((error: unknown) => {
      if (error instanceof UserError && /Invalid job id/.test(error.message)) return '';
      throw error;
    });
    const states = out.split('\n').flatMap((line) => line.trim().split(' ')[1] ?? []);
    const running = states.filter((state) => /^(RUNNING|COMPLETING|CONFIGURING)$/.test(state)).length;
    return { running, pending: states.length - running };
  },
  cancel: async (jobs) => {
    if (jobs.length > 0) await run('scancel', [...jobs]);
  },
};
