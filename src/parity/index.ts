/** Recorded runs of the published code, trained again and compared. */
export { compareTrace } from './compare.js';
export { reportLines } from './report.js';
export {
  type EpochStatistics,
  type ReferenceRow,
  type ReferenceStatistics,
  readStatistics,
  rowExperiment,
  runSeed,
  type SeedOutcome,
  summarizeSeeds,
} from './reproduction.js';
export { readTrace } from './trace.js';
export { openTrace } from './traced-run.js';
