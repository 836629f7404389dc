/** Recorded runs of the published code, trained again and compared. */
export { compareTrace } from './compare.js';
export { readTrace } from './trace.js';
export { openTrace } from './traced-run.js';
export { reportLines } from './verdict-lines.js';
