import { UserError } from '../../input/index.js';
import type { Network } from '../../net/index.js';
import type { Frame, Header, RunEvent } from '../../protocol/index.js';
import { loggedSetup, openRun } from '../open-run.js';
import { loggedEngine } from './logged-engine.js';
import { walkToEnd } from './walk.js';

export type WeightsAt = { readonly step: number; readonly student: Network; readonly teacher: Network };

/** The position among the lines of the last frame of a step, or of all steps. Errors: UserError where there is none. */
const lastFrameAt = (lines: readonly (Frame | RunEvent)[], step: number | null): number => {
  const last = lines.findLastIndex((line) => line.type === 'frame' && (step === null || line.step === step));
  if (last === -1)
    throw new UserError(
      `--step: got ${step ?? 'a log without frames'}, allowed: the step of a frame in the log`,
    );
  return last;
};

/**
 * Both networks where the log's last frame of a step stands, found by running the log again. Errors: UserError where
 * the log has no frame of the step, or this machine does not get its bits.
 */
export const weightsAt = async (
  header: Header,
  lines: readonly (Frame | RunEvent)[],
  step: number | null,
  dataFolder: string | null,
): Promise<WeightsAt> => {
  const last = lastFrameAt(lines, step);
  const frame = lines[last] as Frame;
  const setup = loggedSetup(header, loggedEngine(header), dataFolder);
  const run = await openRun(setup, { clock: () => 0, publish: () => {} });
  run.start();
  walkToEnd(run, lines.slice(0, last + 1));
  const { stateHash, networks } = run;
  run.dispose();
  if (stateHash !== frame.stateHash)
    throw new UserError(
      `step ${frame.step}: got weights ${stateHash} from running the log again, allowed: its own, ${frame.stateHash}; this processor rounds otherwise`,
    );
  return { step: frame.step, ...networks };
};
