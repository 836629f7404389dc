import { type ExperimentFiles, noFiles } from '../engine/problem.js';
import type { Experiment } from '../experiment/experiment.js';
export const loadExperimentFiles = async (_: Experiment, __: string | null): Promise<ExperimentFiles> =>
  noFiles;
