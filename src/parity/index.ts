/** Recorded runs of the published code, trained again and compared. */
export { compareTrace, type MetricVerdict } from './compare.js';
export { readTrace } from './trace.js';
export { openTrace, type TracedRun } from './traced-run.js';
export { reportLines } from './verdict-lines.js';
