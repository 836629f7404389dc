import type { Command, Frame, RunEvent } from '../../protocol/index.js';
import type { Run } from '../run.js';

/** A line of a log, as far as a walk needs it. */
export type WalkLine = RunEvent | Pick<Frame, 'type' | 'step'>;

const interventionOf = ({ intervention }: { readonly intervention?: number }) =>
  intervention === undefined ? {} : { intervention };

const changesOf = ({ changes }: { readonly changes?: number }) => (changes === undefined ? {} : { changes });

/**
 * What an event that changed the run does to it once more; null for events that only report. `nextStep`: where the run
 * stood next.
 */
const repetitionOf = (event: RunEvent, nextStep: number | null): ((run: Run) => void) | null => {
  const handle = (command: Command) => (run: Run) => run.handle(command);
  switch (event.event) {
    case 'perturbed':
      return handle({ type: 'perturb', perturbation: event.perturbation, ...interventionOf(event) });
    case 'undone':
      return handle({ type: 'undo' });
    case 'redone':
      return handle({ type: 'redo' });
    case 'rewound':
      return handle({ type: 'rewind', step: event.toStep, ...changesOf(event) });
    case 'forked':
      return (run) => void run.startControl();
    case 'promoted':
      return (run) => run.promoteControl(nextStep ?? event.toStep);
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

/** Whether a line says where the run is: a frame, or an event that changed it. Others only report. */
const isPlace = (line: WalkLine): boolean => line.type === 'frame' || repetitionOf(line, null) !== null;

/** Trains until the step is reached; frames and epochs may cut the way into pieces, `onPiece` is called after each. */
const advanceTo = (run: Run, step: number, onPiece: () => void): void => {
  while (run.step < step && run.state === 'running') {
    run.advance(step - run.step);
    onPiece();
  }
};

/** Each line, and where the run stood next: known of a promotion alone, whose control stood where the next frame is. */
function* withNextStep<Line extends WalkLine>(
  lines: Iterable<Line>,
): Generator<{ readonly line: Line; readonly nextStep: number | null }> {
  let held: Line[] = [];
  for (const line of lines) {
    held.push(line);
    while (held.length > 0) {
      const [first, ...later] = held;
      const next = later.find(isPlace);
      if (first.type === 'event' && first.event === 'promoted' && !next) break;
      held = later;
      yield { line: first, nextStep: next?.type === 'frame' ? next.step : null };
    }
  }
  for (const line of held) yield { line, nextStep: null };
}

/**
 * Leads a run along the lines of its log: trains to the step of each frame and each change, makes the change once more,
 * and yields every line. A line that only reports does not move the run: the run may have gone on from before it.
 */
export function* walk<Line extends WalkLine>(
  run: Run,
  lines: Iterable<Line>,
  onPiece: () => void = () => {},
): Generator<Line> {
  for (const { line, nextStep } of withNextStep(lines)) {
    if (isPlace(line)) advanceTo(run, line.step, onPiece);
    // A frame that the schedule does not ask for came of a pause: minibatch losses count from it on.
    if (line.type === 'frame' && line.step === run.step && !run.isFramed) run.handle({ type: 'pause' });
    if (line.type === 'event') repetitionOf(line, nextStep)?.(run);
    if (run.state === 'paused') run.handle({ type: 'resume' });
    yield line;
  }
}
