import {
  type Experiment,
  fileSettings,
  type HiddenShape,
  hiddenShapes,
  isPruned,
} from '../experiment/index.js';
import { refuseValue, shown, type UserError } from '../input/index.js';

/** Teacher and student nodes of the hidden layer that a sweep measures: the only one of its experiments. */
export const sweptLayer = (experiment: Experiment): HiddenShape => hiddenShapes(experiment)[0];

const noFile = 'null: a sweep reads no weights';

/** Why an experiment cannot be a run of a sweep, naming `origin` and the key; null when it can. */
export const refusalOf = (experiment: Experiment, origin: string): UserError | null => {
  const layers = hiddenShapes(experiment).map(({ teachers }) => teachers);
  if (layers.length > 1)
    return refuseValue(origin, 'hidden', shown(layers), 'one hidden layer: a sweep has students of one');
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
