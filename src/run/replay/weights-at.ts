import { createEngine } from '../../engine/index.js';
import { loadExperimentFiles } from '../../files/index.js';
import { UserError } from '../../input/index.js';
import type { Network } from '../../net/index.js';
import { prepareRun } from '../../problem/index.js';
import type { Frame, Header, RunEvent } from '../../protocol/index.js';
import { Run } from '../run.js';
import { loggedEngine } from './logged-engine.js';
import { advanceTo, repeat } from './replay.js';

export type WeightsAt = { readonly step: number; readonly student: Network; readonly teacher: Network };

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
  const last = lines.findLastIndex((line) => line.type === 'frame' && (step === null || line.step === step));
  const frame = lines[last];
  if (frame?.type !== 'frame')
    throw new UserError(
      `--step: got ${step ?? 'a log without frames'}, allowed: the step of a frame in the log`,
    );
  const prepared = prepareRun(header.experiment, loadExperimentFiles(header.experiment, dataFolder));
  const engine = await createEngine(prepared.problem, loggedEngine(header));
  const { program, preset, title, startedAt, experiment, threshold } = header;
  const identity = { program, preset, title, startedAt };
  const run = new Run({
    identity,
    experiment,
    engine,
    prepared,
    threshold,
    clock: () => 0,
    publish: () => {},
  });
  run.start();
  for (const line of lines.slice(0, last + 1)) {
    advanceTo(run, line.step);
    if (line.type === 'event') repeat(line)?.(run);
    if (run.state === 'paused') run.handle({ type: 'resume' });
  }
  const { stateHash } = run.frame();
  const { networks } = run;
  run.dispose();
  if (stateHash !== frame.stateHash)
    throw new UserError(
      `step ${frame.step}: got weights ${stateHash} from running the log again, allowed: its own, ${frame.stateHash}; this processor rounds otherwise`,
    );
  return { step: frame.step, ...networks };
};
