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

/** Events that follow from where a run is, and those that say what a change did: a run that is replayed says them again. */
const isSaidAgain = (event: RunEvent): boolean =>
  ['specialized', 'lost', 'plateau', 'escaped', 'perturbed', 'diverged', 'done'].includes(event.event) ||
  event.event === 'learning-rate';

/** Events that were said and not yet heard of. */
class Said {
  readonly #counts = new Map<string, number>();

  add(event: RunEvent): void {
    const text = JSON.stringify(event);
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  /** Whether such an event was said; once for each time. */
  take(event: RunEvent): boolean {
    const text = JSON.stringify(event);
    const count = this.#counts.get(text) ?? 0;
    if (count > 1) this.#counts.set(text, count - 1);
    else this.#counts.delete(text);
    return count > 0;
  }
}

/**
 * Runs a log's experiment again, with the logged commands at their steps, and yields every logged frame
 * beside the one found again. On the same engine, variant and precision both have the same bits. `onOtherEvent`: is told of
 * an event, up to the last frame or change, that the replayed run does not say.
 */
export async function* replay(
  header: Header,
  lines: Iterable<Frame | RunEvent>,
  choice: EngineChoice,
  dataFolder: string | null,
  onOtherEvent: (event: RunEvent) => void = () => {},
): AsyncGenerator<ReplayedFrame> {
  let latest: Frame | null = null;
  const said = new Said();
  const run = await openRun(loggedSetup(header, choice, dataFolder), {
    clock: () => 0,
    publish: (message) => {
      if (message.type === 'frame') latest = message;
      else if (message.type === 'event' && isSaidAgain(message)) said.add(message);
    },
  });
  const currentFrame = (): Frame => (latest?.step === run.step ? latest : run.frame());
  try {
    run.start();
    for (const line of walk(run, lines))
      if (line.type === 'frame') yield { logged: line, replayed: currentFrame(), engine: run.header.engine };
      else if (line.step <= run.step && isSaidAgain(line) && !said.take(line)) onOtherEvent(line);
  } finally {
    run.dispose();
  }
}
