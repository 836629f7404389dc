import type { Frame, RunEvent } from '../protocol/index.js';
import { type JumpBack, placeOf } from './branches.js';
import { allBuckets, append, emptyHistory, type History, truncateAfter } from './history.js';
import { type Holders, holdersAfter, holdersUntil, noHolders } from './holders.js';
import { perturbedAt, type Recovery, recoverAt } from './recovery.js';
import { bucketOf } from './series.js';

/** A place on the time axis where the run was changed. */
export type Mark = {
  readonly step: number;
  readonly kind:
    | 'learning-rate'
    | 'perturbed'
    | 'undone'
    | 'redone'
    | 'rewound'
    | 'control-started'
    | 'control-promoted';
};

/** A run's past, as seen from its current position. */
export type Past = {
  readonly history: History;
  /** Oldest first, bounded. */
  readonly marks: readonly Mark[];
  /** Of the perturbations on the way here, oldest first, bounded as the marks are. */
  readonly recoveries: readonly Recovery[];
  /** Which student node holds each teacher node and since when, as each threshold judges it. */
  readonly holders: readonly Holders[];
  /** The pasts just before the latest perturbations on the way here, oldest first: what an undo leads back to. */
  readonly undoable: readonly Undoable[];
};

type Undoable = { readonly step: number; readonly past: Omit<Past, 'undoable'> };

const markBudget = 500;
/** A past holds a whole history. */
const undoBudget = 16;

export const emptyPast: Past = {
  history: emptyHistory,
  marks: [],
  recoveries: [],
  holders: [],
  undoable: [],
};

/** The past of a run that starts, to be judged by these thresholds. */
export const pastAtStart = (thresholds: readonly number[]): Past => ({
  ...emptyPast,
  holders: [...new Set(thresholds)].map(noHolders),
});

/** The past after one more frame. */
export const withFrame = (past: Past, frame: Frame): Past => ({
  ...past,
  history: append(past.history, bucketOf(frame)),
  holders: past.holders.map((holders) => holdersAfter(holders, frame)),
  recoveries: past.recoveries.map((recovery) => recoverAt(recovery, frame)),
});

/** The past after an event, where that is marked. `frame`: the latest one. */
export const withEvent = (past: Past, event: RunEvent, frame: Frame | null): Past => {
  const kind = markKindOf(event);
  if (kind === null) return past;
  const marks = [...past.marks, { step: placeOf(event), kind }].slice(-markBudget);
  if (kind !== 'perturbed') return { ...past, marks };
  const { undoable, ...before } = past;
  return {
    ...past,
    marks,
    recoveries: [...past.recoveries, perturbedAt(event.step, frame)].slice(-markBudget),
    undoable: [...undoable, { step: event.step, past: before }].slice(-undoBudget),
  };
};

/** The past up to where a jump back leads. */
export const cutBack = (past: Past, { event, toStep }: JumpBack): Past => {
  const before = event === 'undone' ? past.undoable.at(-1) : undefined;
  if (before) return { ...before.past, undoable: past.undoable.slice(0, -1) };
  return {
    history: truncateAfter(past.history, toStep),
    marks: until(past.marks, toStep),
    recoveries: until(past.recoveries, toStep).map((one) =>
      one.backAt !== null && one.backAt > toStep ? { ...one, backAt: null } : one,
    ),
    holders: past.holders.map((holders) => holdersUntil(holders, toStep)),
    undoable: until(past.undoable, toStep),
  };
};

const until = <Placed extends { readonly step: number }>(placed: readonly Placed[], toStep: number) =>
  placed.filter(({ step }) => step <= toStep);

/** The past of a run that is put on its control's course, as far as that has been shown. */
export const onControlsCourse = (
  past: Past,
  control: { readonly since: number; readonly history: History },
): Past => {
  const shown = allBuckets(control.history).filter(({ fromStep }) => fromStep > control.since);
  return { ...past, history: shown.reduce(append, past.history) };
};

/** The past to be judged by a threshold too, which is known from the latest frame on where it is a new one. */
export const judgedBy = (past: Past, threshold: number, frame: Frame | null): Past => {
  if (past.holders.some((holders) => holders.threshold === threshold)) return past;
  const holders = noHolders(threshold);
  return { ...past, holders: [...past.holders, frame ? holdersAfter(holders, frame) : holders] };
};

/** How an event is marked on the time axis; null where it is not. */
const markKindOf = (event: RunEvent): Mark['kind'] | null => {
  switch (event.event) {
    case 'perturbed':
    case 'learning-rate':
    case 'undone':
    case 'redone':
    case 'rewound':
      return event.event;
    case 'forked':
      return 'control-started';
    case 'promoted':
      return 'control-promoted';
    default:
      return null;
  }
};
