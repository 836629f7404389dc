/** Recorded runs of the published code, trained again and compared. */
export { compareTrace, type MetricVerdict } from './compare.js';
export { openTrace, type TracedRun } from './traced-run.js';
export { readTrace } from './traces/read-trace.js';
export { reportLines } from './verdict-lines.js';
