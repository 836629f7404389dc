/** What an engine is given: teacher, student, data, rule and batches of one experiment. */
export { EpochSampler } from './epoch-sampler.js';
export {
  type DrawnInputs,
  drawInputsOnce,
  type ExperimentFiles,
  nextTrainingSet,
  noFiles,
  type PreparedRun,
  prepareRun,
  prepareTwoLayer,
} from './prepare.js';
export type { DeepProblem, Problem, ProblemOf, TwoLayerProblem } from './problem.js';
