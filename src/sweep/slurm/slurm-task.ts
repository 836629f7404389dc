import os from 'node:os';
import process from 'node:process';
import type { EngineRequest } from '../../engine/index.js';
import { expandSweep } from '../expand.js';
import { ResultsWriter, readResultsFile } from '../results-file.js';
import { readManifest } from '../sweep-folder.js';
import { trainRun } from '../train-run.js';
import { Trainer } from '../trainer.js';
import { partPath, partPaths, readChunk, readJobs } from './slurm-folder.js';

export type TaskOptions = {
  readonly folder: string;
  readonly attempt: number;
  readonly task: number;
  /** Times that Slurm has started the task again. */
  readonly restarts: number;
  readonly choice: EngineRequest;
};

/**
 * Trains the runs of one task of a job array, one after another, into the task's own file of results. A task that
 * Slurm starts again goes on where it was; one of a cancelled array, which Slurm may have got to know late, trains nothing.
 * Errors: UserError for a folder without the sweep or the task.
 */
export const runTask = async (
  { folder, attempt, task, restarts, choice }: TaskOptions,
  out: (line: string) => void,
): Promise<void> => {
  if (readJobs(folder).some((job) => job.attempt === attempt && job.cancelled)) {
    out(`task ${task} of attempt ${attempt}: the array was cancelled`);
    return;
  }
  const { file, name } = readManifest(folder);
  const runs = new Map(expandSweep({ name, origin: folder, file }).map((run) => [run.id, run]));
  const known = partPaths(folder, attempt, task).flatMap((path) => readResultsFile(path).results);
  const finished = new Set(known.map(({ run }) => run));
  const writer = new ResultsWriter(partPath(folder, attempt, task, restarts));
  const trainer = new Trainer();
  out(`task ${task} of attempt ${attempt} on ${os.hostname()}, process ${process.pid}`);
  const clock = { now: () => performance.now(), date: () => new Date() };
  for (const id of readChunk(folder, attempt, task)) {
    const run = runs.get(id);
    if (run === undefined || finished.has(id)) continue;
    const result = await trainRun(trainer, { run, settings: file, choice }, clock, () => {});
    writer.write(result);
    out(`${id}  ${result.status}  ${result.seconds}s`);
  }
  writer.close();
};
