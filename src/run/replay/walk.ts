import type { Command, Frame, RunEvent } from '../../protocol/index.js';
import type { Run } from '../run.js';

/** A line of a log, as far as a walk needs it. */
type WalkLine = RunEvent | Pick<Frame, 'type' | 'step'>;

const interventionOf = ({ intervention }: { readonly intervention?: number }) =>
  intervention === undefined ? {} : { intervention };

/** What an event that changed the run does to it once more; null for events that only report. */
const repetitionOf = (event: RunEvent): ((run: Run) => void) | null => {
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
const advanceTo = (run: Run, step: number, onPiece: () => void): void => {
  while (run.step < step && run.state === 'running') {
    run.advance(step - run.step);
    onPiece();
  }
};

/**
 * Leads a run along the lines of its log: trains to the step of each, repeats what was done there, and yields the line.
 */
export function* walk<Line extends WalkLine>(
  run: Run,
  lines: Iterable<Line>,
  onPiece: () => void = () => {},
): Generator<Line> {
  for (const line of lines) {
    advanceTo(run, line.step, onPiece);
    if (line.type === 'event') repetitionOf(line)?.(run);
    if (run.state === 'paused') run.handle({ type: 'resume' });
    yield line;
  }
}

/** Leads a run along all of the lines. */
export const walkToEnd = (run: Run, lines: Iterable<WalkLine>, onPiece?: () => void): void => {
  const steps = walk(run, lines, onPiece);
  while (!steps.next().done);
};
