import type { TwoLayerExperiment } from '../experiment.js';
import {
  type Conflict,
  choiceConflict,
  frameConflict,
  langevinConflict,
  memoryConflict,
  optimizerConflict,
} from './conflict.js';

const largestTrainingSet = 1_000_000;

const teacherConflict = ({ teacherChoices, d, m, c }: TwoLayerExperiment): Conflict | undefined =>
  teacherChoices === null
    ? undefined
    : choiceConflict(
        teacherChoices,
        [
          { nodes: 'm', wanted: m, inputs: 'd', columns: d },
          { nodes: 'c', wanted: c, inputs: 'm', columns: m },
        ],
        'null',
      );

const theoryConflict = (experiment: TwoLayerExperiment): Conflict | undefined => {
  const { theoryData, d, m, noBias, bias, trainSize, latentDimension } = experiment;
  if (!theoryData) return undefined;
  if (latentDimension !== undefined)
    return { key: 'latentDimension', got: `${latentDimension} with theoryData`, allowed: 'one of the two' };
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

const leakConflict = ({ studentLeak, relu, activation }: TwoLayerExperiment): Conflict | undefined => {
  if (studentLeak === undefined || (relu && activation !== 'erf')) return undefined;
  const units = relu ? 'activation "erf"' : 'relu false';
  return { key: 'studentLeak', got: `${studentLeak} with ${units}`, allowed: 'no value but for ReLU' };
};

const committeeConflict = (experiment: TwoLayerExperiment): Conflict | undefined => {
  const { activation, relu, onlineSamples, sgd, theoryData } = experiment;
  if (activation !== undefined && !relu)
    return {
      key: 'activation',
      got: `"${activation}" with relu false`,
      allowed: 'no value for linear networks',
    };
  if (!onlineSamples) return undefined;
  if (!sgd) return { key: 'onlineSamples', got: 'true with sgd false', allowed: 'steps on minibatches' };
  if (theoryData) return { key: 'onlineSamples', got: 'true with theoryData', allowed: 'one of the two' };
  return undefined;
};

const sizeConflict = (experiment: TwoLayerExperiment): Conflict | undefined => {
  const { d, m, n, c, trainSize, evalSize, sgd, batchSize, onlineSamples } = experiment;
  const perSample = d + m + c;
  const parts = [
    { key: onlineSamples ? 'stepsPerEpoch' : 'trainSize', numbers: trainSize * perSample },
    { key: 'evalSize', numbers: evalSize * perSample },
    { key: sgd ? 'batchSize' : 'trainSize', numbers: (sgd ? batchSize : trainSize) * (d + 2 * n + 3 * c) },
    { key: 'n', numbers: 4 * ((d + 1) * n + (n + 1) * c) },
    { key: 'm', numbers: (d + 1) * m + (m + 1) * c + 4 * m * n },
  ] as const;
  return memoryConflict(parts.map((part) => ({ ...part, value: experiment[part.key] })));
};

/** The first reason why a two-layer experiment's valid settings cannot run together. */
export const findTwoLayerConflict = (experiment: TwoLayerExperiment): Conflict | undefined =>
  teacherConflict(experiment) ??
  theoryConflict(experiment) ??
  committeeConflict(experiment) ??
  leakConflict(experiment) ??
  optimizerConflict(experiment) ??
  langevinConflict(experiment) ??
  sizeConflict(experiment) ??
  frameConflict(experiment.m * experiment.n, 'n', experiment.n);
