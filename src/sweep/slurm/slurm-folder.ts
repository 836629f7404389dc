import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createFolders, replaceFile } from '../../files/index.js';
import { isThere, later, readUserFile, readUserJson, UserError } from '../../input/index.js';

const jobsName = 'jobs.json';
const largestFileBytes = 64 * 1024 ** 2;

const word = z.string().regex(/^[\w.,-]{1,300}$/);
const jobSchema = later(() =>
  z.object({
    attempt: z.int().min(1),
    job: z.string().regex(/^\d+$/).nullable(),
    /** Missing in folders of earlier versions, as is what follows. */
    name: word.nullable().default(null),
    cluster: word.nullable().default(null),
    cancelled: z.boolean().default(false),
  }),
);
const jobsSchema = later(() => z.array(jobSchema).max(100_000));
const chunksSchema = later(() => z.array(z.array(z.string().max(2000)).max(100_000)).max(100_000));

/**
 * A job array of a sweep; attempts are counted from 1. Its number is null from before it is submitted until sbatch has
 * said it: until then it is known by its name.
 */
export type SlurmJob = z.output<typeof jobSchema>;

/** Job arrays of a sweep, oldest first. Errors: UserError. */
export const readJobs = (folder: string): readonly SlurmJob[] => {
  const path = join(folder, jobsName);
  if (!isThere(path)) return [];
  const parsed = jobsSchema.safeParse(readUserJson(path, largestFileBytes));
  if (!parsed.success) throw new UserError(`${path}: not a list of jobs`);
  return parsed.data;
};

/** Puts what `change` makes of the list in its place; the list is never half written. */
export const changeJobs = (
  folder: string,
  change: (jobs: readonly SlurmJob[]) => readonly SlurmJob[],
): readonly SlurmJob[] => {
  const jobs = change(readJobs(folder));
  replaceFile(join(folder, jobsName), `${JSON.stringify(jobs, null, 2)}\n`);
  return jobs;
};

const chunksPath = (folder: string, attempt: number): string => join(folder, 'tasks', `${attempt}.json`);

/** Where what sbatch printed of an attempt is kept. */
export const answerPath = (folder: string, attempt: number): string =>
  join(folder, 'tasks', `${attempt}.sbatch`);

/** What sbatch printed of an attempt; nothing where it was not called. */
export const readAnswer = (folder: string, attempt: number): string => {
  const path = answerPath(folder, attempt);
  return isThere(path) ? readUserFile(path, largestFileBytes).toString('utf8') : '';
};

/** Where the tasks of a sweep print. */
export const outputFolder = (folder: string): string => join(folder, 'output');

/** Writes which runs each task of an attempt trains. */
export const writeChunks = (
  folder: string,
  attempt: number,
  chunks: readonly (readonly string[])[],
): void => {
  for (const name of ['tasks', 'results', 'output']) createFolders(join(folder, name));
  replaceFile(chunksPath(folder, attempt), JSON.stringify(chunks));
};

/** Ids of the runs of every task of an attempt. Errors: UserError. */
export const readChunks = (folder: string, attempt: number): readonly (readonly string[])[] => {
  const path = chunksPath(folder, attempt);
  const parsed = chunksSchema.safeParse(readUserJson(path, largestFileBytes));
  if (!parsed.success) throw new UserError(`${path}: not a list of tasks`);
  return parsed.data;
};

/** Ids of the runs of one task. Errors: UserError. */
export const readChunk = (folder: string, attempt: number, task: number): readonly string[] => {
  const chunk = readChunks(folder, attempt)[task];
  if (chunk === undefined) throw new UserError(`${chunksPath(folder, attempt)}: holds no task ${task}`);
  return chunk;
};

/**
 * Where a task appends its results. One that Slurm has started again has a file of its own: what it was started on
 * before may still write.
 */
export const partPath = (folder: string, attempt: number, task: number, restarts: number): string =>
  join(folder, 'results', `${attempt}-${task}${restarts === 0 ? '' : `.${restarts}`}.jsonl`);

/** Files of results of a task, of all its starts. */
export const partPaths = (folder: string, attempt: number, task: number): string[] => {
  const parts = join(folder, 'results');
  return readdirSync(parts)
    .filter((name) => name.startsWith(`${attempt}-${task}.`) && name.endsWith('.jsonl'))
    .map((name) => join(parts, name));
};
