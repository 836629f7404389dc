import { existsSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type FoundLock, findLock, recording } from '../../files/index.js';
import { UserError } from '../../input/index.js';
import { isSpecialized } from '../../net/index.js';
import {
  type Frame,
  type Header,
  isForeign,
  type RecordState,
  type RunEvent,
  type RunList,
  type RunRecord,
} from '../../protocol/index.js';
import { codeOf } from '../failure.js';
import { logFileName } from '../log-file.js';
import { LogIndex } from '../log-index.js';
import { isWritten } from './growth.js';
import { shortName } from './run-name.js';

/** Bytes at the end of a log that most last frames lie in. */
const endBytes = 32 * 1024;

/** Runs that are read without a pause: a screen is to stay answerable meanwhile. */
const runsAtOnce = 20;

/** What a log itself says of its run. */
type Logged = Omit<RunRecord, 'state' | 'process' | 'host' | 'bytes' | 'writtenAt'> & {
  /** How the run ended; null where the log does not say. */
  readonly end: 'stopped' | 'done' | 'diverged' | null;
};

/** A log as it was when it was read. */
type Kept = { readonly size: number; readonly writtenMs: number; readonly logged: Logged };

const numberOrNull = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;

const isMove = ({ event }: RunEvent): boolean =>
  ['undone', 'redone', 'rewound', 'promoted', 'resumed', 'continued'].includes(event);

/** How the last lines of a log end its run. */
const endOf = (lines: readonly (Frame | RunEvent)[]): Logged['end'] =>
  lines.reduce<Logged['end']>((end, line) => {
    if (line.type === 'frame' || isMove(line)) return null;
    if (line.event === 'done' || line.event === 'diverged') return line.event;
    return line.event === 'stopped' ? (end ?? 'stopped') : end;
  }, null);

const specializedIn = ({ layers }: Frame, threshold: number): number =>
  layers
    .flatMap(({ bestMatchOfTeacher }) => bestMatchOfTeacher)
    .filter((match) => isSpecialized(match, threshold)).length;

const loggedOf = (folder: string, header: Header, lines: readonly (Frame | RunEvent)[]): Logged => {
  const { preset, title, experiment, engine, totalSteps, threshold, teacherStrength, startedAt } = header;
  const frame = lines.findLast((line) => line.type === 'frame');
  return {
    name: shortName(basename(folder)),
    ...{ folder, preset, title, startedAt, totalSteps },
    seed: numberOrNull(experiment.seed),
    overRealization: numberOrNull(experiment.multi),
    engine: [engine.engine, engine.variant, engine.precision].filter((part) => part !== '').join(' '),
    isForeign: isForeign(header),
    step: frame?.step ?? null,
    trainLoss: numberOrNull(frame?.trainLoss),
    evalLoss: numberOrNull(frame?.evalLoss),
    threshold,
    specialized: frame ? specializedIn(frame, threshold) : null,
    teachers: teacherStrength.reduce((sum, nodes) => sum + nodes.length, 0),
    end: endOf(lines),
  };
};

/** What a log says, of a plain file by its header and its last frame. Errors: UserError for what is no log. */
const readLogged = async (folder: string, file: string): Promise<Logged> => {
  const index = new LogIndex(file);
  try {
    if (index.isPlain) index.readHeader();
    else await index.readWhole();
    const lines = index.isPlain ? index.readEnd(endBytes) : index.read(0, index.lines.length);
    return loggedOf(folder, index.header, lines);
  } finally {
    index.close();
  }
};

/** Bytes of a folder and of the folders in it; links count as themselves. */
const bytesOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesOf(path);
    return sum + (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);

type LogFile = { readonly file: string; readonly stats: Stats };

/** Whether a folder's listing has given a path under which there is nothing: its name cannot be told in text. */
const isNamedOtherwise = (path: string): boolean =>
  path.includes('\u{fffd}') && !lstatSync(path, { throwIfNoEntry: false });

const logNames = [logFileName, `${logFileName}.gz`];

/** The log in a folder; null where there is none. Errors: those of the file system. */
const logIn = (folder: string): LogFile | null => {
  for (const name of logNames) {
    const file = join(folder, name);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats) return { file, stats };
  }
  return null;
};

/** How a run stands: by what its log says, and whether somebody writes to it. */
const stateOf = (end: Logged['end'], lock: FoundLock | null, writtenMs: number, now: number): RecordState => {
  if (end === 'done' || end === 'diverged' || (end !== null && !lock)) return end;
  return isWritten(lock, writtenMs, now) ? 'running' : (end ?? 'killed');
};

/** Running ones first, the later started the earlier; then by when they were written to last. */
const newestFirst = (a: RunRecord, b: RunRecord): number => {
  const [aRuns, bRuns] = [a, b].map(({ state }) => Number(state === 'running'));
  if (aRuns !== bRuns) return bRuns - aRuns;
  const [aTime, bTime] = aRuns ? [a.startedAt, b.startedAt] : [a.writtenAt, b.writtenAt];
  return aTime === bTime ? a.folder.localeCompare(b.folder) : aTime < bTime ? 1 : -1;
};

/** Names in a folder of runs, of runs and others. Errors: UserError where it cannot be read; none where it is not there. */
const entriesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UserError(`${folder}: cannot be read (${codeOf(error)})`);
  }
};

/** The short names of the runs in a folder; nothing is read of them. Errors: UserError. */
export const runNames = (folder: string): string[] =>
  entriesIn(folder)
    .filter((name) => logNames.some((log) => existsSync(join(folder, name, log))))
    .map(shortName);

/**
 * The runs of a folder. A log is read by its header and its last frame alone, and again only once it has changed, so
 * that a folder of thousands can be listed, and listed anew while some of them grow.
 */
export class RunCatalog {
  readonly folder: string;
  readonly #now: () => number;
  #kept = new Map<string, Kept>();

  /** `now`: milliseconds since 1970. */
  constructor(folder: string, now: () => number = Date.now) {
    this.folder = folder;
    this.#now = now;
  }

  /** Reads what has changed; a folder that is not there has no runs. Errors: UserError where it cannot be read. */
  async list(): Promise<RunList> {
    const runs: RunRecord[] = [];
    const skipped: string[] = [];
    const kept = new Map<string, Kept>();
    for (const [at, name] of entriesIn(this.folder).entries()) {
      if (at % runsAtOnce === runsAtOnce - 1) await setImmediate();
      const folder = join(this.folder, name);
      try {
        const found = logIn(folder);
        if (!found) {
          if (isNamedOtherwise(folder)) throw new UserError(`${folder}: got a name that is not UTF-8`);
          continue;
        }
        const entry = await this.#read(folder, found);
        kept.set(folder, entry);
        runs.push(this.#recordOf(folder, entry));
      } catch (error) {
        skipped.push(reasonOf(folder, error));
      }
    }
    this.#kept = kept;
    return { runs: runs.sort(newestFirst), skipped };
  }

  async #read(folder: string, { file, stats }: LogFile): Promise<Kept> {
    if (!stats.isFile()) throw new UserError(`${file}: got no file, allowed: a frame log`);
    const { size, mtimeMs: writtenMs } = stats;
    const before = this.#kept.get(folder);
    if (before && before.size === size && before.writtenMs === writtenMs) return before;
    return { size, writtenMs, logged: await readLogged(folder, file) };
  }

  #recordOf(folder: string, { writtenMs, logged }: Kept): RunRecord {
    const { end, ...said } = logged;
    const lock = findLock(folder, recording);
    const { process = null, host = null } = lock?.isDead ? {} : (lock ?? {});
    return {
      ...said,
      state: stateOf(end, lock, writtenMs, this.#now()),
      ...{ process, host },
      bytes: bytesOf(folder),
      writtenAt: new Date(writtenMs).toISOString(),
    };
  }
}

/** Why an entry was passed over, in a sentence that names it. */
const reasonOf = (folder: string, error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UserError) return message.startsWith(folder) ? message : `${folder}: ${message}`;
  return `${folder}: cannot be read (${codeOf(error) || message})`;
};
