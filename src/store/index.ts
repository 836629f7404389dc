/** What has been shown so far: messages reduced to the state that views read. */
export {
  type Branches,
  followEvent,
  isChange,
  isJump,
  type JumpBack,
  noBranches,
  placeOf,
} from './branches.js';
export { teachersByStrength } from './column-order.js';
export { areIdentical, type ControlState, controlSeries } from './control-state.js';
export { allBuckets, type Bucket } from './history.js';
export type { Outcome } from './outcome.js';
export type { Mark } from './past.js';
export { Recording } from './recording.js';
export type { OpenedRun, RunShelf } from './run-shelf.js';
export {
  type CellClass,
  cellClass,
  census,
  clockOf,
  controlFrameOf,
  correlationsOf,
  formsOfLayer,
  isOnWay,
  learnersIn,
  partialFrom,
  progressShare,
  remainingSeconds,
  runStateOf,
  type Standing,
  sharingOf,
  standingsOf,
  stepOf,
  type TeacherStanding,
} from './selectors.js';
export { matchIn, matchSeries, orderPlaces, seriesIndex } from './series.js';
export { initialState, type ListedEvent, reduce, type State } from './state.js';
export { type LossSpeed, lossSpeeds } from './statements/loss-speed.js';
export { percent } from './statements/percent.js';
export { type Statement, statementsOf, type Verdict } from './statements/statements.js';
export { type JudgedFrame, statementJudge, statementsOverRun } from './statements/statements-over-run.js';
export { type PairRecord, pairRecordOf, type Timeline } from './timeline.js';
