import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../experiment/user-error.js';
import type { SweepEngine } from './execute-run.js';
import { lockFolder } from './folder-lock.js';
import { manifestDifference, manifestFileName, manifestOf, readManifest, writeManifest } from './manifest.js';
import type { SweepPlan } from './plan.js';
import { latestRecords, ResultsWriter, readResults, resultsFileName } from './results.js';
import type { RunRecord } from './run-record.js';

export type FolderOptions = {
  readonly folder: string;
  readonly plan: SweepPlan;
  readonly engine: SweepEngine;
  /** "teachtop 0.1.0" */
  readonly program: string;
  /** Whether a sweep that is there already may be continued. */
  readonly resume: boolean;
  readonly now: () => Date;
};

/** A sweep's folder while this process has it to itself. */
export type OpenFolder = {
  readonly path: string;
  readonly results: ResultsWriter;
  /** What is finished already; runs that failed are not, and are carried out again. */
  readonly finished: readonly RunRecord[];
  close(): void;
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${folder}: cannot be made the sweep's folder (${reason})`);
  }
};

/** Writes the manifest of a new sweep; refuses to mix one sweep with another. */
const claim = ({ folder, plan, engine, program, resume, now }: FolderOptions): void => {
  const manifest = manifestOf(plan, engine, program, now());
  const before = readManifest(folder);
  if (before === null) {
    writeManifest(folder, manifest);
    return;
  }
  if (!resume)
    throw new UserError(
      `${folder}: holds a sweep already; --resume goes on with it, --out DIR starts another one elsewhere`,
    );
  const different = manifestDifference(before, manifest);
  if (different !== null)
    throw new UserError(
      `${join(folder, manifestFileName)}: key "${different}": got another sweep than this folder's, allowed: the same one, or another --out`,
    );
};

/**
 * Takes a folder for a sweep: locked, with its manifest, its results cut back to whole lines. Errors: UserError
 * when another process has it, or when it holds a sweep that is not to be or cannot be continued.
 */
export const openFolder = (options: FolderOptions): OpenFolder => {
  const { folder, plan } = options;
  makeFolder(folder);
  const unlock = lockFolder(folder);
  try {
    claim(options);
    const known = new Set(plan.cells.flatMap(({ runs }) => runs.map(({ id }) => id)));
    const { records } = readResults(join(folder, resultsFileName));
    const finished = [...latestRecords(records).values()].filter(
      ({ run, status }) => known.has(run) && status !== 'failed',
    );
    const results = new ResultsWriter(folder);
    const close = (): void => {
      results.close();
      unlock();
    };
    return { path: folder, results, finished, close };
  } catch (error) {
    unlock();
    throw error;
  }
};
