import { isSpecialized } from '../net/index.js';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { type JumpBack, placeOf } from './branches.js';
import { allBuckets, append, emptyHistory, firstStepAbove, type History, truncateAfter } from './history.js';
import { perturbedAt, type Recovery, recoverAt } from './recovery.js';
import { bucketOf, matchSeries } from './series.js';

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
  /** Step at which each teacher node was first seen above the threshold, by layer; null if not yet. */
  readonly firstSpecialized: readonly (readonly (number | null)[])[];
};

const markBudget = 500;

export const emptyPast: Past = { history: emptyHistory, marks: [], recoveries: [], firstSpecialized: [] };

/** The past of a run that starts: no teacher node is specialized. */
export const pastAtStart = ({ teacherStrength }: Header): Past => ({
  ...emptyPast,
  firstSpecialized: teacherStrength.map((nodes) => nodes.map(() => null)),
});

/** The past after one more frame. */
export const withFrame = (past: Past, frame: Frame, threshold: number): Past => ({
  ...past,
  history: append(past.history, bucketOf(frame)),
  // A log of another trainer has no events: a node's first step is read off the frames.
  firstSpecialized: frame.layers.map(({ bestMatchOfTeacher }, layer) =>
    bestMatchOfTeacher.map(
      (best, node) =>
        past.firstSpecialized[layer]?.[node] ?? (isSpecialized(best, threshold) ? frame.step : null),
    ),
  ),
  recoveries: past.recoveries.map((recovery) => recoverAt(recovery, frame)),
});

/** The past after an event, where that is marked. `frame`: the latest one. */
export const withEvent = (past: Past, event: RunEvent, frame: Frame | null): Past => {
  const kind = markKindOf(event);
  if (kind === null) return past;
  const marks = [...past.marks, { step: placeOf(event), kind }].slice(-markBudget);
  if (kind !== 'perturbed') return { ...past, marks };
  return {
    ...past,
    marks,
    recoveries: [...past.recoveries, perturbedAt(event.step, frame)].slice(-markBudget),
  };
};

/** The past up to where a jump back leads. */
export const cutBack = (past: Past, { event, toStep }: JumpBack): Past => ({
  history: truncateAfter(past.history, toStep),
  marks: past.marks.filter(({ step }) => step <= toStep),
  // An undone perturbation is one of the step that it leads back to.
  recoveries: past.recoveries
    .filter(({ step }) => (event === 'undone' ? step < toStep : step <= toStep))
    .map((one) => (one.backAt !== null && one.backAt > toStep ? { ...one, backAt: null } : one)),
  firstSpecialized: past.firstSpecialized.map((nodes) =>
    nodes.map((first) => (first !== null && first > toStep ? null : first)),
  ),
});

/** The past of a run that is put on its control's course, as far as that has been shown. */
export const onControlsCourse = (
  past: Past,
  control: { readonly since: number; readonly history: History },
): Past => {
  const shown = allBuckets(control.history).filter(({ fromStep }) => fromStep > control.since);
  return { ...past, history: shown.reduce(append, past.history) };
};

/** The past under another threshold, above which other steps were the first ones: read off the history. */
export const judgedAgain = (
  past: Past,
  teachers: Pick<Header, 'teacherStrength'>,
  threshold: number,
): Past => ({
  ...past,
  firstSpecialized: past.firstSpecialized.map((nodes, layer) =>
    nodes.map((_, teacher) => firstStepAbove(past.history, matchSeries(teachers, layer, teacher), threshold)),
  ),
});

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
