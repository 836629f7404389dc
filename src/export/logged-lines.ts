import type { LogIndex } from '../log/index.js';
import type { Frame, RunEvent } from '../protocol/index.js';

/** Lines of a log in order, one at a time in memory. */
export function* linesOf(index: LogIndex): Generator<Frame | RunEvent> {
  for (let at = 0; at < index.lines.length; at++) yield* index.read(at, at + 1);
}

export function* framesOf(index: LogIndex): Generator<Frame> {
  for (let at = 0; at < index.lines.length; at++) {
    if (index.lines[at].event !== null) continue;
    for (const line of index.read(at, at + 1)) if (line.type === 'frame') yield line;
  }
}
