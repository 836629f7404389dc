/** Figures and tables of runs and sweeps, as one page or Markdown. */

export { makeReport } from './make-report.js';
export { readInputs, type SweepInput } from './read-inputs.js';
export { writeReport } from './write-report.js';
