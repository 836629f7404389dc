/** What an engine is given: teacher, student, data, rule and batches of one experiment. */
export { type BatchSampler, batchSampler } from './batch-sampler.js';
export { EpochSampler, epochWords } from './epoch-sampler.js';
export {
  type DrawnInputs,
  drawInputsOnce,
  type ExperimentFiles,
  type FileInputs,
  nextTrainingSamples,
  noFiles,
  type PreparedRun,
  prepareRun,
} from './prepare.js';
export type { Problem, TrainingSamples } from './problem.js';
