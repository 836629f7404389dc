import type { RunRecord } from '../../../protocol/index.js';
import type { OpenedRun, RunShelf, State, Timeline } from '../../../store/index.js';
import type { RunListShown } from '../overlays/run-list-lines.js';
import { Playback } from '../playback.js';
import { LaidOver, type LaidRun, type NamedRun } from './laid-over.js';
import { RunListing } from './run-listing.js';

type Looked = { readonly timeline: Timeline; readonly playback: Playback };
type Visit = Looked & { readonly run: OpenedRun; readonly folder: string; readonly unsubscribe: () => void };

export type LookedAtOptions = {
  /** The dashboard's own run or log. */
  readonly own: Timeline;
  readonly isOwnLog: boolean;
  /** The runs of the log folder; null where there is none. */
  readonly shelf: RunShelf | null;
  /** Called when there is something new of another run, or of the list, to show. */
  readonly onChange: () => void;
  /** Called when another run's log cannot be read, in a line why; it has been left then. */
  readonly onFailure: (reason: string) => void;
};

/** What the panels look at: the dashboard's own run or log, or for a while the log of another run. Mutable. */
export class LookedAt {
  /** The list of runs; null where there is no log folder. */
  readonly listing: RunListing | null;
  /** Runs laid over the one on display; null where there is no log folder. */
  readonly laidOver: LaidOver | null;
  readonly #options: LookedAtOptions;
  readonly #own: Looked;
  #visit: Visit | null = null;

  constructor(options: LookedAtOptions) {
    const { own, isOwnLog, shelf, onChange } = options;
    this.#options = options;
    this.#own = { timeline: own, playback: new Playback(own, isOwnLog) };
    this.laidOver = shelf && new LaidOver(shelf, options.onFailure);
    this.listing = shelf && new RunListing(shelf, onChange);
  }

  get timeline(): Timeline {
    return (this.#visit ?? this.#own).timeline;
  }

  get playback(): Playback {
    return (this.#visit ?? this.#own).playback;
  }

  get isLog(): boolean {
    return this.#options.isOwnLog || this.isVisit;
  }

  /** Whether it is another run's log, behind which the dashboard's own run or log goes on. */
  get isVisit(): boolean {
    return this.#visit !== null;
  }

  /** Folder of the run on display, in its latest state; null where it is not known. */
  folder({ log: { path } }: State): string | null {
    return this.#visit?.folder ?? path?.replace(/\/[^/]*\.jsonl(\.gz)?$/, '') ?? null;
  }

  /** The list as it is shown beside a run in its latest state; null where there is none. */
  list(present: State): RunListShown | null {
    const { shelf } = this.#options;
    if (!shelf) return null;
    const list = this.listing?.list ?? null;
    const laid = this.laidOver?.folders ?? [];
    return { list, laid, current: this.folder(present), canGoOn: shelf.goOnWith !== null, now: Date.now() };
  }

  /** The run on display, in the state `shown`, and those that are laid over it. `present`: its latest state. */
  laid(shown: State, present: State): readonly LaidRun[] {
    const folder = this.folder(present);
    const name = this.listing?.list?.runs.find((run) => run.folder === folder)?.name;
    const others = this.laidOver?.runs ?? [];
    return [{ name: name ?? shown.header?.title ?? '', state: shown, problem: null }, ...others];
  }

  /** Lays runs over the one on display; returns whether there are any. */
  layOver(runs: readonly NamedRun[]): boolean {
    // The list knows the name of the run on display.
    if (runs.length > 0) this.listing?.renew(0);
    for (const run of runs) this.laidOver?.toggle(run);
    return runs.length > 0;
  }

  /** Lets go of every log that it has opened. */
  close(): void {
    this.leave();
    this.laidOver?.close();
  }

  /** Looks at another run's log, from its end. */
  visit({ folder }: RunRecord): void {
    const { shelf, onChange, onFailure } = this.#options;
    this.leave();
    if (!shelf) return;
    const run = shelf.open(folder, (reason) => {
      this.leave();
      onFailure(reason);
    });
    const unsubscribe = run.subscribe((message) => {
      if (message.type === 'header') onChange();
    });
    this.#visit = { run, folder, timeline: run, playback: new Playback(run, true), unsubscribe };
    run.follow();
  }

  /** Comes back to the dashboard's own; returns whether it was away. */
  leave(): boolean {
    const visit = this.#visit;
    this.#visit = null;
    visit?.unsubscribe();
    visit?.run.close();
    return visit !== null;
  }
}
