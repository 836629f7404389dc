/** What has been shown so far: messages reduced to the state that views read. */
export { areIdentical } from './control-state.js';
export { allBuckets, type Bucket, mergeBuckets } from './history.js';
export { Recording } from './recording.js';
export {
  type CellClass,
  census,
  classifyRow,
  correlationsOf,
  progressShare,
  remainingSeconds,
  standing,
} from './selectors.js';
export {
  initialState,
  type ListedEvent,
  type Mark,
  matchSeries,
  reduce,
  type State,
  seriesIndex,
  teachersByStrength,
} from './state.js';
export { type Statement, statementsOf, type Verdict } from './statements.js';
export type { Timeline } from './timeline.js';
