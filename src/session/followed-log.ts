import { UserError } from '../input/index.js';
import { type WatchOptions, WatchSession } from './watch-session.js';

/** Network file systems tell nobody of changes: the file is looked at this often. */
const pollMs = 250;

type FollowOptions = WatchOptions & {
  /** Told of what makes the log unreadable; it is followed no more then. */
  readonly onFailure: (reason: string, isUnusable: boolean) => void;
};

/** A log that is looked at regularly until it is closed. */
export class FollowedLog extends WatchSession {
  readonly #onFailure: FollowOptions['onFailure'];
  #timer: NodeJS.Timeout | undefined;

  constructor({ onFailure, ...options }: FollowOptions) {
    super(options);
    this.#onFailure = onFailure;
  }

  /** Looks at it now, and regularly from now on. */
  follow(): void {
    try {
      this.#timer = setTimeout(() => this.follow(), this.poll() ? 0 : pollMs);
    } catch (error) {
      this.#onFailure(error instanceof Error ? error.message : String(error), error instanceof UserError);
    }
  }

  /** Looks no more; what has been read can still be shown. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  override close(): void {
    this.stop();
    super.close();
  }
}
