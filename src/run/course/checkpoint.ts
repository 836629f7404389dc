import type { Moment } from './moment.js';
import type { Snapshot } from './snapshots.js';

/** A place that a run has left by undo, rewind or promotion, and that redo goes back to. */
export type LeftMoment = { readonly moment: Moment; readonly summary: string };

/** A snapshot and all else that a run needs to go on as if it had not stopped. */
export type Checkpoint = {
  readonly snapshot: Snapshot;
  /** Latest last. */
  readonly left: readonly LeftMoment[];
  /** Times that the run has been rewound. */
  readonly branch: number;
  /** Where the latest control started that has not been promoted. */
  readonly controlStart: Moment | null;
  /** Interventions that have been undone. */
  readonly cancelled: readonly number[];
  readonly threshold: number;
  /** State of the perturbation stream. */
  readonly perturbationRandom: readonly number[];
};
