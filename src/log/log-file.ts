import type { Frame, Header, RunEvent } from '../protocol/index.js';

/** The log of a run, in the run's folder. */
export const logFileName = 'frames.jsonl';

/**
 * The longest line that is written or read: a frame of the widest networks that can be trained, with room to spare, and
 * less than half of the longest text that Node can hold.
 */
export const longestLineBytes = 256 * 1024 ** 2;

export type Line = Header | Frame | RunEvent;

/** One line of the log. Numbers that are not finite become null, which JSON has no other word for. */
export const logLine = (line: Line): string => `${JSON.stringify(line)}\n`;

/** Whether a replay of the run needs this line. */
export const changesRun = (line: Frame | RunEvent): boolean =>
  line.type === 'event' &&
  (line.event === 'perturbed' ||
    line.event === 'undone' ||
    line.event === 'redone' ||
    line.event === 'rewound' ||
    line.event === 'forked' ||
    line.event === 'promoted' ||
    line.event === 'threshold' ||
    (line.event === 'learning-rate' && line.cause === 'key'));
