import { type Experiment, fileSettings, isPruned } from '../experiment/index.js';
import { refuseValue, shown, type UserError } from '../input/index.js';

const noFile = 'null: a sweep reads no weights';

/** Why an experiment cannot be a run of a sweep, naming `origin` and the key; null when it can. */
export const refusalOf = (experiment: Experiment, origin: string): UserError | null => {
  if (isPruned(experiment))
    return refuseValue(origin, 'pruneRatios', 'a teacher to prune', 'null in a sweep');
  const files = fileSettings(experiment);
  if (files === null) return null;
  const { teacherFile, studentFile, dataset } = files;
  if (teacherFile !== null) return refuseValue(origin, 'teacherFile', shown(teacherFile), noFile);
  return studentFile === null
    ? refuseValue(origin, 'dataset', shown(dataset), 'inputs that are drawn: a sweep reads no files')
    : refuseValue(origin, 'studentFile', shown(studentFile), noFile);
};
