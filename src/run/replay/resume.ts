import { UserError } from '../../input/index.js';
import type { Network } from '../../net/index.js';
import { decodeCheckpoint } from '../course/checkpoint-file.js';
import type { Run } from '../run.js';
import type { Resumption } from '../thread/host-protocol.js';
import { advanceTo, repeat } from './replay.js';

/**
 * Makes a run that has just started what it was at the end of its log. `like`: a student of its shape. `onPiece`: called
 * now and then while it trains. Errors:
 * UserError for a checkpoint that is none, and where this machine does not get the log's bits.
 */
export const resume = (
  run: Run,
  { checkpoint, events, frame }: Resumption,
  like: Network,
  onPiece: () => void = () => {},
): void => {
  if (checkpoint) run.restore(decodeCheckpoint(checkpoint.bytes, checkpoint.path, like));
  for (const event of events) {
    advanceTo(run, event.step, onPiece);
    repeat(event)?.(run);
    if (run.state === 'paused') run.handle({ type: 'resume' });
  }
  if (!frame) return;
  advanceTo(run, frame.step, onPiece);
  const { stateHash } = run.frame();
  if (run.step !== frame.step || stateHash !== frame.stateHash)
    throw new UserError(
      `--resume: got other weights at step ${run.step} (${stateHash}) than the log has at step ${frame.step} (${frame.stateHash}), allowed: the same engine on a processor that gives the same bits`,
    );
};
