import type {
  Frame,
  Header,
  LogStatus,
  Progress,
  RunEvent,
  RunState,
  SessionMessage,
  TheoryMessage,
} from '../protocol/index.js';
import { type ColumnOrder, identityOrder, reorderColumns } from './column-order.js';
import { type ControlState, controlStartedAt, withControlFrame, withRunFrame } from './control-state.js';
import {
  allBuckets,
  append,
  type Bucket,
  emptyHistory,
  firstStepAbove,
  type History,
  truncateAfter,
} from './history.js';
import { perturbedAt, type Recovery, recoverAt } from './recovery.js';
import { statementsOf } from './statements.js';

/** What the event list shows: an event of a run, or the start of a run. */
export type ListedEvent = RunEvent | { readonly type: 'started'; readonly header: Header };

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

/** What the run's past looks like from where it stands. */
export type Past = Pick<State, 'history' | 'marks' | 'recoveries' | 'firstSpecialized'>;

/** Everything that the screen shows, as of the last message. Never mutated: keeping one freezes the view. */
export type State = {
  /** With the teacher's strengths as of the latest frame. */
  readonly header: Header | null;
  /** The header's strengths as the run began with them. */
  readonly initialStrength: Header['teacherStrength'];
  readonly frame: Frame | null;
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly trainingSeconds: number;
  readonly runState: RunState;
  readonly learningRate: number;
  readonly threshold: number;
  readonly log: LogStatus;
  /** Newest last. */
  readonly events: readonly ListedEvent[];
  readonly history: History;
  readonly marks: readonly Mark[];
  /** Of the perturbations on the way here, oldest first, bounded as the marks are. */
  readonly recoveries: readonly Recovery[];
  /** Step at which each teacher node was first seen above the threshold, by layer; null if not yet. */
  readonly firstSpecialized: readonly (readonly (number | null)[])[];
  /** By layer. */
  readonly columns: readonly ColumnOrder[];
  /** The pasts that undo and rewind have left, latest last; redo brings them back. */
  readonly left: readonly Past[];
  /** What the perturbation asked about last would do; empty where none was. */
  readonly preview: string;
  /** The latest evaluation of the paper's statements; null before the first. */
  readonly theory: TheoryMessage | null;
  /** Values of the statements at the evaluations so far, by statement; oldest first, bounded. */
  readonly theoryHistory: readonly (readonly number[])[];
  /** Null without a control. */
  readonly control: ControlState | null;
};

/** Series of the history: these, then the best match of every teacher node, layer after layer. */
export const seriesIndex = { trainLoss: 0, evalLoss: 1, batchLoss: 2 } as const;
const lossSeries = 3;

const eventBudget = 500;
const markBudget = 500;
const leftBudget = 16;
const theoryBudget = 64;

export const initialState: State = {
  header: null,
  initialStrength: [],
  frame: null,
  step: 0,
  stepsPerSecond: 0,
  trainingSeconds: 0,
  runState: 'running',
  learningRate: Number.NaN,
  threshold: Number.NaN,
  log: { type: 'log', state: 'off', path: null, reason: '' },
  events: [],
  history: emptyHistory,
  marks: [],
  recoveries: [],
  firstSpecialized: [],
  columns: [],
  left: [],
  preview: '',
  theory: null,
  theoryHistory: [],
  control: null,
};

/** Index in the history of the best match of a teacher node. */
export const matchSeries = (header: Header, layer: number, teacher: number): number => {
  const before = header.teacherStrength.slice(0, layer);
  return lossSeries + before.reduce((sum, nodes) => sum + nodes.length, 0) + teacher;
};

/** Teacher nodes of a layer, strong to weak. */
export const teachersByStrength = (header: Header, layer: number): number[] => {
  const strength = header.teacherStrength[layer];
  return [...strength.keys()].sort((a, b) => strength[b] - strength[a] || a - b);
};

/** The state after one more message. */
export const reduce = (state: State, message: SessionMessage): State => {
  switch (message.type) {
    case 'header':
      return startRun(state, message);
    case 'frame':
      return receiveFrame(state, message);
    case 'event':
      return receiveEvent(state, message);
    case 'progress':
      return { ...state, ...clockReadings(message) };
    case 'status':
      return { ...state, runState: message.state, step: message.step };
    case 'log':
      return { ...state, log: message };
    case 'preview':
      return { ...state, preview: message.text };
    case 'theory':
      return receiveTheory(state, message);
    case 'control-started':
      return { ...state, control: controlStartedAt(message.step, state.frame) };
    case 'control-frame':
      return receiveControlFrame(state, message.frame);
    case 'control-ended':
      return { ...state, control: null };
  }
};

const listed = (state: State, event: ListedEvent): readonly ListedEvent[] =>
  [...state.events, event].slice(-eventBudget);

/** A new run starts empty; the event list and the log's state are the session's and stay. */
const startRun = (state: State, header: Header): State => ({
  ...initialState,
  log: state.log,
  events: listed(state, { type: 'started', header }),
  header,
  initialStrength: header.teacherStrength,
  learningRate: header.experiment.learningRate,
  threshold: header.threshold,
  firstSpecialized: header.teacherStrength.map((nodes) => nodes.map(() => null)),
});

const clockReadings = ({ step, stepsPerSecond, trainingSeconds }: Frame | Progress) => ({
  step,
  stepsPerSecond,
  trainingSeconds,
});

const receiveFrame = (before: State, frame: Frame): State => {
  const state = { ...before, header: headerAt(before, frame) };
  return {
    ...state,
    ...clockReadings(frame),
    frame,
    learningRate: frame.learningRate,
    history: append(state.history, bucketOf(frame)),
    columns: columnsAfter(state, frame),
    firstSpecialized: firstAfter(state, frame),
    recoveries: state.recoveries.map((recovery) => recoverAt(recovery, frame)),
    control: state.control && withRunFrame(state.control, frame),
  };
};

/** The header with the teacher's strengths as this frame has them. */
const headerAt = ({ header, initialStrength }: State, { teacherStrength }: Frame): Header | null => {
  const strength = teacherStrength ?? initialStrength;
  if (!header || JSON.stringify(strength) === JSON.stringify(header.teacherStrength)) return header;
  return { ...header, teacherStrength: strength };
};

const receiveTheory = (state: State, message: TheoryMessage): State => {
  const next = { ...state, theory: message };
  const values = statementsOf(next).map(({ value }) => value);
  return { ...next, theoryHistory: [...state.theoryHistory, values].slice(-theoryBudget) };
};

const receiveControlFrame = (state: State, frame: Frame): State => ({
  ...state,
  control: state.control && withControlFrame(state.control, frame, bucketOf(frame)),
});

const columnsAfter = ({ header, columns, threshold }: State, frame: Frame): ColumnOrder[] =>
  frame.layers.map((layer, index) => {
    const before = columns[index] ?? identityOrder(layer.fanOutNorm.length);
    const teachers = header ? teachersByStrength(header, index) : [...layer.bestMatchOfTeacher.keys()];
    return reorderColumns(before, layer, teachers, threshold);
  });

const bucketOf = (frame: Frame): Bucket => {
  const matches = frame.layers.flatMap((layer) => layer.bestMatchOfTeacher);
  const values = (batchLoss: number): number[] => [frame.trainLoss, frame.evalLoss, batchLoss, ...matches];
  const batch = frame.batchLoss ?? { minimum: Number.NaN, mean: Number.NaN, maximum: Number.NaN };
  return {
    fromStep: frame.step,
    toStep: frame.step,
    minimum: values(batch.minimum),
    maximum: values(batch.maximum),
    last: values(batch.mean),
  };
};

const receiveEvent = (state: State, event: RunEvent): State => {
  const next = { ...state, runState: stateAfter(state.runState, event), events: listed(state, event) };
  switch (event.event) {
    case 'perturbed':
      return {
        ...next,
        marks: marked(state.marks, { step: event.step, kind: 'perturbed' }),
        recoveries: [...state.recoveries, perturbedAt(event.step, state.frame)].slice(-markBudget),
        left: [],
      };
    case 'learning-rate':
      return {
        ...next,
        learningRate: event.to,
        marks: marked(state.marks, { step: event.step, kind: 'learning-rate' }),
      };
    case 'forked':
      return { ...next, marks: marked(state.marks, { step: event.step, kind: 'control-started' }) };
    case 'promoted':
      return followControl(goBack(next, event.toStep, 'control-promoted'));
    case 'undone':
    case 'rewound':
      return goBack(next, event.toStep, event.event);
    case 'redone':
      return returnTo(next, event.toStep);
    case 'threshold':
      return judgeAgain({ ...next, threshold: event.threshold });
    default:
      return next;
  }
};

/** A log has no status lines: its events say what state the run was in. */
const stateAfter = (before: RunState, { event }: RunEvent): RunState => {
  switch (event) {
    case 'paused':
    case 'done':
    case 'diverged':
      return event;
    case 'resumed':
    case 'continued':
      return 'running';
    default:
      return before;
  }
};

const marked = (marks: readonly Mark[], mark: Mark): readonly Mark[] => [...marks, mark].slice(-markBudget);

/** Which teacher nodes this frame is the first to show above the threshold: a log of another trainer has no events. */
const firstAfter = (
  { firstSpecialized, threshold }: State,
  { step, layers }: Frame,
): State['firstSpecialized'] =>
  layers.map(({ bestMatchOfTeacher }, layer) =>
    bestMatchOfTeacher.map(
      (best, node) => firstSpecialized[layer]?.[node] ?? (best > threshold ? step : null),
    ),
  );

/** Puts aside what came after a step, and leaves a mark there. */
const goBack = (state: State, step: number, kind: 'undone' | 'rewound' | 'control-promoted'): State => ({
  ...state,
  step,
  left: [...state.left, pastOf(state)].slice(-leftBudget),
  // An undone perturbation is one of the step that it leads back to.
  recoveries: state.recoveries
    .filter((one) => (kind === 'undone' ? one.step < step : one.step <= step))
    .map((one) => (one.backAt !== null && one.backAt > step ? { ...one, backAt: null } : one)),
  history: truncateAfter(state.history, step),
  marks: marked(
    state.marks.filter((mark) => mark.step <= step),
    { step, kind },
  ),
  firstSpecialized: state.firstSpecialized.map((nodes) =>
    nodes.map((first) => (first !== null && first > step ? null : first)),
  ),
});

/** The control's course, where it is known, as the run's own since the control started. */
const followControl = (state: State): State => {
  const { control, header } = state;
  if (!control || !header) return state;
  const after = allBuckets(control.history).filter(({ fromStep }) => fromStep > control.since);
  const history = after.reduce(append, state.history);
  return judgeAgain({ ...state, history, control: null });
};

const pastOf = ({ history, marks, recoveries, firstSpecialized }: State): Past => ({
  history,
  marks,
  recoveries,
  firstSpecialized,
});

/** The past that the latest undo or rewind left. */
const returnTo = (state: State, step: number): State => {
  const past = state.left.at(-1) ?? pastOf(state);
  const marks = marked(past.marks, { step, kind: 'redone' });
  return { ...state, ...past, marks, step, left: state.left.slice(0, -1) };
};

/** Under another threshold other steps were the first ones above it: read from the history. */
const judgeAgain = (state: State): State => {
  const { header, history, threshold } = state;
  if (!header) return state;
  return {
    ...state,
    firstSpecialized: state.firstSpecialized.map((nodes, layer) =>
      nodes.map((_, teacher) => firstStepAbove(history, matchSeries(header, layer, teacher), threshold)),
    ),
  };
};
