import { RunCatalog } from '../log/index.js';
import type { RunList } from '../protocol/index.js';
import type { OpenedRun, RunShelf } from '../store/index.js';
import { FollowedLog } from './followed-log.js';

/** The runs in the log folder, to be listed and looked at. */
export class LogShelf implements RunShelf {
  readonly #folder: () => string;
  #catalog: RunCatalog | null = null;
  readonly #clock: () => number;

  readonly goOnWith: RunShelf['goOnWith'];

  /** `folder`: errors: UserError where there is none. `clock`: milliseconds on a clock that never goes back. */
  constructor(folder: () => string, clock: () => number, goOnWith: RunShelf['goOnWith']) {
    this.#folder = folder;
    this.goOnWith = goOnWith;
    this.#clock = clock;
  }

  async list(): Promise<RunList> {
    this.#catalog ??= new RunCatalog(this.#folder());
    return this.#catalog.list();
  }

  open(folder: string, onFailure: (reason: string) => void): OpenedRun {
    return new FollowedLog({
      find: () => folder,
      waiting: `reading ${folder}`,
      clock: this.#clock,
      onFailure: (reason) => onFailure(reason),
    });
  }
}
