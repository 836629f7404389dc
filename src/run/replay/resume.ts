import { UserError } from '../../input/index.js';
import type { Frame, RunEvent } from '../../protocol/index.js';
import { decodeCheckpoint } from '../course/checkpoint-file.js';
import type { Run } from '../run.js';
import { walkToEnd } from './walk.js';

/** What is known from the log of a run that stopped. */
export type Resumption = {
  /** The latest one; null: the run is walked through from step 0. */
  readonly checkpoint: { readonly path: string; readonly bytes: Uint8Array } | null;
  /** What changed the run after the checkpoint, in the log's order. */
  readonly events: readonly RunEvent[];
  /** The last frame; null when one of the events came after it. */
  readonly frame: Pick<Frame, 'type' | 'step' | 'stateHash'> | null;
  /** The older build of the kernels that recorded the log, whose bits cannot be had again; null for any other engine. */
  readonly olderKernels: string | null;
};

/**
 * Makes a run that has just started what it was at the end of its log. `onPiece`: called now and then while it trains.
 * Errors: UserError for a checkpoint that is none, and where this machine does not get the log's bits.
 */
export const resume = (run: Run, resumption: Resumption, onPiece?: () => void): void => {
  const { checkpoint, events, frame, olderKernels } = resumption;
  if (olderKernels && !checkpoint)
    throw new UserError(
      `--resume: got a run without a checkpoint, recorded by an older build of the kernels (wasm ${olderKernels}), allowed: one with a checkpoint`,
    );
  if (checkpoint) run.restore(decodeCheckpoint(checkpoint.bytes, checkpoint.path, run.networks.student));
  walkToEnd(run, frame ? [...events, frame] : events, onPiece);
  if (!frame || olderKernels) return;
  const { step, stateHash } = run;
  if (step !== frame.step || stateHash !== frame.stateHash)
    throw new UserError(
      `--resume: got other weights at step ${step} (${stateHash}) than the log has at step ${frame.step} (${frame.stateHash}), allowed: the same engine on a processor that gives the same bits`,
    );
};
