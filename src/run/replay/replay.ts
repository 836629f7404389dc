import type { EngineChoice } from '../../engine/index.js';
import type { Frame, Header, RunEvent } from '../../protocol/index.js';
import { loggedSetup, openRun } from '../open-run.js';
import { walk } from './walk.js';

/** A logged frame beside the frame that the replayed run shows at the same place. */
export type ReplayedFrame = {
  readonly logged: Frame;
  readonly replayed: Frame;
  /** What the replayed run was trained on. */
  readonly engine: Header['engine'];
};

/**
 * Runs a log's experiment again, with the logged commands at their steps, and yields every logged frame
 * beside the one found again. On the same engine, variant and precision both have the same bits.
 */
export async function* replay(
  header: Header,
  lines: Iterable<Frame | RunEvent>,
  choice: EngineChoice,
  dataFolder: string | null,
): AsyncGenerator<ReplayedFrame> {
  let latest: Frame | null = null;
  const run = await openRun(loggedSetup(header, choice, dataFolder), {
    clock: () => 0,
    publish: (message) => {
      if (message.type === 'frame') latest = message;
    },
  });
  const currentFrame = (): Frame => (latest?.step === run.step ? latest : run.frame());
  try {
    run.start();
    for (const line of walk(run, lines))
      if (line.type === 'frame') yield { logged: line, replayed: currentFrame(), engine: run.header.engine };
  } finally {
    run.dispose();
  }
}
