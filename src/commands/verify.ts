import { olderKernels } from '../engine/index.js';
import { UserError } from '../input/index.js';
import { readLog } from '../log/index.js';
import type { Frame, Header } from '../protocol/index.js';
import { loggedEngine, replay } from '../run/index.js';
import type { RunCommand } from './command-row.js';
import { runPath } from './runs/run-path.js';

/** The first thing in which two frames differ; null when both show the same. */
const difference = (logged: Frame, replayed: Frame): string | null => {
  if (logged.stateHash !== replayed.stateHash)
    return `weights: log ${logged.stateHash}, replay ${replayed.stateHash}`;
  const shown = ({ trainLoss, evalLoss, layers, statements }: Frame): string =>
    JSON.stringify({ trainLoss, evalLoss, layers, statements });
  return shown(logged) === shown(replayed) ? null : 'metrics, at equal weights';
};

/** Errors: UserError for a log whose kernels added up in another order: nothing here has its bits. */
const refuseOlderKernels = (file: string, { engine }: Header): void => {
  const older = olderKernels(engine);
  if (older)
    throw new UserError(
      `${file}: recorded by an older build of the kernels (wasm ${older}), whose sums ran in another order, allowed: a log of this one`,
    );
};

const engineText = ({ engine: { engine, variant, precision } }: Pick<Header, 'engine'>): string =>
  `${engine} ${variant} ${precision}`;

/**
 * Runs a log again, with its commands at their steps, and compares every frame. Resolves to the exit code:
 * 0 when all have the same bits, 1 otherwise. Errors: UserError for a file that is no log, and for other bits where the
 * engine here is not the one that recorded it.
 */
const verifyLog = async (
  path: string,
  dataFolder: string | null,
  out: (line: string) => void,
): Promise<number> => {
  const { file, header, lines, tornBytes, notes } = await readLog(path);
  if (tornBytes > 0) out(`${file}: the last line is torn (${tornBytes} bytes) and left out`);
  for (const note of notes) out(`${file}: ${note}`);
  refuseOlderKernels(file, header);
  const choice = loggedEngine(header);
  const recordedOn = engineText(header);
  let frames = 0;
  for await (const { logged, replayed, engine } of replay(header, lines, choice, dataFolder)) {
    const found = difference(logged, replayed);
    if (found !== null) {
      const here = engineText({ engine });
      if (here !== recordedOn)
        throw new UserError(
          `${file}: recorded on ${recordedOn}, got ${here} here, which rounds otherwise (step ${logged.step}), allowed: a log of the same engine and variant`,
        );
      out(`step ${logged.step}: differs in ${found} (${frames} frames before it are the same)`);
      return 1;
    }
    frames++;
  }
  if (frames === 0) throw new UserError(`${file}: got a log without frames, nothing to verify`);
  out(`${frames} frames, the same bits on ${recordedOn}`);
  return 0;
};

/** Verifies the one log that is named. */
export const run: RunCommand = async (context, words) => {
  if (words.length !== 1)
    throw new UserError(`verify: got ${words.length} runs, allowed: one, by its name, folder or log`);
  return verifyLog(await runPath(words[0], context), context.options.dataFolder, context.out);
};
