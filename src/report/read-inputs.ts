import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../input/index.js';
import { readLog } from '../log/index.js';
import type { Header } from '../protocol/index.js';
import { holdsResults, readResults, resultsFileName, type SweepResult } from '../sweep/index.js';
import { type RunTimeline, timelineOf } from './run-timeline.js';

/** A sweep's folder as it was named. */
export type SweepInput = { readonly path: string; readonly results: readonly SweepResult[] };

/** One run, from its frame log. */
export type RunInput = {
  readonly path: string;
  /** The last part of the path, to call the run by. */
  readonly name: string;
  readonly header: Header;
} & RunTimeline;

export type Inputs = { readonly sweeps: readonly SweepInput[]; readonly runs: readonly RunInput[] };

const logFile = 'frames.jsonl';

const readRun = async (path: string): Promise<RunInput> => {
  const { header, lines } = await readLog(path);
  const timeline = timelineOf(lines, header.experiment.stepsPerEpoch);
  if (timeline.frames.length === 0) throw new UserError(`${path}: got a log without frames, nothing to draw`);
  return { path, name: basename(resolve(path)), header, ...timeline };
};

const readSweep = (folder: string): SweepInput => {
  const results = readResults(folder);
  if (results.length === 0)
    throw new UserError(`${join(folder, resultsFileName)}: got no finished run, allowed: one or more`);
  return { path: folder, results };
};

const isFolder = (path: string): boolean => statSync(path).isDirectory();

/** The sweep's folder that a path names, by itself or by its results file; null where it is none. */
const sweepFolder = (path: string): string | null => {
  if (isFolder(path)) return holdsResults(path) ? path : null;
  return basename(path) === resultsFileName ? join(path, '..') : null;
};

const refuseOthers = (path: string): void => {
  if (!existsSync(path)) throw new UserError(`${path}: no such file or folder`);
  if (isFolder(path) && sweepFolder(path) === null && !existsSync(join(path, logFile)))
    throw new UserError(
      `${path}: got a folder with neither, allowed: a sweep's with ${resultsFileName} or a run's with ${logFile}`,
    );
};

/** Reads every path as a sweep or a run, each path once. Errors: UserError for what is neither. */
export const readInputs = async (paths: readonly string[]): Promise<Inputs> => {
  const sweeps: SweepInput[] = [];
  const runs: RunInput[] = [];
  const distinct = [...new Map(paths.map((path) => [resolve(path), path])).values()];
  for (const path of distinct) {
    refuseOthers(path);
    const folder = sweepFolder(path);
    if (folder === null) runs.push(await readRun(path));
    else sweeps.push(readSweep(folder));
  }
  return { sweeps, runs };
};
