import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { differingHparams, eventFileName, startSeconds, tensorboardEvents } from '../../export/index.js';
import { UserError } from '../../input/index.js';
import { LogIndex, locateLog, RunCatalog } from '../../log/index.js';
import { grouped } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { ProgressLine } from '../host/progress-line.js';
import { prepareFolder, writeWhole } from './written-file.js';

const holdsLog = (path: string): boolean => {
  try {
    return locateLog(path) !== path;
  } catch {
    return false;
  }
};

/** Folders of the runs in a folder of several; none for a run, and for what is no folder. */
export const runsIn = async (path: string): Promise<readonly string[]> => {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) || holdsLog(path)) return [];
  const { runs } = await new RunCatalog(path).list();
  return runs.map(({ folder }) => folder);
};

/**
 * Writes the logs of runs for TensorBoard, with the settings in which they differ: each beside its log, or in a folder of
 * its own in --out. Resolves to the exit code. Errors: UserError.
 */
export const exportRuns = async (
  folders: readonly string[],
  { options: { outFolder }, out, warn, host }: Context,
): Promise<number> => {
  if (outFolder === '-')
    throw new UserError(
      '--out: got "-" for several runs, allowed: a folder, or none for a file beside each log',
    );
  const progress = new ProgressLine(host);
  const place = (at: number): string => `run ${grouped(at + 1)} of ${grouped(folders.length)}`;
  const headers = [];
  for (const [at, folder] of folders.entries()) {
    progress.show(`export: ${place(at)} read`);
    const index = await LogIndex.readWhole(folder);
    headers.push(index.header);
    index.close();
  }
  const hparams = differingHparams(headers.map(({ preset, experiment }) => ({ preset, ...experiment })));
  for (const [at, folder] of folders.entries()) {
    const name = basename(folder);
    const target = join(
      outFolder === null ? folder : join(outFolder, name),
      eventFileName(startSeconds(headers[at].startedAt), name),
    );
    progress.clear();
    if (existsSync(target)) {
      warn(`${target}: there already, left as it is`);
      continue;
    }
    prepareFolder(target, true);
    const index = await LogIndex.readWhole(folder);
    try {
      for (const note of index.notes) warn(`${index.file}: ${note}`);
      writeWhole(target, tensorboardEvents(index, hparams[at]), (text) =>
        progress.show(`export: ${place(at)}, ${text}`),
      );
    } finally {
      progress.clear();
      index.close();
    }
    out(target);
  }
  return 0;
};
