import type { RunEvent } from '../../protocol/index.js';
import { decodeCheckpoint } from '../course/checkpoint-file.js';
import type { Run } from '../run.js';
import { walk } from './walk.js';

/** What is known in memory of a run that was ended. */
export type Remembered = {
  /** A safetensors file; null: the run is led from step 0. */
  readonly checkpoint: Uint8Array | null;
  /** What changed the run after the checkpoint. */
  readonly events: readonly RunEvent[];
};

/** Makes a run that has just started what it was when it was ended. `onPiece`: called now and then while it trains. */
export const recall = (run: Run, { checkpoint, events }: Remembered, onPiece: () => void): void => {
  if (checkpoint) run.restore(decodeCheckpoint(checkpoint, 'the run before', run.networks.student));
  for (const _ of walk(run, events, onPiece));
};
