import type { Frame, LayerPair } from '../protocol/index.js';
import type { State } from './state.js';

/** A teacher and a student node in a frame. */
export type PairRecord = {
  readonly step: number;
  readonly correlation: number;
  readonly fanOutNorm: number;
};

/** What a frame has of a pair of nodes; null of a frame without one of them. */
export const pairRecordOf = (frame: Frame, { layer, teacher, student }: LayerPair): PairRecord | null => {
  const shown = frame.layers[layer];
  const correlation = shown?.correlation[teacher]?.[student];
  if (correlation === undefined) return null;
  return { step: frame.step, correlation, fanOutNorm: shown.fanOutNorm[student] };
};

/** What a run has shown, frame after frame, in the order in which it did. */
export interface Timeline {
  /** Frames that can be shown. */
  readonly length: number;
  /** The state with this frame and all that followed before the next. `index` from 0 to length - 1. */
  stateAt(index: number): State;
  /** The latest frame of a step, or the nearest one before it that can be shown; null where there is none. */
  indexOf(step: number): number | null;
  /** The nearest frame on this side of one with which something happened; null where there is none. */
  eventFrom(index: number, side: 1 | -1): number | null;
  /** A pair of nodes over the course that leads to the latest frame, oldest first; frames left out where they are many. */
  pairHistory(pair: LayerPair): readonly PairRecord[];
}
