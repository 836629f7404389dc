import type { EngineState } from '../../engine/index.js';
import { everyArray, type RandomState } from '../../net/index.js';
import { mostRedos } from '../../protocol/index.js';
import type { RateSetting } from './learning-rate.js';
import { leadsTo, type Position } from './position.js';

/** Where the current training set came from: the start of the run, or the stream's state before it was drawn. */
export type TrainingSetOrigin =
  | { readonly kind: 'initial' }
  | { readonly kind: 'drawn'; readonly from: RandomState };

/** A run's whole state at a position: restored, the run goes on with the same bits. */
export type Snapshot = Position & {
  readonly engine: EngineState;
  readonly trainData: RandomState;
  readonly trainingSetOrigin: TrainingSetOrigin;
  readonly rate: RateSetting;
  /** Whether the latest batch had a loss that is not finite. */
  readonly diverged: boolean;
};

/** Memory that snapshots of one run may take. */
const budgetBytes = 96 * 1024 ** 2;
const mostSnapshots = 64;

const bytesOf = ({ engine }: Snapshot): number =>
  [...everyArray(engine.student), ...engine.optimizer].reduce((sum, { byteLength }) => sum + byteLength, 0);

/**
 * Snapshots of one run, at even distances that double when there are too many, so that any position is at most a
 * small part of the run after one of them. The start and the latest pinned ones are kept.
 */
export class Snapshots {
  readonly #start: Snapshot;
  readonly #most: number;
  #every: number;
  #regular: Snapshot[] = [];
  #pinned: Snapshot[] = [];

  /** `every`: steps between frames. */
  constructor(start: Snapshot, every: number) {
    this.#start = start;
    this.#every = every;
    this.#most = Math.max(4, Math.min(mostSnapshots, Math.floor(budgetBytes / bytesOf(start))));
  }

  /** Whether a run at this step is due for a snapshot. */
  isDue(step: number): boolean {
    return step % this.#every === 0;
  }

  add(snapshot: Snapshot): void {
    this.#regular.push(snapshot);
    while (this.#regular.length > this.#most) {
      this.#every *= 2;
      const even = this.#regular.filter(({ step }) => step % this.#every === 0);
      this.#regular = even.length > this.#most ? even.slice(-this.#most) : even;
    }
  }

  /** Keeps a snapshot of a position to which a jump is likely. */
  pin(snapshot: Snapshot): void {
    this.#pinned = [...this.#pinned, snapshot].slice(-Math.min(mostRedos, this.#most));
  }

  /** Forgets all but the start. */
  clear(): void {
    this.#regular = [];
    this.#pinned = [];
  }

  /** The latest snapshot from which a run reaches the position. */
  nearest(position: Position): Snapshot {
    const candidates = [...this.#regular, ...this.#pinned].filter((snapshot) => leadsTo(snapshot, position));
    return candidates.reduce((best, one) => (leadsTo(best, one) ? one : best), this.#start);
  }
}
