import { dirname } from 'node:path';
import { UserError } from '../input/index.js';
import { type Frame, isForeign, type OwnHeader, type RunEvent } from '../protocol/index.js';
import { listCheckpoints } from './checkpoint-store.js';
import { changesRun } from './log-file.js';
import type { PlacedLine } from './log-parser.js';
import { eachLine } from './log-reader.js';
import { locateLog } from './log-source.js';

/** A frame as far as it tells whether a run is where its log says. */
type FrameMark = Pick<Frame, 'type' | 'step' | 'stateHash'>;

/** A log that stops before its run was done, and what is needed to go on with both. */
export type StoppedLog = {
  readonly folder: string;
  readonly header: OwnHeader;
  /** Whole lines and their bytes; what follows is a torn line. */
  readonly lines: number;
  readonly bytes: number;
  /** Bytes of the file. */
  readonly size: number;
  /** What was left out of the log, in sentences. */
  readonly notes: readonly string[];
  /** Every event that changed the run. */
  readonly changes: readonly RunEvent[];
  /** Seconds of training up to the last frame; 0 where the log does not say. */
  readonly trainedSeconds: number;
  /** Latest first, each with the last frame before it. */
  readonly checkpoints: readonly {
    readonly path: string;
    readonly line: number;
    readonly frame: FrameMark | null;
  }[];
  /** Checkpoints of a future that the log has lost. */
  readonly lostCheckpoints: readonly string[];
  /** What changed the run, the first frame after each, and the last frame; with their numbers in the log. */
  readonly places: readonly { readonly line: RunEvent | FrameMark; readonly number: number }[];
  /** What the log reports after the last of them. */
  readonly reports: readonly RunEvent[];
};

const refuseEnded = (file: string, last: RunEvent | Frame | null): void => {
  if (last?.type !== 'event') return;
  if (last.event === 'done')
    throw new UserError(`--resume: got ${file}, whose run is done, allowed: one that stopped`);
  if (last.event === 'diverged')
    throw new UserError(`--resume: got ${file}, whose run has diverged, allowed: one that stopped`);
};

const markOf = ({ type, step, stateHash }: Frame): FrameMark => ({ type, step, stateHash });

type Placed<Line> = { readonly line: Line; readonly number: number };

/** Follows the lines of a log to what a resumption needs of them. */
class Places {
  readonly #places: Placed<RunEvent | FrameMark>[] = [];
  /** The last frame, where it is not the first after a change. */
  #later: Placed<FrameMark> | null = null;
  /** What the log reports since the last frame or change. */
  reports: RunEvent[] = [];
  /** The last frame. */
  frame: FrameMark | null = null;
  trainedSeconds = 0;
  /** The last line that is no `stopped`. */
  last: RunEvent | Frame | null = null;

  /** Every change, the first frame after each, and the last frame. */
  get all(): readonly Placed<RunEvent | FrameMark>[] {
    return this.#later ? [...this.#places, this.#later] : this.#places;
  }

  add(line: Frame | RunEvent, number: number): void {
    if (line.type !== 'event' || line.event !== 'stopped') this.last = line;
    if (line.type === 'event' && !changesRun(line)) {
      this.reports.push(line);
      return;
    }
    this.reports = [];
    const follows = this.#places.at(-1)?.line.type === 'event';
    if (line.type === 'frame') {
      this.frame = markOf(line);
      this.trainedSeconds = Number.isFinite(line.trainingSeconds) ? line.trainingSeconds : 0;
    }
    if (line.type === 'frame' && !follows) this.#later = { line: markOf(line), number };
    else {
      this.#places.push({ line: line.type === 'frame' ? markOf(line) : line, number });
      this.#later = null;
    }
  }
}

/**
 * Reads what is needed to go on with a run from its folder or log. Errors: UserError for a path that is no log, a run
 * that is done or has diverged, a log that is no plain file.
 */
export const readStoppedLog = async (path: string): Promise<StoppedLog> => {
  const folder = dirname(locateLog(path));
  const ahead = listCheckpoints(folder);
  const checkpoints: StoppedLog['checkpoints'][number][] = [];
  const places = new Places();
  const changes: RunEvent[] = [];
  /** Takes the checkpoints up to a line, with the last frame before it. */
  const pass = (lastLine: number): void => {
    while (ahead.length > 0 && ahead[0].line <= lastLine)
      checkpoints.unshift(...ahead.splice(0, 1).map((one) => ({ ...one, frame: places.frame })));
  };
  const take = ({ line, number }: PlacedLine): void => {
    pass(number - 1);
    if (line.type === 'header') return;
    places.add(line, number);
    if (line.type === 'event' && changesRun(line)) changes.push(line);
  };
  // What has no line feed is cut off when the log is written on.
  const { file, header, lines, bytes, size, notes, isPlain } = await eachLine(path, take, {
    takesUnended: false,
  });
  pass(lines);
  if (!isPlain)
    throw new UserError(`--resume: got ${file}, which is no plain file, allowed: a run's own log`);
  refuseEnded(file, places.last);
  if (isForeign(header))
    throw new UserError(`--resume: got ${file} of another trainer, allowed: a run of teachtop`);
  const { all, reports, trainedSeconds } = places;
  return {
    ...{ folder, header, lines, bytes, size, notes, changes, checkpoints, reports, trainedSeconds },
    places: all,
    lostCheckpoints: ahead.map((one) => one.path),
  };
};
