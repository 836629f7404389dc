import type { LogIndex } from '../log/index.js';
import type { Frame } from '../protocol/index.js';

export function* framesOf(index: LogIndex): Generator<Frame> {
  for (let at = 0; at < index.lines.length; at++) {
    if (index.lines[at].event !== null) continue;
    for (const line of index.read(at, at + 1)) if (line.type === 'frame') yield line;
  }
}

const jumps: readonly string[] = ['undone', 'redone', 'rewound', 'promoted'];

/** By line: how many times the run had left its course for another step's before it. */
export const branchesOf = (index: LogIndex): readonly number[] => {
  let branch = 0;
  return index.lines.map(({ event }) => {
    if (event !== null && jumps.includes(event)) branch++;
    return branch;
  });
};

/** Frames in order, each with its branch. */
export function* branchedFramesOf(index: LogIndex): Generator<{ frame: Frame; branch: number }> {
  for (const [at, branch] of branchesOf(index).entries()) {
    if (index.lines[at].event !== null) continue;
    for (const line of index.read(at, at + 1)) if (line.type === 'frame') yield { frame: line, branch };
  }
}
