import { dirname } from 'node:path';
import { readUserFile, UserError } from '../input/index.js';
import { type Frame, isForeign, type OwnHeader, type RunEvent } from '../protocol/index.js';
import { listCheckpoints } from './checkpoint-store.js';
import { changesRun } from './log-file.js';
import { eachLine } from './log-reader.js';

const largestCheckpointBytes = 1024 ** 3;

/** A log that stops before its run was done, and what is needed to go on with both. */
export type StoppedLog = {
  readonly folder: string;
  readonly header: OwnHeader;
  /** Whole lines and their bytes; what follows is a torn line. */
  readonly lines: number;
  readonly bytes: number;
  /** What was left out of the log, in sentences. */
  readonly notes: readonly string[];
  /** Every event that changed the run. */
  readonly changes: readonly RunEvent[];
  readonly checkpoint: { readonly path: string; readonly bytes: Uint8Array } | null;
  /** Those after the checkpoint. */
  readonly events: readonly RunEvent[];
  /** The last frame; null when an event that changed the run came after it. */
  readonly frame: Frame | null;
};

const refuseEnded = (file: string, last: RunEvent | Frame | null): void => {
  if (last?.type !== 'event') return;
  if (last.event === 'done')
    throw new UserError(`--resume: got ${file}, whose run is done, allowed: one that stopped`);
  if (last.event === 'diverged')
    throw new UserError(`--resume: got ${file}, whose run has diverged, allowed: one that stopped`);
};

/**
 * Reads what is needed to go on with a run from its folder or log. Errors: UserError for a path that is no log, a run
 * that is done or has diverged, a log that says nothing yet.
 */
export const readStoppedLog = async (path: string): Promise<StoppedLog> => {
  let last: RunEvent | Frame | null = null;
  let frame: Frame | null = null;
  const changes: { readonly event: RunEvent; readonly line: number }[] = [];
  const { file, header, lines, bytes, notes } = await eachLine(path, ({ line, number }) => {
    if (line.type === 'header') return;
    if (line.type === 'frame') frame = line;
    else if (changesRun(line)) {
      changes.push({ event: line, line: number });
      frame = line.event === 'threshold' ? frame : null;
    }
    if (line.type !== 'event' || line.event !== 'stopped') last = line;
  });
  refuseEnded(file, last);
  if (isForeign(header))
    throw new UserError(`--resume: got ${file} of another trainer, allowed: a run of teachtop`);
  const folder = dirname(file);
  const latest = listCheckpoints(folder).findLast(({ line }) => line <= lines);
  return {
    ...{ folder, header, lines, bytes, notes },
    changes: changes.map(({ event }) => event),
    checkpoint: latest
      ? { path: latest.path, bytes: readUserFile(latest.path, largestCheckpointBytes) }
      : null,
    events: changes.filter(({ line }) => line > (latest?.line ?? 0)).map(({ event }) => event),
    frame,
  };
};
