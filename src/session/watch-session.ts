import type { LogIndex } from '../log/index.js';
import type { Session, SessionMessage } from '../protocol/index.js';
import type { LogTimeline } from './log-timeline.js';

/** A log in place of a live run: it takes no commands, and grows by itself. */
export class WatchSession implements Session {
  readonly #index: LogIndex;
  readonly #timeline: LogTimeline;

  constructor(index: LogIndex, timeline: LogTimeline) {
    this.#index = index;
    this.#timeline = timeline;
  }

  /** Reads what the log has grown by. Errors: UserError where that is no log. */
  poll(): void {
    if (this.#index.grow()) this.#timeline.follow();
  }

  send(): void {}
  switchPreset(): void {}
  restart(): void {}
  setLogging(): void {}
  startControl(): void {}
  endControl(): void {}

  subscribe(listener: (message: SessionMessage) => void): () => void {
    listener(this.#index.header);
    return () => {};
  }
}
