import {
  type Breakpoint,
  type CurvatureMessage,
  type Frame,
  type Header,
  type LogStatus,
  type PairMessage,
  type Progress,
  type RunEvent,
  type RunState,
  type SessionMessage,
  type StartingMessage,
  type TheoryMessage,
  thresholdChoices,
} from '../protocol/index.js';
import { type Branches, followEvent } from './branches.js';
import { type ColumnOrder, identityOrder, reorderColumns, teachersByStrength } from './column-order.js';
import { type ControlState, controlStartedAt, withControlFrame, withRunFrame } from './control-state.js';
import { type Judgement, judgementOf } from './holders.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { cutBack, emptyPast, judgedBy, type Past, pastAtStart, withEvent, withFrame } from './past.js';
import { statementsOf } from './statements/statements.js';

/** What the event list shows: an event of a run, with what the run came to by it, or the start of a run. */
export type ListedEvent =
  | (RunEvent & { readonly outcome?: Outcome })
  | { readonly type: 'started'; readonly header: Header };

/** A jump to another place of the run's course. */
type JumpEvent = Extract<RunEvent, { readonly toStep: number }>;

/**
 * Everything that the screen shows, as of the latest frame and the events since. Never mutated: keeping one freezes
 * the view.
 */
export type State = Past &
  Judgement & {
    readonly header: Header | null;
    /** As of the latest frame: the header's, unless the teacher has been changed since. */
    readonly teacherStrength: Header['teacherStrength'];
    readonly frame: Frame | null;
    /** The changes on the way to the frame; those that followed it are not among them. */
    readonly changesOfFrame: readonly RunEvent[];
    /** A jump whose frame has not come: nothing of it is shown before. */
    readonly jump: JumpEvent | null;
    /** How far the run is beyond the frame, where frames are far apart; else null. */
    readonly ahead: Progress | null;
    readonly runState: RunState;
    /** Whether it was ended before its end, and has not gone on. */
    readonly isStopped: boolean;
    /** Whether this is where its log breaks off, and nobody writes to that any more. */
    readonly isKilled: boolean;
    /** The run that is on its way in place of this one; null while none is. */
    readonly starting: StartingMessage | null;
    /** The state of the run that this one took the place of, which may come back; null where there is none. */
    readonly replaced: State | null;
    readonly learningRate: number;
    readonly threshold: number;
    readonly log: LogStatus;
    /** Newest last. */
    readonly events: readonly ListedEvent[];
    /** By layer. */
    readonly columns: readonly ColumnOrder[];
    /** The pasts that a redo brings back, latest last. */
    readonly redoable: Branches<Past>['redoable'];
    /** The past where the latest control started. */
    readonly controlStart: Branches<Past>['controlStart'];
    /** Where the run is to pause by itself. */
    readonly breakpoints: readonly Breakpoint[];
    /** What the perturbation previewed last would do; empty where none was. */
    readonly preview: string;
    /** The latest evaluation of the paper's statements; null before the first. */
    readonly theory: TheoryMessage | null;
    /** The evaluation before it, to measure what has fallen since; null before the second. */
    readonly theoryBefore: TheoryMessage | null;
    /** Values of the statements at the evaluations so far, by statement; oldest first, bounded. */
    readonly theoryHistory: readonly (readonly number[])[];
    /** The latest measurement of the loss's curvature; null before the first. */
    readonly curvature: CurvatureMessage | null;
    /** What the weights of the pair of nodes asked about say; null before the first answer. */
    readonly pair: PairMessage | null;
    /** Null without a control. */
    readonly control: ControlState | null;
  };

const eventBudget = 500;
const theoryBudget = 64;
/** Seconds of training after which a frame is old enough to say how far the run is since. */
const oldAfterSeconds = 1;

export const initialState: State = {
  ...emptyPast,
  header: null,
  teacherStrength: [],
  frame: null,
  changesOfFrame: [],
  jump: null,
  ahead: null,
  owners: [],
  specializedSince: [],
  judgedFrom: null,
  runState: 'running',
  isStopped: false,
  isKilled: false,
  starting: null,
  replaced: null,
  learningRate: Number.NaN,
  threshold: Number.NaN,
  log: { type: 'log', state: 'off', path: null, reason: '' },
  events: [],
  columns: [],
  redoable: [],
  controlStart: null,
  breakpoints: [],
  preview: '',
  theory: null,
  theoryBefore: null,
  theoryHistory: [],
  curvature: null,
  pair: null,
  control: null,
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
      return { ...state, ahead: isOld(state.frame, message) ? message : null };
    case 'status':
      return { ...state, runState: message.state };
    case 'log':
      return { ...state, log: message };
    case 'preview':
      return { ...state, preview: message.text };
    case 'breakpoints':
      return { ...state, breakpoints: message.breakpoints };
    case 'stage':
      return state;
    case 'starting':
      return { ...state, starting: message };
    case 'theory':
      return receiveTheory(state, message);
    case 'curvature':
      return { ...state, curvature: message };
    case 'pair':
      return { ...state, pair: message };
    case 'control-started':
      return {
        ...state,
        control: controlStartedAt(message.step, state.controlStart ?? pastOf(state), state.frame),
      };
    case 'control-frame':
      return receiveControlFrame(state, message.frame);
    case 'control-ended':
      return { ...state, control: null };
  }
};

const listed = (state: State, event: ListedEvent): readonly ListedEvent[] =>
  [...state.events, event].slice(-eventBudget);

/** A new run starts empty, one that comes back as it was; the event list and the log's state are the session's and stay. */
const startRun = (state: State, header: Header): State => {
  const before = state.header === null ? null : { ...state, starting: null, replaced: null };
  const { log, events } = state;
  return state.replaced?.header === header
    ? { ...state.replaced, log, events, replaced: before }
    : { ...newRun(state, header), replaced: before };
};

const newRun = (state: State, header: Header): State => ({
  ...initialState,
  ...pastAtStart([header.threshold, ...thresholdChoices]),
  log: state.log,
  // Its first frame is still to come: of a large network that takes seconds.
  starting: state.starting,
  events: listed(state, { type: 'started', header }),
  header,
  teacherStrength: header.teacherStrength,
  learningRate: header.experiment.learningRate,
  threshold: header.threshold,
});

const isOld = (frame: Frame | null, { step, trainingSeconds }: Progress): boolean =>
  frame !== null && step > frame.step && trainingSeconds - frame.trainingSeconds >= oldAfterSeconds;

const receiveFrame = (waiting: State, frame: Frame): State => {
  const state = afterJump(waiting);
  const teacherStrength = frame.teacherStrength ?? state.header?.teacherStrength ?? [];
  const next = withJudgement({ ...state, ...withFrame(pastOf(state), frame), frame, teacherStrength });
  return withMeasured({
    ...next,
    changesOfFrame: next.changes,
    ahead: null,
    starting: state.frame === null ? null : state.starting,
    isStopped: false,
    learningRate: frame.learningRate,
    columns: columnsAfter(next, frame),
    control: state.control && withRunFrame(state.control, frame),
  });
};

/** With the paper's statements and the curvature, where the frame has them. */
const withMeasured = (state: State): State => {
  if (state.frame === null) return state;
  const { step, statements, curvature } = state.frame;
  const next = curvature === undefined ? state : reduce(state, { type: 'curvature', step, curvature });
  return statements === undefined ? next : receiveTheory(next, { type: 'theory', step, theory: statements });
};

/** With owners and steps as the threshold judges them. */
const withJudgement = (state: State): State => {
  const holders = state.holders.find(({ threshold }) => threshold === state.threshold);
  return holders ? { ...state, ...judgementOf(holders) } : state;
};

/** With the best matches of a frame, over the whole evaluation set, by which nodes are called specialized everywhere else. */
const withMatchesOf = ({ layers: [lowest] }: Frame, message: TheoryMessage): TheoryMessage => {
  if (typeof message.theory === 'string') return message;
  const teachers = message.theory.teachers.map((teacher, j) => ({
    ...teacher,
    correlation: lowest.bestMatchOfTeacher[j],
  }));
  return { ...message, theory: { ...message.theory, teachers } };
};

const receiveTheory = (state: State, message: TheoryMessage): State => {
  const theoryBefore = state.theory && state.theory.step < message.step ? state.theory : state.theoryBefore;
  const theory = state.frame?.step === message.step ? withMatchesOf(state.frame, message) : message;
  const next = { ...state, theory, theoryBefore };
  const values = statementsOf(next).map(({ value }) => value);
  return { ...next, theoryHistory: [...state.theoryHistory, values].slice(-theoryBudget) };
};

const receiveControlFrame = (state: State, frame: Frame): State => ({
  ...state,
  control: state.control && withControlFrame(state.control, frame),
});

const columnsAfter = (state: State, frame: Frame): ColumnOrder[] =>
  frame.layers.map((layer, index) => {
    const before = state.columns[index] ?? identityOrder(layer.fanOutNorm.length);
    const teachers = state.header ? teachersByStrength(state, index) : [...layer.bestMatchOfTeacher.keys()];
    return reorderColumns(before, layer, teachers, state.owners[index], state.threshold);
  });

/** Takes a jump down until its frame is there: what is shown always belongs to one frame. */
const receiveEvent = (state: State, event: RunEvent): State =>
  'toStep' in event ? { ...afterJump(state), jump: event } : applyEvent(afterJump(state), event);

const afterJump = (state: State): State =>
  state.jump ? applyEvent({ ...state, jump: null }, state.jump) : state;

const applyEvent = (state: State, event: RunEvent): State => {
  const before = { past: pastOf(state), redoable: state.redoable, controlStart: state.controlStart };
  const { past, ...branches } = followEvent(before, event, cutBack);
  const next: State = {
    ...state,
    ...withEvent(past, event, state.frame),
    ...branches,
    runState: stateAfter(state.runState, event),
    isStopped: event.event === 'stopped' || (state.isStopped && event.event === 'refused'),
    // A run that goes on has no header to come: the event that it continues says that it is there.
    starting: event.event === 'refused' || event.event === 'continued' ? null : state.starting,
    events: listed(state, told(event, state)),
  };
  switch (event.event) {
    case 'learning-rate':
      return { ...next, learningRate: event.to };
    case 'threshold':
      return withJudgement({
        ...next,
        ...judgedBy(pastOf(next), event.threshold, next.frame),
        threshold: event.threshold,
      });
    case 'promoted':
      return next.control ? takeControlsCourse(next, next.control) : next;
    default:
      return next;
  }
};

/** The event as the list has it: with what it came to by then, which the list tells whatever becomes of the run. */
const told = (event: RunEvent, { frame, threshold }: State): ListedEvent =>
  event.event === 'done' && frame ? { ...event, outcome: outcomeOf(frame, threshold) } : event;

/** A log has no status lines: the run's state follows from its events. */
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

const pastOf = ({ changes, history, orders, marks, recoveries, holders, undoable }: State): Past => ({
  changes,
  history,
  orders,
  marks,
  recoveries,
  holders,
  undoable,
});

/**
 * On the control's course, its charts as far as they have been shown. What is said in numbers (holders, recoveries, marks,
 * undos) is that of where the control started and of the frames to come: a log has no others.
 */
const takeControlsCourse = (state: State, { past }: ControlState): State => ({
  ...state,
  ...{ history: past.history, orders: past.orders },
  control: null,
});
