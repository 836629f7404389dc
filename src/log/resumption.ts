import { createReadStream, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readUserFile, UserError } from '../input/index.js';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { listCheckpoints } from './checkpoint-store.js';
import { changesRun } from './log-file.js';
import { type LogLine, LogParser, locateLog } from './log-reader.js';

const largestCheckpointBytes = 1024 ** 3;

/** A log that stops before its run was done, and what is needed to go on with both. */
export type StoppedLog = {
  readonly folder: string;
  readonly header: Header;
  /** Whole lines and their bytes; what follows is a torn line. */
  readonly lines: number;
  readonly bytes: number;
  /** Every event that changed the run. */
  readonly changes: readonly RunEvent[];
  readonly checkpoint: { readonly path: string; readonly bytes: Uint8Array } | null;
  /** Those after the checkpoint. */
  readonly events: readonly RunEvent[];
  /** The last frame; null when an event that changed the run came after it. */
  readonly frame: Frame | null;
};

/** Calls back with every whole line of a log, in order; resolves to what is left of a torn one. Errors: UserError. */
export const eachLine = async (file: string, tell: (line: LogLine) => void): Promise<number> => {
  const parser = new LogParser(file);
  for await (const chunk of createReadStream(file))
    for (const line of parser.push(chunk as Buffer)) tell(line);
  return parser.tornBytes;
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
  const file = locateLog(path);
  let header: Header | null = null;
  let lines = 0;
  let last: RunEvent | Frame | null = null;
  let frame: Frame | null = null;
  const changes: { readonly event: RunEvent; readonly line: number }[] = [];
  const tornBytes = await eachLine(file, (line) => {
    lines++;
    if (line.type === 'header') {
      header = line;
      return;
    }
    if (line.type === 'frame') frame = line;
    else if (changesRun(line)) {
      changes.push({ event: line, line: lines });
      frame = line.event === 'threshold' ? frame : null;
    }
    if (line.type !== 'event' || line.event !== 'stopped') last = line;
  });
  const known = header as Header | null;
  if (!known) throw new UserError(`${file}: not a frame log: it has no whole first line`);
  refuseEnded(file, last);
  if (known.engine.engine === 'external')
    throw new UserError(`--resume: got ${file} of another trainer, allowed: a run of teachtop`);
  const folder = dirname(file);
  const latest = listCheckpoints(folder).findLast(({ line }) => line <= lines);
  return {
    folder,
    header: known,
    lines,
    bytes: statSync(file).size - tornBytes,
    changes: changes.map(({ event }) => event),
    checkpoint: latest
      ? { path: latest.path, bytes: readUserFile(latest.path, largestCheckpointBytes) }
      : null,
    events: changes.filter(({ line }) => line > (latest?.line ?? 0)).map(({ event }) => event),
    frame,
  };
};
