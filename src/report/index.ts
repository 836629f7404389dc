/** Figures and tables of runs and sweeps, as one page or Markdown. */

export { makeReport } from './make-report.js';
export { readInputs } from './read-inputs.js';
export type { ReportChoice } from './summarized-group.js';
export { writeReport } from './write-report.js';
