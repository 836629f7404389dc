import type { RunList, SessionMessage } from '../protocol/index.js';
import type { Timeline } from './timeline.js';

/** A log that is looked at, and followed as it grows. */
export interface OpenedRun extends Timeline {
  /** Calls back with its header, as soon as that has been read and whenever the log is begun again. */
  subscribe(listener: (message: SessionMessage) => void): () => void;
  /** Reads it now, and what it grows by until it is closed. */
  follow(): void;
  close(): void;
}

/** The runs of the log folder, as far as a screen needs them. */
export interface RunShelf {
  /** Errors: those of the file system, in words. */
  list(): Promise<RunList>;
  /** Opens a run's log. `onFailure`: told in a line why it cannot be read, or no longer. */
  open(folder: string, onFailure: (reason: string) => void): OpenedRun;
  /** Goes on with the stopped run of a folder in place of the one that is trained; null where none is. */
  readonly goOnWith: ((folder: string) => void) | null;
}
