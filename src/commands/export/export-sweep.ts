import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventFileName, sweepEpochsCsv, sweepRunsCsv, sweepTensorboardEvents } from '../../export/index.js';
import { UserError } from '../../input/index.js';
import { type ExportedSweep, readExportedSweep, type SweepResult } from '../../sweep/index.js';
import { grouped } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { showingProgress } from '../host/progress-line.js';
import { isFolder, type Piece, prepareFolder, writeWhole } from './written-file.js';

/** Formats that are one file: its name in the sweep's folder, and what it holds. */
const files: Readonly<
  Record<string, { readonly name: string; readonly pieces: (sweep: ExportedSweep) => Iterable<Piece> }>
> = {
  csv: { name: 'runs.csv', pieces: ({ results, threshold }) => sweepRunsCsv(results, threshold) },
  'csv-epochs': { name: 'epochs.csv', pieces: ({ results }) => sweepEpochsCsv(results) },
};

/** The folder of a run among those for TensorBoard: "multi=5,strengthDecay=1/seed=3", no part of which leads elsewhere. */
const runFolder = ({ cell, seed }: SweepResult): string => {
  const settings = Object.entries(cell).map(([key, value]) => `${key}=${value}`);
  return join((settings.join(',') || 'all').replace(/[^\w=,.+-]/g, '_'), `seed=${seed}`);
};

const writeEvents = (sweep: ExportedSweep, parent: string, { out, host }: Context): void => {
  if (existsSync(parent))
    throw new UserError(`${parent}: got a folder that is there already, allowed: another --out`);
  const all = grouped(sweep.results.length);
  showingProgress(host, (show) => {
    for (const [at, result] of sweep.results.entries()) {
      const folder = join(parent, runFolder(result));
      const target = join(folder, eventFileName(Date.parse(result.finishedAt) / 1000 || 0, 'sweep'));
      prepareFolder(target, true);
      writeWhole(target, sweepTensorboardEvents(result, sweep.threshold), () =>
        show(`export: run ${grouped(at + 1)} of ${all}`),
      );
    }
  });
  out(`${parent}: ${sweep.results.length} runs; tensorboard --logdir ${parent}`);
};

/** Writes the results of a sweep in another format. Returns the exit code. Errors: UserError. */
export const exportSweep = (folder: string, context: Context): number => {
  const { options, out, warn, host } = context;
  const { format, outFolder } = options;
  const sweep = readExportedSweep(folder);
  for (const note of sweep.notes) warn(note);
  if (format === 'tensorboard' && outFolder !== '-') {
    writeEvents(sweep, outFolder ?? join(folder, 'tensorboard'), context);
    return 0;
  }
  const file = Object.hasOwn(files, format ?? '') ? files[format ?? ''] : undefined;
  if (file === undefined)
    throw new UserError(
      `--to: got ${format === null ? 'nothing' : `"${format}"`} for a sweep, allowed: ${Object.keys(files).join(', ')}, tensorboard into a folder`,
    );
  if (outFolder === '-') {
    for (const piece of file.pieces(sweep)) {
      if (!host.stdout.writable) break;
      host.stdout.write(piece);
    }
    return 0;
  }
  const target =
    outFolder === null
      ? join(folder, file.name)
      : isFolder(outFolder)
        ? join(outFolder, file.name)
        : outFolder;
  if (existsSync(target))
    throw new UserError(`${target}: got a file that is there already, allowed: another --out`);
  prepareFolder(target, outFolder?.endsWith('/') ?? false);
  showingProgress(host, (show) => writeWhole(target, file.pieces(sweep), (text) => show(`export: ${text}`)));
  out(target);
  return 0;
};
