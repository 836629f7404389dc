import { lstatSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { replaceUnshown, UserError } from '../input/index.js';
import { eachLine, locateLog, logFileName } from '../log/index.js';
import type { Header } from '../protocol/index.js';
import {
  readStoredResults,
  resultsFileName,
  type SuccessCriteria,
  type SweepResult,
  sweepCriteria,
  sweepFolderAt,
} from '../sweep/index.js';
import { ReportedLines } from './reported-lines.js';
import { type RunTimeline, timelineOf } from './run-timeline.js';

/** A sweep's folder as it was named. */
export type SweepInput = {
  readonly path: string;
  readonly results: readonly SweepResult[];
  /** What its file counts as success; null where its folder does not say. */
  readonly criteria: SuccessCriteria | null;
  /** What was left out of its results, in sentences. */
  readonly notes: readonly string[];
};

/** One run, from its frame log. */
export type RunInput = {
  readonly path: string;
  /** The last part of the path, to call the run by. */
  readonly name: string;
  readonly header: Header;
  /** What was left out of its log, in sentences. */
  readonly notes: readonly string[];
} & RunTimeline;

export type Inputs = {
  readonly sweeps: readonly SweepInput[];
  readonly runs: readonly RunInput[];
  /** Why paths were passed over, each in a sentence that names it. */
  readonly skipped: readonly string[];
};

const readRun = async (path: string): Promise<RunInput> => {
  const lines = new ReportedLines();
  const { header, notes } = await eachLine(path, (line) => lines.add(line));
  const timeline = timelineOf(lines.all, header.experiment.stepsPerEpoch);
  if (timeline.frames.length === 0) throw new UserError(`${path}: got a log without frames, nothing to draw`);
  return { path, name: replaceUnshown(basename(resolve(path))), header, notes, ...timeline };
};

/** What a sweep counts as success; a file of it that cannot be read is one more of the notes. */
const criteriaOf = (folder: string, notes: readonly string[]): Pick<SweepInput, 'criteria' | 'notes'> => {
  try {
    return { criteria: sweepCriteria(folder), notes };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { criteria: null, notes: [...notes, error.message] };
  }
};

const readSweep = (folder: string): SweepInput => {
  const { results, notes } = readStoredResults(folder);
  if (results.length === 0)
    throw new UserError(
      notes[0] ?? `${join(folder, resultsFileName)}: got no finished run, allowed: one or more`,
    );
  return { path: folder, results, ...criteriaOf(folder, notes) };
};

const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${path}: cannot be read (${reason})`);
  }
};

const refuseOthers = (path: string): void => {
  if (isFolder(path) && sweepFolderAt(path) === null && !holdsLog(path))
    throw new UserError(
      `${path}: got a folder with neither, allowed: a sweep's with ${resultsFileName} or a run's with ${logFileName}`,
    );
};

/** A name that nothing has is a slip of whoever gave it, unlike a thing that cannot be read. */
const refuseMissing = (paths: readonly string[]): void => {
  const missing = paths.find((path) => path !== '-' && !lstatSync(path, { throwIfNoEntry: false }));
  if (missing !== undefined) throw new UserError(`${missing}: no such file or folder`);
};

const holdsLog = (folder: string): boolean => {
  try {
    return locateLog(folder) !== folder;
  } catch {
    return false;
  }
};

/**
 * Reads every path as a sweep or a run, each path once; of several those that cannot be read are passed over. Errors:
 * UserError where none can, and for a path that is not there.
 */
export const readInputs = async (paths: readonly string[]): Promise<Inputs> => {
  const sweeps: SweepInput[] = [];
  const runs: RunInput[] = [];
  const refusals: UserError[] = [];
  const distinct = [...new Map(paths.map((path) => [resolve(path), path])).values()];
  refuseMissing(distinct);
  for (const path of distinct)
    try {
      refuseOthers(path);
      const folder = sweepFolderAt(path);
      if (folder === null) runs.push(await readRun(path));
      else sweeps.push(readSweep(folder));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(error);
    }
  if (refusals.length === distinct.length) throw refusals[0];
  return { sweeps, runs, skipped: refusals.map(({ message }) => message) };
};
