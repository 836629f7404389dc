import { type Experiment, inputSource } from '../experiment/index.js';
import {
  createStudent,
  createTeacher,
  drawInputs,
  drawOutputNoise,
  firstTrainingSet,
  type Matrix,
  type Network,
  type Product,
  plainProduct,
  type RandomState,
  RandomStream,
  streamState,
  trainingRules,
} from '../net/index.js';
import { initialSamplerState } from './batch-sampler.js';
import type { Problem, TrainingSamples } from './problem.js';

/** Inputs out of files. `labels`: of the evaluation samples; null where they are not asked for. */
export type FileInputs = {
  readonly train: Matrix;
  readonly evaluation: Matrix;
  readonly labels: Uint8Array | null;
};

/** What an experiment takes from files: inputs, and weights of either network. Null: it draws them. */
export type ExperimentFiles = {
  readonly inputs: FileInputs | null;
  readonly teacher: Network | null;
  readonly student: Network | null;
};

export const noFiles: ExperimentFiles = { inputs: null, teacher: null, student: null };

/** A training set that follows from the settings alone. [trainSize x d]. Advances `stream`. */
const drawTrainingSet = (experiment: Experiment, stream: RandomStream): Matrix =>
  drawInputs(experiment, experiment.trainSize, stream);

/** The samples that replace the current ones after an epoch. Advances `stream`. */
export const nextTrainingSamples = (experiment: Experiment, stream: RandomStream): TrainingSamples => ({
  trainingSet: drawTrainingSet(experiment, stream),
  outputNoise: drawOutputNoise(experiment, stream),
});

const evaluationInputs = (experiment: Experiment): Matrix =>
  drawInputs(experiment, experiment.evalSize, RandomStream.of(experiment.seed, 'eval-data'));

/** A run's start, and the stream that `nextTrainingSamples` continues from. */
export type PreparedRun = {
  readonly problem: Problem;
  /** Its state, four words, is all there is to save; `new RandomStream(state)` restores it. */
  readonly trainData: RandomStream;
  /** Of passes in double precision, with the bits of the plain product. */
  readonly product: Product;
};

/** Inputs as a seed draws them, and the stream's state after the training set. */
export type DrawnInputs = {
  readonly key: string;
  readonly trainingSet: Matrix;
  readonly evaluationSet: Matrix;
  readonly trainData: RandomState;
};

/** What drawn inputs depend on: experiments that agree in it share them, whatever their networks are. */
const inputsKey = (experiment: Experiment): string => {
  const { seed, d, dataStd, trainSize, evalSize, latentDimension } = experiment;
  return JSON.stringify([inputSource(experiment), seed, d, dataStd, trainSize, evalSize, latentDimension]);
};

/** The inputs of an experiment: `known` where those are they, else drawn anew; null where they depend on the teacher. */
export const drawInputsOnce = (experiment: Experiment, known: DrawnInputs | null): DrawnInputs | null => {
  if (inputSource(experiment) === 'theory') return null;
  const key = inputsKey(experiment);
  if (known?.key === key) return known;
  const stream = RandomStream.of(experiment.seed, 'train-data');
  const trainingSet = drawTrainingSet(experiment, stream);
  return { key, trainingSet, evaluationSet: evaluationInputs(experiment), trainData: stream.state };
};

/**
 * Draws teacher, student and data of an experiment; the same experiment gives the same bits. `drawn`: its inputs, where
 * they are at hand. `product`: of the passes that tune a teacher, one with the bits of the plain product. Mutates
 * networks in `files`.
 */
export const prepareRun = (
  experiment: Experiment,
  files: ExperimentFiles = noFiles,
  drawn: DrawnInputs | null = null,
  product: Product = plainProduct,
): PreparedRun => {
  const { seed } = experiment;
  const evaluationSet = files.inputs?.evaluation ?? drawn?.evaluationSet ?? evaluationInputs(experiment);
  const prepared = createTeacher(experiment, evaluationSet, files.teacher, product);
  const trainData = drawn ? new RandomStream(drawn.trainData) : RandomStream.of(seed, 'train-data');
  const rules = trainingRules(experiment);
  const problem: Problem = {
    ...rules,
    ...prepared,
    student: createStudent(experiment, prepared, files.student),
    trainingSet:
      files.inputs?.train ?? drawn?.trainingSet ?? firstTrainingSet(experiment, prepared.teacher, trainData),
    outputNoise: drawOutputNoise(experiment, trainData),
    evaluationSet,
    evaluationLabels: files.inputs?.labels ?? null,
    samplerState: initialSamplerState(rules, streamState(seed, 'batches'), streamState(seed, 'noise')),
  };
  return { problem, trainData, product };
};
