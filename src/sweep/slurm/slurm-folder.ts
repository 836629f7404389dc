import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createFolders, replaceFile } from '../../files/index.js';
import { readUserJson, UserError } from '../../input/index.js';

const jobsName = 'jobs.json';
const largestFileBytes = 64 * 1024 ** 2;

const jobSchema = z.object({ job: z.string().regex(/^\d+$/), attempt: z.int().min(1) });
const jobsSchema = z.array(jobSchema).max(100_000);
const chunksSchema = z.array(z.array(z.string().max(2000)).max(100_000)).max(100_000);

/** A job array of a sweep; attempts are counted from 1. */
export type SlurmJob = z.output<typeof jobSchema>;

/** Job arrays that were submitted for a sweep, oldest first. Errors: UserError. */
export const readJobs = (folder: string): readonly SlurmJob[] => {
  const path = join(folder, jobsName);
  if (!existsSync(path)) return [];
  const parsed = jobsSchema.safeParse(readUserJson(path, largestFileBytes));
  if (!parsed.success) throw new UserError(`${path}: not a list of jobs`);
  return parsed.data;
};

/** Adds a job array to the list; the list is never half written. */
export const addJob = (folder: string, job: SlurmJob): void =>
  replaceFile(join(folder, jobsName), `${JSON.stringify([...readJobs(folder), job], null, 2)}\n`);

const chunksPath = (folder: string, attempt: number): string => join(folder, 'tasks', `${attempt}.json`);

/** Writes which runs each task of an attempt trains. */
export const writeChunks = (
  folder: string,
  attempt: number,
  chunks: readonly (readonly string[])[],
): void => {
  for (const name of ['tasks', 'results', 'output']) createFolders(join(folder, name));
  replaceFile(chunksPath(folder, attempt), JSON.stringify(chunks));
};

/** Ids of the runs of one task. Errors: UserError. */
export const readChunk = (folder: string, attempt: number, task: number): readonly string[] => {
  const path = chunksPath(folder, attempt);
  const parsed = chunksSchema.safeParse(readUserJson(path, largestFileBytes));
  const chunk = parsed.data?.[task];
  if (chunk === undefined) throw new UserError(`${path}: holds no task ${task}`);
  return chunk;
};

/** Where a task appends its results. */
export const partPath = (folder: string, attempt: number, task: number): string =>
  join(folder, 'results', `${attempt}-${task}.jsonl`);
