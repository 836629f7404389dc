import type { Experiment } from './experiment.js';

/** A setting that is fine alone and impossible beside the others. */
export type Conflict = { readonly key: keyof Experiment; readonly got: string; readonly allowed: string };

/** Largest memory that an experiment may need, data and weights in double precision. */
const memoryLimitBytes = 2 * 1024 ** 3;
const largestTrainingSet = 1_000_000;

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** Number of different rows that are not all zero; Infinity when there are too many to count. */
const distinctRows = (choices: readonly number[], columns: number): number =>
  choices.length ** columns - (choices.includes(0) ? 1 : 0);

const choiceConflict = ({ teacherChoices, d, m, c }: Experiment): Conflict | undefined => {
  if (teacherChoices === null) return undefined;
  const different = new Set(teacherChoices).size;
  const repeated = teacherChoices.length - different;
  const key = 'teacherChoices';
  if (repeated > 0) return { key, got: `${repeated} value(s) twice`, allowed: 'values all different' };
  const shortage = (nodes: string, wanted: number, inputs: string, columns: number): Conflict | undefined => {
    const possible = distinctRows(teacherChoices, columns);
    if (possible >= wanted) return undefined;
    return {
      key,
      got: `${different} values, which make ${possible} different non-zero weight vectors over ${inputs}=${columns}`,
      allowed: `enough values for ${nodes}=${wanted} different ones, or null`,
    };
  };
  return shortage('m', m, 'd', d) ?? shortage('c', c, 'm', m);
};

const theoryConflict = (experiment: Experiment): Conflict | undefined => {
  const { theoryData, d, m, noBias, bias, trainSize } = experiment;
  if (!theoryData) return undefined;
  if (d === 1 && (noBias || bias === 0))
    return {
      key: 'theoryData',
      got: 'true with d=1 and no bias, where the only boundary point is 0 and cannot be rescaled',
      allowed: 'd of at least 2, or a bias',
    };
  if (trainSize > largestTrainingSet)
    return {
      key: 'trainSize',
      got: `a theory-suggested set of ${trainSize} samples, a multiple of 3m=${3 * m}`,
      allowed: `at most ${largestTrainingSet}`,
    };
  return undefined;
};

const memoryConflict = (experiment: Experiment): Conflict | undefined => {
  const { d, m, n, c, trainSize, evalSize, sgd, batchSize } = experiment;
  const perSample = d + m + c;
  const parts = [
    { key: 'trainSize', numbers: trainSize * perSample },
    { key: 'evalSize', numbers: evalSize * perSample },
    { key: sgd ? 'batchSize' : 'trainSize', numbers: (sgd ? batchSize : trainSize) * (d + 2 * n + 3 * c) },
    { key: 'n', numbers: 4 * ((d + 1) * n + (n + 1) * c) },
    { key: 'm', numbers: (d + 1) * m + (m + 1) * c + 4 * m * n },
  ] as const;
  const bytes = 8 * parts.reduce((sum, part) => sum + part.numbers, 0);
  if (bytes <= memoryLimitBytes) return undefined;
  const { key } = parts.reduce((a, b) => (b.numbers > a.numbers ? b : a));
  return {
    key,
    got: `${experiment[key]}, which makes the experiment need ${gibibytes(bytes)} of memory`,
    allowed: `at most ${gibibytes(memoryLimitBytes)} in all`,
  };
};

/** The first reason why valid settings cannot run together; undefined when they can. */
export const findConflict = (experiment: Experiment): Conflict | undefined =>
  choiceConflict(experiment) ?? theoryConflict(experiment) ?? memoryConflict(experiment);
