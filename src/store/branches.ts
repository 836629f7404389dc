import { type Frame, mostRedos, type RunEvent } from '../protocol/index.js';

/** A jump back on a run's course: before its latest perturbation, to a step, or to where its control started. */
export type JumpBack = { readonly event: 'undone' | 'rewound' | 'promoted'; readonly toStep: number };

/** Whether an event of this name is a jump on the run's course: the next frame is of where it led to. */
export const isJump = (event: RunEvent['event']): boolean =>
  event === 'undone' || event === 'redone' || event === 'rewound' || event === 'promoted';

/** A run's past as some reader keeps it, and the pasts that a redo returns to. */
export type Branches<Past> = {
  readonly past: Past;
  /** Those that jumps back started from and that have not been redone, latest last. */
  readonly redoable: readonly Past[];
};

/** The step on the run's course that a line of its log belongs to: of a jump the one that it led to. */
export const placeOf = (line: Frame | RunEvent): number =>
  line.type === 'event' && 'toStep' in line ? line.toStep : line.step;

/**
 * Follows a run through an event: cut back by a jump back, as it was after a redo, with nothing to redo after a change.
 * `cutBack`: the past up to where a jump back leads.
 */
export const followEvent = <Past>(
  { past, redoable }: Branches<Past>,
  event: RunEvent,
  cutBack: (past: Past, jump: JumpBack) => Past,
): Branches<Past> => {
  switch (event.event) {
    case 'undone':
    case 'rewound':
    case 'promoted': {
      const jump = { event: event.event, toStep: event.toStep };
      return { past: cutBack(past, jump), redoable: [...redoable, past].slice(-mostRedos) };
    }
    case 'redone':
      return { past: redoable.at(-1) ?? past, redoable: redoable.slice(0, -1) };
    case 'perturbed':
      return { past, redoable: [] };
    case 'learning-rate':
      return { past, redoable: event.cause === 'key' ? [] : redoable };
    default:
      return { past, redoable };
  }
};
