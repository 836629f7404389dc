import {
  type Experiment,
  learningRateInEpoch,
  type MultiLayerExperiment,
  type TwoLayerExperiment,
} from '../experiment/index.js';
import {
  createDeepStudent,
  createDeepTeacher,
  createStudent,
  createTeacher,
  type DeepNetwork,
  gaussianData,
  inputGrid,
  type Matrix,
  type RandomState,
  RandomStream,
  streamState,
  theoryData,
  type UpdateRule,
  uniformData,
} from '../net/index.js';
import { EpochSampler } from './epoch-sampler.js';
import type { DeepProblem, DeepRule, Problem, TwoLayerProblem } from './problem.js';

/** The part of an experiment that each update obeys. */
export const updateRule = (experiment: TwoLayerExperiment): UpdateRule => ({
  relu: experiment.relu,
  featuresFixed: experiment.featuresFixed,
  topLayerFixed: experiment.topLayerFixed,
  normalizeStudent: experiment.normalizeStudent,
  noBias: experiment.noBias,
});

/** What an experiment takes from files: inputs, and weights of either network. Null: it draws them. */
export type ExperimentFiles = {
  readonly inputs: { readonly train: Matrix; readonly evaluation: Matrix } | null;
  readonly teacher: DeepNetwork | null;
  readonly student: DeepNetwork | null;
};

export const noFiles: ExperimentFiles = { inputs: null, teacher: null, student: null };

const drawInputs = (experiment: Experiment, samples: number, stream: RandomStream): Matrix =>
  experiment.kind === 'multi-layer' && experiment.dataset === 'uniform'
    ? uniformData(samples, experiment.d, experiment.dataStd, stream)
    : gaussianData(samples, experiment.d, experiment.dataStd, stream);

/** The training set that replaces the current one after an epoch. [trainSize x d]. Advances `stream`. */
export const nextTrainingSet = (experiment: Experiment, stream: RandomStream): Matrix =>
  drawInputs(experiment, experiment.trainSize, stream);

const evaluationInputs = (experiment: Experiment): Matrix =>
  drawInputs(experiment, experiment.evalSize, RandomStream.of(experiment.seed, 'eval-data'));

/** A run's start, and the stream that `nextTrainingSet` continues from. */
export type PreparedRun<P extends Problem = Problem> = {
  readonly problem: P;
  /** Its state, four words, is all there is to save; `new RandomStream(state)` restores it. */
  readonly trainData: RandomStream;
};

/** Inputs as a seed draws them, and the stream's state after the training set. */
export type DrawnInputs = {
  readonly key: string;
  readonly trainingSet: Matrix;
  readonly evaluationSet: Matrix;
  readonly trainData: RandomState;
};

/** What Gaussian inputs depend on: experiments that agree in it share them, whatever their networks are. */
const inputsKey = ({ kind, seed, d, dataStd, trainSize, evalSize }: TwoLayerExperiment): string =>
  JSON.stringify([kind, seed, d, dataStd, trainSize, evalSize]);

/** The inputs of an experiment: `known` where those are they, else drawn anew. Theory data depends on the teacher. */
export const drawInputsOnce = (experiment: TwoLayerExperiment, known: DrawnInputs | null): DrawnInputs => {
  const key = inputsKey(experiment);
  if (known?.key === key) return known;
  const stream = RandomStream.of(experiment.seed, 'train-data');
  const trainingSet = nextTrainingSet(experiment, stream);
  return { key, trainingSet, evaluationSet: evaluationInputs(experiment), trainData: stream.state };
};

/** `prepareRun` for a two-layer experiment whose inputs may be at hand. */
export const prepareTwoLayer = (
  experiment: TwoLayerExperiment,
  drawn: DrawnInputs | null = null,
): PreparedRun<TwoLayerProblem> => {
  const { seed } = experiment;
  const teacher = createTeacher(experiment, RandomStream.of(seed, 'teacher'));
  const student = createStudent(experiment, teacher, RandomStream.of(seed, 'student'));
  const known = experiment.theoryData ? null : drawn;
  const trainData = known ? new RandomStream(known.trainData) : RandomStream.of(seed, 'train-data');
  const drawTrainingSet = (): Matrix =>
    experiment.theoryData
      ? theoryData(experiment, teacher.w1, trainData)
      : nextTrainingSet(experiment, trainData);
  const problem: TwoLayerProblem = {
    kind: 'two-layer',
    teacher,
    student,
    trainingSet: known?.trainingSet ?? drawTrainingSet(),
    evaluationSet: known?.evaluationSet ?? evaluationInputs(experiment),
    rule: updateRule(experiment),
    batchSize: experiment.sgd ? experiment.batchSize : null,
    samplerState: streamState(seed, 'batches'),
    learningRate: experiment.learningRate,
  };
  return { problem, trainData };
};

/** The part of a multi-layer experiment that each update obeys. */
export const deepRule = (experiment: MultiLayerExperiment): DeepRule => {
  const { optimizer, momentum, weightDecay, normalizeStudent, crossEntropy } = experiment;
  return {
    optimizer:
      optimizer === 'sgd' ? { method: 'sgd', momentum, weightDecay } : { method: 'adam', weightDecay },
    normalizeStudent,
    frozenLayers: [],
    crossEntropy,
  };
};

const prepareMultiLayer = (
  experiment: MultiLayerExperiment,
  files: ExperimentFiles,
): PreparedRun<DeepProblem> => {
  const { seed } = experiment;
  const trainData = RandomStream.of(seed, 'train-data');
  const trainingSet = files.inputs?.train ?? nextTrainingSet(experiment, trainData);
  const evaluationSet = files.inputs?.evaluation ?? evaluationInputs(experiment);
  const teacherStream = RandomStream.of(seed, 'teacher');
  const { teacher, activeNodes } = createDeepTeacher(experiment, evaluationSet, files.teacher, teacherStream);
  const studentStream = RandomStream.of(seed, 'student');
  const problem: DeepProblem = {
    kind: 'multi-layer',
    teacher,
    student: createDeepStudent(experiment, teacher, activeNodes, files.student, studentStream),
    activeNodes,
    trainingSet,
    evaluationSet,
    grid: inputGrid(experiment.image),
    rule: deepRule(experiment),
    batchSize: experiment.batchSize,
    evaluationBatch: experiment.evalSize,
    samplerState: EpochSampler.initialState(streamState(seed, 'batches')),
    learningRate: learningRateInEpoch(experiment, 0),
    gradientForms: experiment.gradientForms,
  };
  return { problem, trainData };
};

/** Draws teacher, student and data of an experiment; the same experiment gives the same bits. Mutates networks in `files`. */
export function prepareRun(experiment: TwoLayerExperiment): PreparedRun<TwoLayerProblem>;
export function prepareRun(
  experiment: MultiLayerExperiment,
  files?: ExperimentFiles,
): PreparedRun<DeepProblem>;
export function prepareRun(experiment: Experiment, files?: ExperimentFiles): PreparedRun;
export function prepareRun(experiment: Experiment, files: ExperimentFiles = noFiles): PreparedRun {
  return experiment.kind === 'multi-layer'
    ? prepareMultiLayer(experiment, files)
    : prepareTwoLayer(experiment);
}
