import type { RunRecord } from '../../../protocol/index.js';
import { initialState, type OpenedRun, type RunShelf, type State } from '../../../store/index.js';

/** A run whose course is drawn beside others', as far as it has come; or why it cannot be. */
export type LaidRun = { readonly name: string; readonly state: State; readonly problem: string | null };

/** A run's folder or log, and what to call it. */
export type NamedRun = Pick<RunRecord, 'folder' | 'name'>;

/** Runs on the same axes, the one on display among them. */
export const mostLaid = 6;

type Opened = { readonly name: string; readonly run: OpenedRun };

/** The runs that are laid over the one on display, their logs followed as they grow. Mutable. */
export class LaidOver {
  readonly #shelf: RunShelf;
  readonly #onFailure: (reason: string) => void;
  readonly #opened = new Map<string, Opened>();
  /** Runs whose logs cannot be read, by folder. */
  readonly #unread = new Map<string, LaidRun>();

  constructor(shelf: RunShelf, onFailure: (reason: string) => void) {
    this.#shelf = shelf;
    this.#onFailure = onFailure;
  }

  /** Those of which there is something to show, or to tell. */
  get runs(): readonly LaidRun[] {
    const shown = [...this.#opened.values()].flatMap(({ name, run }) =>
      run.length === 0 ? [] : [{ name, state: run.stateAt(run.length - 1), problem: null }],
    );
    return [...shown, ...this.#unread.values()];
  }

  get folders(): readonly string[] {
    return [...this.#opened.keys()];
  }

  /** Lays a run over, or takes it away again; returns what has been done, in words. */
  toggle({ folder, name }: NamedRun): string {
    if (this.#remove(folder)) return `${name} is taken away`;
    if (this.#opened.size === mostLaid - 1) return `${mostLaid} runs are the most`;
    this.#unread.delete(folder);
    const run = this.#shelf.open(folder, (reason) => {
      this.#remove(folder);
      this.#unread.set(folder, { name, state: initialState, problem: reason });
      this.#onFailure(reason);
    });
    this.#opened.set(folder, { name, run });
    run.follow();
    return `${name} is laid over: d shows both`;
  }

  close(): void {
    for (const folder of this.folders) this.#remove(folder);
  }

  #remove(folder: string): boolean {
    this.#opened.get(folder)?.run.close();
    return this.#opened.delete(folder);
  }
}
