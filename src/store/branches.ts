import { type Frame, mostRedos, type RunEvent } from '../protocol/index.js';

/** A jump back on a run's course: before its latest perturbation, to a step, or to where its control started. */
export type JumpBack = {
  readonly event: 'undone' | 'rewound' | 'promoted';
  readonly toStep: number;
  /** How many of the changes on the way lead there; without it all that were made by that step. */
  readonly changes?: number;
};

/** Whether an event is one of the changes that a run's position counts. */
export const isChange = (event: RunEvent): boolean =>
  event.event === 'perturbed' || (event.event === 'learning-rate' && event.cause === 'key');

/** Whether an event of this name is a jump on the run's course: the next frame is of where it led to. */
export const isJump = (event: RunEvent['event']): boolean =>
  event === 'undone' || event === 'redone' || event === 'rewound' || event === 'promoted';

/** A run's past as some reader keeps it, and the pasts that a redo returns to. */
export type Branches<Past> = {
  readonly past: Past;
  /** Those that jumps back started from and that have not been redone, latest last. */
  readonly redoable: readonly Past[];
  /** The past where the latest control started: what a promotion leads back to; null before there was one. */
  readonly controlStart: Past | null;
};

export const noBranches = <Past>(past: Past): Branches<Past> => ({ past, redoable: [], controlStart: null });

/** The step on the run's course that a line of its log belongs to: of a jump the one that it led to. */
export const placeOf = (line: Frame | RunEvent): number =>
  line.type === 'event' && 'toStep' in line ? line.toStep : line.step;

/**
 * Follows a run through an event: cut back by a jump back, as it was after a redo, with nothing to redo after a change.
 * `cutBack`: the past up to where a jump back leads.
 */
export const followEvent = <Past>(
  branches: Branches<Past>,
  event: RunEvent,
  cutBack: (past: Past, jump: JumpBack) => Past,
): Branches<Past> => {
  const { past, redoable, controlStart } = branches;
  switch (event.event) {
    case 'undone':
    case 'rewound':
    case 'promoted': {
      const before = event.event === 'promoted' ? controlStart : null;
      return {
        past: before ?? cutBack(past, { ...event, event: event.event }),
        redoable: [...redoable, past].slice(-mostRedos),
        controlStart,
      };
    }
    case 'redone':
      return { ...branches, past: redoable.at(-1) ?? past, redoable: redoable.slice(0, -1) };
    case 'forked':
      return { ...branches, controlStart: past };
    case 'perturbed':
      return { ...branches, redoable: [] };
    case 'learning-rate':
      return event.cause === 'key' ? { ...branches, redoable: [] } : branches;
    default:
      return branches;
  }
};
