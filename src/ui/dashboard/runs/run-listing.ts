import type { RunList } from '../../../protocol/index.js';
import type { RunShelf } from '../../../store/index.js';

/** How often the list is read again while it is on the screen. */
const renewMs = 2000;

/** The list of runs, read again as long as somebody looks at it. Mutable. */
export class RunListing {
  readonly #shelf: RunShelf;
  readonly #onChange: () => void;
  #list: RunList | null = null;
  #isReading = false;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(shelf: RunShelf, onChange: () => void) {
    this.#shelf = shelf;
    this.#onChange = onChange;
  }

  /** As it was read last; null before that. */
  get list(): RunList | null {
    return this.#list;
  }

  /** Reads it, unless that has been done a moment ago or is being done. `now` in milliseconds. */
  renew(now: number): void {
    if (this.#isReading || now - this.#readAt < renewMs) return;
    this.#isReading = true;
    this.#readAt = now;
    const failed = (error: unknown): RunList => ({
      runs: [],
      skipped: [error instanceof Error ? error.message : String(error)],
    });
    void this.#shelf
      .list()
      .catch(failed)
      .then((list) => {
        this.#isReading = false;
        this.#list = list;
        this.#onChange();
      });
  }
}
