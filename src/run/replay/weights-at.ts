import { UserError } from '../../input/index.js';
import type { Network } from '../../net/index.js';
import type { Frame, Header, RunEvent } from '../../protocol/index.js';
import { loggedSetup, openRun } from '../open-run.js';
import { loggedEngine } from './logged-engine.js';
import { walk } from './walk.js';

export type WeightsAt = { readonly step: number; readonly student: Network; readonly teacher: Network };

/**
 * Both networks at the last of the lines, a frame, found by running the log again. `reached`: told now and then at which
 * step that is. Errors: UserError where this machine does not get its bits.
 */
export const weightsAt = async (
  header: Header,
  lines: Iterable<Frame | RunEvent>,
  dataFolder: string | null,
  reached: (step: number) => void = () => {},
): Promise<WeightsAt> => {
  const setup = loggedSetup(header, loggedEngine(header), dataFolder);
  const run = await openRun(setup, { clock: () => 0, publish: () => {} });
  run.start();
  let last: Frame | RunEvent | null = null;
  for (const line of walk(run, lines, () => reached(run.step))) last = line;
  const { step, stateHash, networks } = run;
  run.dispose();
  if (last?.type === 'frame' && stateHash !== last.stateHash)
    throw new UserError(
      `step ${step}: got weights ${stateHash} from running the log again, allowed: its own, ${last.stateHash}; this processor rounds otherwise`,
    );
  return { step, ...networks };
};
