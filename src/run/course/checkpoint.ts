import type { Position } from './position.js';
import type { Snapshot } from './snapshots.js';

/** A position that an undo, a rewind or a promotion went back from, and what that did, for people. */
export type RedoTarget = { readonly position: Position; readonly summary: string };

/** A snapshot and all else that a run needs to go on as if it had not stopped. */
export type Checkpoint = {
  readonly snapshot: Snapshot;
  /** Latest last. */
  readonly redoTargets: readonly RedoTarget[];
  /** Times that the run has been rewound. */
  readonly branch: number;
  /** Where the latest control started that has not been promoted. */
  readonly controlStart: Position | null;
  /** Interventions that have been undone. */
  readonly cancelled: readonly number[];
  readonly threshold: number;
  /** State of the perturbation stream. */
  readonly perturbationRandom: readonly number[];
};
