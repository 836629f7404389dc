import { createEngine, type EngineChoice } from '../../engine/index.js';
import { loadExperimentFiles } from '../../files/index.js';
import { prepareRun } from '../../problem/index.js';
import type { Command, Frame, Header, RunEvent } from '../../protocol/index.js';
import { Run } from '../run.js';

/** A logged frame beside the frame that the replayed run shows at the same place. */
export type ReplayedFrame = { readonly logged: Frame; readonly replayed: Frame };

const interventionOf = ({ intervention }: { readonly intervention?: number }) =>
  intervention === undefined ? {} : { intervention };

/** What an event that changed the run does to it once more; null for events that only report. */
export const repeat = (event: RunEvent): ((run: Run) => void) | null => {
  const handle = (command: Command) => (run: Run) => run.handle(command);
  switch (event.event) {
    case 'perturbed':
      return handle({ type: 'perturb', perturbation: event.perturbation, ...interventionOf(event) });
    case 'undone':
      return handle({ type: 'undo' });
    case 'redone':
      return handle({ type: 'redo' });
    case 'rewound':
      return handle({ type: 'rewind', step: event.toStep });
    case 'forked':
      return (run) => void run.startControl();
    case 'promoted':
      return (run) => run.promoteControl(null);
    case 'learning-rate':
      return event.cause === 'key'
        ? handle({ type: 'set-learning-rate', learningRate: event.to, ...interventionOf(event) })
        : null;
    case 'threshold':
      return handle({ type: 'set-threshold', threshold: event.threshold });
    default:
      return null;
  }
};

/** Trains until the step is reached; frames and epochs may cut the way into pieces, `onPiece` is called after each. */
export const advanceTo = (run: Run, step: number, onPiece: () => void = () => {}): void => {
  while (run.step < step && run.state === 'running') {
    run.advance(step - run.step);
    onPiece();
  }
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
  const files = loadExperimentFiles(header.experiment, dataFolder);
  const prepared = prepareRun(header.experiment, files);
  const engine = await createEngine(prepared.problem, choice);
  const { program, preset, title, startedAt, experiment } = header;
  const identity = { program, preset, title, startedAt };
  let latest: Frame | null = null;
  const run = new Run({
    identity,
    experiment,
    engine,
    prepared,
    threshold: header.threshold,
    clock: () => 0,
    publish: (message) => {
      if (message.type === 'frame') latest = message;
    },
  });
  const currentFrame = (): Frame => (latest?.step === run.step ? latest : run.frame());
  run.start();
  for (const line of lines) {
    advanceTo(run, line.step);
    if (line.type === 'frame') yield { logged: line, replayed: currentFrame() };
    else {
      const again = repeat(line);
      again?.(run);
      if (again && run.state !== 'running') run.handle({ type: 'resume' });
    }
  }
  run.dispose();
}
