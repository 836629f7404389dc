import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  asciicast,
  eventFileName,
  eventsCsv,
  longCsv,
  startSeconds,
  statementsCsv,
  tensorboardEvents,
  wideCsv,
} from '../export/index.js';
import { encodeSafetensors, networkTensors } from '../files/index.js';
import { alternatives, UserError } from '../input/index.js';
import { LogIndex } from '../log/index.js';
import { weightsAt } from '../run/index.js';
import { sweepFolderAt } from '../sweep/index.js';
import { grouped } from '../words/index.js';
import type { RunCommand } from './command-row.js';
import { exportRuns, runsIn } from './export/export-runs.js';
import { exportSweep } from './export/export-sweep.js';
import { isFolder, type Piece, prepareFolder, writeWhole } from './export/written-file.js';
import { ProgressLine } from './host/progress-line.js';
import { untilRoom } from './host/reader-pace.js';
import type { exportFormats, Options } from './line/option-table.js';
import { runPath } from './runs/run-path.js';

/** Where a run's log is told of, what the command line says of the export, and where it is told how far the export is. */
type Source = { readonly index: LogIndex; readonly options: Options; readonly progress: ProgressLine };

type Format = {
  /** File name that it gets beside the log. */
  readonly fileName: (source: Source) => string;
  readonly pieces: (source: Source) => Iterable<Piece> | Promise<Iterable<Piece>>;
};

/** The position among the lines of the last frame of a step, or of all steps. Errors: UserError where there is none. */
const lastFrameAt = ({ lines }: LogIndex, wanted: number | null): number => {
  const last = lines.findLastIndex(
    ({ event, step }) => event === null && (wanted === null || step === wanted),
  );
  if (last === -1)
    throw new UserError(
      `--step: got ${wanted ?? 'a log without frames'}, allowed: the step of a frame in the log`,
    );
  return last;
};

const weights = async ({ index, options, progress }: Source): Promise<Uint8Array[]> => {
  const { header } = index;
  const last = lastFrameAt(index, options.step);
  const end = grouped(index.lines[last].step);
  const lines = index.each(last + 1);
  const { step, student, teacher } = await weightsAt(header, lines, options.dataFolder, (reached) =>
    progress.show(`export: step ${grouped(reached)} of ${end}`),
  );
  const dtype = header.engine.precision === 'float32' ? ('F32' as const) : ('F64' as const);
  const tensors = [...networkTensors(student, 'student.'), ...networkTensors(teacher, 'teacher.')];
  const metadata = { format: 'pt', program: header.program, preset: header.preset, step: String(step) };
  return [
    encodeSafetensors(
      tensors.map((tensor) => ({ ...tensor, dtype })),
      metadata,
    ),
  ];
};

const formats: Readonly<Record<Exclude<(typeof exportFormats)[number], 'csv-epochs'>, Format>> = {
  csv: { fileName: () => 'long.csv', pieces: ({ index }) => longCsv(index) },
  'csv-wide': { fileName: () => 'wide.csv', pieces: ({ index }) => wideCsv(index) },
  'csv-events': { fileName: () => 'events.csv', pieces: ({ index }) => eventsCsv(index) },
  'csv-statements': { fileName: () => 'statements.csv', pieces: ({ index }) => statementsCsv(index) },
  tensorboard: {
    fileName: ({ index }) =>
      eventFileName(startSeconds(index.header.startedAt), basename(dirname(index.file))),
    pieces: ({ index }) => tensorboardEvents(index),
  },
  asciicast: {
    fileName: () => 'run.cast',
    pieces: ({ index, options }) => {
      const { columns, rows } = options.size ?? { columns: 120, rows: 40 };
      return asciicast(index, { columns, rows, framesPerSecond: options.framesPerSecond ?? 12 });
    },
  },
  safetensors: { fileName: () => 'weights.safetensors', pieces: weights },
};

const formatOf = (name: string | null): Format => {
  for (const [known, format] of Object.entries(formats)) if (known === name) return format;
  throw new UserError(
    `--to: got ${name === null ? 'nothing' : `"${name}"`}, allowed: ${alternatives(Object.keys(formats))}`,
  );
};

/** The file that --out names, or is in the folder that it names, or stands beside the log. */
const targetOf = (source: Source, { fileName }: Format): string => {
  const { outFolder } = source.options;
  const name = fileName(source);
  const target =
    outFolder === null
      ? join(dirname(source.index.file), name)
      : isFolder(outFolder)
        ? join(outFolder, name)
        : outFolder;
  if (existsSync(target))
    throw new UserError(`${target}: got a file that is there already, allowed: another --out`);
  return target;
};

/**
 * Writes a run's log, a sweep's results or the runs of a folder in another format, and says on a terminal how far it is.
 * Resolves to the exit code. Errors: UserError for what is no log, an unknown format, or a place that cannot be written.
 */
export const run: RunCommand = async (context, words) => {
  const { options, out, warn, host } = context;
  if (words.length !== 1)
    throw new UserError(
      `export: got ${words.length} runs, allowed: one, by its name, folder or log, or a sweep's folder`,
    );
  const path = await runPath(words[0], context);
  const sweep = sweepFolderAt(path);
  if (sweep !== null) return exportSweep(sweep, context);
  const format = formatOf(options.format);
  const runs = options.format === 'tensorboard' ? await runsIn(path) : [];
  if (runs.length > 0) return exportRuns(runs, context);
  const index = await LogIndex.readWhole(path);
  const progress = new ProgressLine(host);
  try {
    const source = { index, options, progress };
    for (const note of index.notes) warn(`${index.file}: ${note}`);
    if (options.outFolder === '-') {
      const pieces = await format.pieces(source);
      progress.clear();
      for (const piece of pieces) {
        if (!host.stdout.writable) break;
        host.stdout.write(piece);
        await untilRoom(host.stdout);
      }
      return 0;
    }
    const target = targetOf(source, format);
    prepareFolder(target, options.outFolder?.endsWith('/') ?? false);
    writeWhole(target, await format.pieces(source), (text) => progress.show(`export: ${text}`));
    progress.clear();
    out(target);
    return 0;
  } finally {
    progress.clear();
    index.close();
  }
};
