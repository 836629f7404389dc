/** Figures and tables of runs and sweeps, as one page or Markdown. */
export { readInputs } from './inputs.js';
export { makeReport, type ReportChoice } from './report.js';
export { writeReport } from './write-report.js';
