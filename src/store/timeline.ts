import type { State } from './state.js';

/** What a run has shown, frame after frame, in the order in which it did. */
export interface Timeline {
  /** Frames that can be shown. */
  readonly length: number;
  /** The state with this frame and all that followed before the next. `index` from 0 to length - 1. */
  stateAt(index: number): State;
  /** The nearest frame on this side of one with which something happened; null where there is none. */
  eventFrom(index: number, side: 1 | -1): number | null;
}
