import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../input/index.js';
import { latestResults } from './launched-sweep.js';
import type { SweepResult } from './result.js';
import { holdsResults, readStoredResults, resultsFileName } from './results-file.js';
import { type SuccessCriteria, usualCriteria } from './statistics/success-criteria.js';
import { holdsSweep, readManifest } from './sweep-folder.js';

/** The folder of a sweep that a path names, by itself or by its results file; null where it is none. */
export const sweepFolderAt = (path: string): string | null => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)
    return holdsResults(path) || holdsSweep(path) ? path : null;
  return basename(path) === resultsFileName ? dirname(path) : null;
};

/** A sweep's results as other programs are given them. */
export type ExportedSweep = {
  /** One of each run. */
  readonly results: readonly SweepResult[];
  /** Correlation above which a teacher node counts as recovered. */
  readonly threshold: number;
  /** What was left out of the results, in sentences. */
  readonly notes: readonly string[];
};

/** What counts as success in a sweep, as its file says; null where its folder has none. Errors: UserError for a broken one. */
export const sweepCriteria = (folder: string): SuccessCriteria | null => {
  if (!holdsSweep(folder)) return null;
  const { threshold, earlyEpoch } = readManifest(folder).file;
  return { threshold, earlyEpoch };
};

/** The results of a sweep's folder. Errors: UserError where no run has finished. */
export const readExportedSweep = (folder: string): ExportedSweep => {
  const { results, notes } = readStoredResults(folder);
  if (results.length === 0)
    throw new UserError(notes[0] ?? `${folder}: got no finished run, allowed: one or more`);
  const { threshold } = sweepCriteria(folder) ?? usualCriteria;
  return { results: latestResults(results), threshold, notes };
};
