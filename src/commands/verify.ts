import { olderKernels } from '../engine/index.js';
import { UserError } from '../input/index.js';
import { LogIndex } from '../log/index.js';
import type { Frame, Header } from '../protocol/index.js';
import { loggedEngine, replay } from '../run/index.js';
import { grouped } from '../words/index.js';
import type { Context, RunCommand } from './command-row.js';
import { ProgressLine } from './host/progress-line.js';
import { runPath } from './runs/run-path.js';

/** The first thing in which two frames differ; null when both show the same. */
const difference = (logged: Frame, replayed: Frame): string | null => {
  if (logged.stateHash !== replayed.stateHash)
    return `weights: log ${logged.stateHash}, replay ${replayed.stateHash}`;
  const shown = ({ trainLoss, evalLoss, layers }: Frame): string =>
    JSON.stringify({ trainLoss, evalLoss, layers });
  return shown(logged) === shown(replayed) ? null : 'metrics, at equal weights';
};

/** Whether the paper's statements are judged alike on two frames: builds may judge the same bits more exactly than earlier ones. */
const isJudgedAlike = (logged: Frame, replayed: Frame): boolean =>
  JSON.stringify(logged.statements) === JSON.stringify(replayed.statements);

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

/** How many frames are the same, on how many of those the statements are judged otherwise, and the first that differs. */
type Compared = {
  readonly frames: number;
  readonly judgedOtherwise: number;
  readonly different: { readonly step: number; readonly found: string; readonly here: string } | null;
};

/** Compares every frame of a log with the one found again; says on a terminal how far it is. */
const compareFrames = async (index: LogIndex, { host, options }: Context): Promise<Compared> => {
  const { header } = index;
  const all = grouped(index.lines.filter(({ event }) => event === null).length);
  const progress = new ProgressLine(host);
  let frames = 0;
  let judgedOtherwise = 0;
  try {
    for await (const { logged, replayed, engine } of replay(
      header,
      index.each(),
      loggedEngine(header),
      options.dataFolder,
    )) {
      progress.show(`verify: frame ${grouped(frames)} of ${all}, step ${grouped(logged.step)}`);
      const found = difference(logged, replayed);
      if (found !== null)
        return {
          frames,
          judgedOtherwise,
          different: { step: logged.step, found, here: engineText({ engine }) },
        };
      frames++;
      if (!isJudgedAlike(logged, replayed)) judgedOtherwise++;
    }
    return { frames, judgedOtherwise, different: null };
  } finally {
    progress.clear();
  }
};

/**
 * Runs a log again, with its commands at their steps, and compares every frame. Resolves to the exit code:
 * 0 when all have the same bits, 1 otherwise. Errors: UserError for a log without frames, and for other bits where the
 * engine here is not the one that recorded it.
 */
const verifyLog = async (index: LogIndex, context: Context): Promise<number> => {
  const { out } = context;
  const { file, header, notes } = index;
  for (const note of notes) out(`${file}: ${note}`);
  refuseOlderKernels(file, header);
  const recordedOn = engineText(header);
  const { frames, judgedOtherwise, different } = await compareFrames(index, context);
  if (different !== null) {
    const { step, found, here } = different;
    if (here !== recordedOn)
      throw new UserError(
        `${file}: recorded on ${recordedOn}, got ${here} here, which rounds otherwise (step ${step}), allowed: a log of the same engine and variant`,
      );
    out(`step ${step}: differs in ${found} (${frames} frames before it are the same)`);
    return 1;
  }
  if (frames === 0) throw new UserError(`${file}: got a log without frames, nothing to verify`);
  const statements =
    judgedOtherwise === 0 ? '' : `; this build judges the statements of ${judgedOtherwise} of them otherwise`;
  out(`${frames} frames, the same bits on ${recordedOn}${statements}`);
  return 0;
};

/** Verifies the one log that is named. Errors: UserError for what is no log. */
export const run: RunCommand = async (context, words) => {
  if (words.length !== 1)
    throw new UserError(`verify: got ${words.length} runs, allowed: one, by its name, folder or log`);
  const index = await LogIndex.readWhole(await runPath(words[0], context));
  try {
    return await verifyLog(index, context);
  } finally {
    index.close();
  }
};
