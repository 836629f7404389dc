import type { Frame, RunEvent } from '../protocol/index.js';
import { isChange, type JumpBack, placeOf } from './branches.js';
import { append, emptyHistory, type History, truncateAfter } from './history.js';
import { type Holders, holdersAfter, holdersUntil, noHolders } from './holders.js';
import { perturbedBy, type Recovery, recoverAt } from './loss-recovery.js';
import { appendOrder, bucketOf } from './series.js';

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
  /** The changes on the way here. */
  readonly changes: readonly RunEvent[];
  readonly history: History;
  /** Of soft committee machines: see `orderPlaces`. */
  readonly orders: History;
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
  changes: [],
  history: emptyHistory,
  orders: emptyHistory,
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
  orders: appendOrder(past.orders, frame),
  holders: past.holders.map((holders) => holdersAfter(holders, frame)),
  recoveries: past.recoveries.map((recovery) => recoverAt(recovery, frame)),
});

/** The past after an event. `frame`: the latest one. */
export const withEvent = (before: Past, event: RunEvent, frame: Frame | null): Past => {
  const past = isChange(event) ? { ...before, changes: [...before.changes, event] } : before;
  const kind = markKindOf(event);
  if (kind === null) return past;
  const marks = [...past.marks, { step: placeOf(event), kind }].slice(-markBudget);
  if (kind !== 'perturbed') return { ...past, marks };
  const { undoable, ...rest } = before;
  return {
    ...past,
    marks,
    recoveries: [...past.recoveries, perturbedBy(event, frame)].slice(-markBudget),
    undoable: [...undoable, { step: event.step, past: rest }].slice(-undoBudget),
  };
};

/** The past up to where a jump back leads. */
export const cutBack = (past: Past, jump: JumpBack): Past => pastAt(past, jump.toStep, changesAt(past, jump));

/** How many of the changes on the way here lead to where a jump back leads. */
const changesAt = ({ changes }: Past, jump: JumpBack): number =>
  jump.event === 'undone'
    ? Math.max(
        0,
        changes.findLastIndex(({ event }) => event === 'perturbed'),
      )
    : (jump.changes ?? until(changes, jump.toStep).length);

/** The past up to a step, after so many of the changes on the way here. */
const pastAt = (past: Past, step: number, changes: number): Past => {
  const dropped = past.undoable.findIndex((one) => one.past.changes.length >= changes);
  const { undoable } = past;
  const before = dropped === -1 ? past : { ...undoable[dropped].past, undoable: undoable.slice(0, dropped) };
  return {
    changes: before.changes.slice(0, changes),
    history: truncateAfter(before.history, step),
    orders: truncateAfter(before.orders, step),
    marks: until(before.marks, step),
    recoveries: until(before.recoveries, step).map((one) =>
      one.backAt !== null && one.backAt > step ? { ...one, backAt: null } : one,
    ),
    holders: before.holders.map((holders) => holdersUntil(holders, step)),
    undoable: until(before.undoable, step),
  };
};

const until = <Placed extends { readonly step: number }>(placed: readonly Placed[], toStep: number) =>
  placed.filter(({ step }) => step <= toStep);

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
