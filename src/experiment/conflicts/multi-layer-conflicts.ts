import type { MultiLayerExperiment } from '../experiment.js';
import { kernelSide, layerShapes } from '../layer-shapes.js';
import {
  type Conflict,
  choiceConflict,
  frameConflict,
  langevinConflict,
  memoryConflict,
  optimizerConflict,
} from './conflict.js';

const largestWidth = 10_000;
/** Entries of all matrices of gradient forms in one frame: they go into the log, which people read. */
const mostFormEntries = 40_000;
/** Samples in the files. */
const fileSizes = {
  mnist: { train: 60_000, evaluation: 10_000 },
  cifar10: { train: 50_000, evaluation: 10_000 },
} as const;

type Check = (experiment: MultiLayerExperiment) => Conflict | undefined;

const widthConflict: Check = (experiment) => {
  const { hidden, multi } = experiment;
  const students = layerShapes(experiment)
    .slice(0, -1)
    .map((layer) => layer.students);
  const wrong = students.findIndex((width) => width < 1 || width > largestWidth);
  if (wrong === -1) return undefined;
  return {
    key: 'multi',
    got: `${multi}, which makes ${students[wrong]} student nodes of ${hidden[wrong]} teacher nodes`,
    allowed: `1 to ${largestWidth} student nodes in each layer`,
  };
};

const imageConflict: Check = ({ image, hidden }) => {
  const shrinks = hidden.length * (kernelSide - 1);
  if (image === null || image.side > shrinks) return undefined;
  return {
    key: 'hidden',
    got: `${hidden.length} convolutions on images of side ${image.side}, each of which takes ${kernelSide - 1} off`,
    allowed: `at most ${Math.floor((image.side - 1) / (kernelSide - 1))}`,
  };
};

const teacherConflict: Check = (experiment) => {
  const { teacherChoices, randomTeacher, teacherFile, hidden } = experiment;
  if (randomTeacher || teacherFile !== null) return undefined;
  const layers = layerShapes(experiment).map(({ teachers, teacherInputs }, l) => ({
    nodes: l === hidden.length ? 'c' : `hidden[${l}]`,
    wanted: teachers,
    inputs: `the inputs of layer ${l}`,
    columns: teacherInputs,
  }));
  return choiceConflict(teacherChoices, layers, 'randomTeacher true');
};

const startConflict: Check = ({ perturb, sameDirection, sameSigns, multi, studentFile, pruneRatios }) => {
  const key = perturb !== null ? 'perturb' : sameDirection ? 'sameDirection' : 'sameSigns';
  if (perturb === null && !sameDirection && !sameSigns) return undefined;
  const beside = (got: string, allowed: string): Conflict => ({ key, got, allowed });
  if (multi !== 1) return { key: 'multi', got: `${multi} with ${key}`, allowed: '1, as wide as the teacher' };
  if (studentFile !== null) return beside('a start at the teacher and a studentFile', 'one of the two');
  if (pruneRatios !== null) return beside('a start at a pruned teacher, which is wider', 'no pruneRatios');
  return undefined;
};

const biasConflict: Check = ({ noBias, tuneTeacherBias, tuneTeacherOutput }) => {
  if (!noBias || !(tuneTeacherBias || tuneTeacherOutput)) return undefined;
  const key = tuneTeacherBias ? 'tuneTeacherBias' : 'tuneTeacherOutput';
  return { key, got: 'true with noBias', allowed: 'false' };
};

const pruneConflict: Check = ({ pruneRatios, hidden }) => {
  if (pruneRatios === null || pruneRatios.length === hidden.length) return undefined;
  const got = `${pruneRatios.length} ratios for ${hidden.length} hidden layers`;
  return { key: 'pruneRatios', got, allowed: 'one a hidden layer' };
};

const batchConflict: Check = ({ batchNorm, convolutional, trainSize, batchSize }) => {
  if (!batchNorm || convolutional || (batchSize > 1 && trainSize % batchSize !== 1)) return undefined;
  const got = `${batchSize}, whose last batch of ${trainSize} samples is a single one, which has no variance`;
  return { key: 'batchSize', got, allowed: 'with batchNorm, batches of 2 samples or more' };
};

const dataConflict: Check = (experiment) => {
  const { dataset, trainSize, evalSize, regenerateData, crossEntropy, c, latentDimension } = experiment;
  if (latentDimension !== undefined && dataset !== 'gaussian')
    return { key: 'latentDimension', got: `${latentDimension} of ${dataset}`, allowed: 'gaussian inputs' };
  if (crossEntropy && c < 2)
    return { key: 'c', got: `${c} with crossEntropy`, allowed: 'at least 2 classes' };
  if (dataset !== 'mnist' && dataset !== 'cifar10') return undefined;
  const { train, evaluation } = fileSizes[dataset];
  if (trainSize > train)
    return { key: 'trainSize', got: `${trainSize} of ${dataset}`, allowed: `up to ${train}` };
  if (evalSize > evaluation)
    return { key: 'evalSize', got: `${evalSize} of ${dataset}`, allowed: `up to ${evaluation}` };
  if (regenerateData)
    return { key: 'regenerateData', got: `true with ${dataset}`, allowed: 'true for drawn inputs only' };
  return undefined;
};

/** Classes of the data sets that have labels. */
const labelClasses = 10;

const labelConflict: Check = ({ labelMetrics, dataset, crossEntropy, c }) => {
  if (!labelMetrics) return undefined;
  const key = 'labelMetrics';
  if (dataset !== 'mnist' && dataset !== 'cifar10')
    return { key, got: `true with ${dataset} inputs`, allowed: 'mnist or cifar10, which have labels' };
  if (!crossEntropy) return { key, got: 'true with squared errors', allowed: 'with crossEntropy' };
  return c < labelClasses
    ? { key, got: `true with c=${c}`, allowed: `c of ${labelClasses} or more` }
    : undefined;
};

/** Classes that are counted in every frame: they go into the log. */
const mostCountedClasses = 1000;

const classConflict: Check = ({ classCounts, crossEntropy, c }) => {
  if (!classCounts) return undefined;
  const key = 'classCounts';
  if (!crossEntropy) return { key, got: 'true with squared errors', allowed: 'with crossEntropy' };
  return c > mostCountedClasses
    ? { key, got: `true with c=${c}`, allowed: `c of at most ${mostCountedClasses}` }
    : undefined;
};

/** Entries of H and beta, student with student and student with teacher, constant units included. */
const formEntries = (experiment: MultiLayerExperiment): number =>
  layerShapes(experiment)
    .slice(0, -1)
    .reduce((sum, { teachers, students }) => sum + 2 * (students + 1) * (students + teachers + 2), 0);

const formConflict: Check = (experiment) => {
  if (!experiment.gradientForms) return undefined;
  const key = 'gradientForms';
  if (experiment.convolutional) return { key, got: 'true with convolutional', allowed: 'dense layers' };
  if (experiment.studentLeak !== undefined)
    return { key, got: 'true with studentLeak', allowed: 'false for leaky students' };
  const entries = formEntries(experiment);
  if (entries <= mostFormEntries) return undefined;
  return {
    key,
    got: `true with layers that make ${entries} entries a frame`,
    allowed: `at most ${mostFormEntries}`,
  };
};

const sizeConflict: Check = (experiment) => {
  const { d, hidden, multi, trainSize, evalSize, batchSize } = experiment;
  const shapes = layerShapes(experiment);
  const sum = (of: (layer: (typeof shapes)[number]) => number): number =>
    shapes.reduce((total, layer) => total + of(layer), 0);
  const teacherUnits = sum(({ teachers, positions }) => teachers * positions);
  const studentUnits = sum(
    ({ students, studentInputs, positions }) => (students + studentInputs) * positions,
  );
  return memoryConflict([
    { key: 'trainSize', value: trainSize, numbers: trainSize * (d + teacherUnits) },
    { key: 'evalSize', value: evalSize, numbers: evalSize * (d + teacherUnits) },
    { key: 'batchSize', value: batchSize, numbers: 3 * batchSize * studentUnits },
    {
      key: 'multi',
      value: multi,
      numbers: sum(({ students, studentInputs, teachers }) => students * (5 * studentInputs + 4 * teachers)),
    },
    {
      key: 'hidden',
      value: hidden,
      numbers: sum(({ teachers, teacherInputs }) => teachers * teacherInputs),
    },
  ]);
};

const correlationConflict: Check = (experiment) =>
  frameConflict(
    layerShapes(experiment)
      .slice(0, -1)
      .reduce((sum, { teachers, students }) => sum + teachers * students, 0),
    'multi',
    experiment.multi,
  );

const checks: readonly Check[] = [
  widthConflict,
  imageConflict,
  teacherConflict,
  startConflict,
  biasConflict,
  pruneConflict,
  optimizerConflict,
  langevinConflict,
  batchConflict,
  dataConflict,
  labelConflict,
  classConflict,
  formConflict,
  sizeConflict,
  correlationConflict,
];

/** The first reason why a multi-layer experiment's valid settings cannot run together. */
export const findMultiLayerConflict: Check = (experiment) => {
  for (const check of checks) {
    const conflict = check(experiment);
    if (conflict) return conflict;
  }
  return undefined;
};
