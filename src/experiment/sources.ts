import type { Experiment, MultiLayerExperiment } from './experiment.js';

/** Where the training inputs of an experiment come from: drawn from a distribution, around the teacher, or read. */
export type InputSource = MultiLayerExperiment['dataset'] | 'theory';

/** Where the first training set comes from; evaluation inputs of `theory`, and later training sets, are Gaussian. */
export const inputSource = (experiment: Experiment): InputSource => {
  if (experiment.kind === 'multi-layer') return experiment.dataset;
  return experiment.theoryData ? 'theory' : 'gaussian';
};

/** Settings by which an experiment takes inputs and weights from files. */
export type FileSettings = Pick<
  MultiLayerExperiment,
  | ('dataset' | 'trainSize' | 'evalSize' | 'teacherFile' | 'studentFile')
  | ('hidden' | 'c' | 'd' | 'image' | 'noBias' | 'batchNormBeforeRelu')
  | ('teacherLeak' | 'studentLeak' | 'labelMetrics')
>;

/** What an experiment takes from files; null where it draws its inputs and all weights. */
export const fileSettings = (experiment: Experiment): FileSettings | null => {
  if (experiment.kind === 'two-layer') return null;
  const { dataset, teacherFile, studentFile } = experiment;
  const isDrawn = dataset === 'gaussian' || dataset === 'uniform';
  return isDrawn && teacherFile === null && studentFile === null ? null : experiment;
};
