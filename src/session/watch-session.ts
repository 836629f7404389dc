import { LogIndex, mayGrow } from '../log/index.js';
import type { LayerPair, Session, SessionMessage } from '../protocol/index.js';
import { initialState, type PairRecord, type State, type Timeline } from '../store/index.js';
import { LogTimeline } from './log-timeline.js';

/** Bytes of log read between two looks at the clock. */
const sliceBytes = 256 * 1024;

/** How long a poll may read, so that a screen stays answerable. */
const mostMs = 30;

type Watched = { readonly index: LogIndex; readonly timeline: LogTimeline };

export type WatchOptions = {
  /** The path of the log to watch; null as long as there is none. */
  readonly find: () => string | null;
  /** What is waited for, in words. */
  readonly waiting: string;
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
};

/**
 * A log in place of a live run: it takes no commands, and grows by itself. It need not be there yet, and may be begun
 * again.
 */
export class WatchSession implements Session, Timeline {
  readonly #options: WatchOptions;
  readonly #listeners = new Set<(message: SessionMessage) => void>();
  #watched: Watched | null = null;
  /** Whether the listeners know the log's header. */
  #isOpened = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Null as long as there is no log. */
  get index(): LogIndex | null {
    return this.#watched?.index ?? null;
  }

  /**
   * Looks for the log, and reads what it has grown by, for a moment at most. Returns whether there is more to read at
   * once. Errors: UserError where that is no log.
   */
  poll(): boolean {
    const watched = this.#find();
    if (!watched) return false;
    const { index, timeline } = watched;
    const started = this.#options.clock();
    do {
      timeline.follow(sliceBytes);
      // A log that has been begun again has no header until it has been read anew.
      if (!index.hasHeader) this.#isOpened = false;
      else if (!this.#isOpened) this.#open(index);
    } while (index.bytesLeft > 0 && this.#options.clock() - started < mostMs);
    if (index.bytesLeft === 0) timeline.isLeft = !mayGrow(index);
    return index.bytesLeft > 0;
  }

  close(): void {
    this.#watched?.index.close();
  }

  get length(): number {
    return this.#watched?.timeline.length ?? 0;
  }

  stateAt(index: number): State {
    return this.#watched?.timeline.stateAt(index) ?? initialState;
  }

  indexOf(step: number): number | null {
    return this.#watched?.timeline.indexOf(step) ?? null;
  }

  pairHistory(pair: LayerPair): readonly PairRecord[] {
    return this.#watched?.timeline.pairHistory(pair) ?? [];
  }

  eventFrom(index: number, side: 1 | -1): number | null {
    return this.#watched?.timeline.eventFrom(index, side) ?? null;
  }

  send(): void {}
  switchPreset(): void {}
  restart(): void {}
  bringBack(): void {}
  setLogging(): void {}
  startControl(): void {}
  endControl(): void {}

  subscribe(listener: (message: SessionMessage) => void): () => void {
    const { waiting } = this.#options;
    this.#listeners.add(listener);
    if (!this.#isOpened) listener({ type: 'log', state: 'watched', path: null, reason: waiting });
    else if (this.#watched) listener(this.#watched.index.header);
    return () => this.#listeners.delete(listener);
  }

  #find(): Watched | null {
    if (this.#watched) return this.#watched;
    const path = this.#options.find();
    if (path === null) return null;
    const index = new LogIndex(path);
    this.#watched = { index, timeline: new LogTimeline(index) };
    return this.#watched;
  }

  #open({ header }: LogIndex): void {
    this.#isOpened = true;
    for (const listener of this.#listeners) listener(header);
  }
}
