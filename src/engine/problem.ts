import type { Experiment } from '../experiment/experiment.js';
import { RandomStream, streamState } from '../experiment/random.js';
import { gaussianData, theoryData } from '../net/data.js';
import type { Matrix } from '../net/matrix.js';
import { createStudent } from '../net/student.js';
import { createTeacher } from '../net/teacher.js';
import type { UpdateRule } from '../net/two-layer.js';
import type { Problem } from './engine.js';

/** The part of an experiment that each update obeys. */
export const updateRule = (experiment: Experiment): UpdateRule => ({
  relu: experiment.relu,
  featuresFixed: experiment.featuresFixed,
  topLayerFixed: experiment.topLayerFixed,
  normalizeStudent: experiment.normalizeStudent,
  noBias: experiment.noBias,
});

/** The training set that replaces the current one after an epoch: Gaussian. [trainSize x d]. Advances `stream`. */
export const nextTrainingSet = (experiment: Experiment, stream: RandomStream): Matrix =>
  gaussianData(experiment.trainSize, experiment.d, experiment.dataStd, stream);

/** A run's start, and the stream that `nextTrainingSet` continues from. */
export type PreparedRun = {
  readonly problem: Problem;
  /** Its state, four words, is all there is to save; `new RandomStream(state)` restores it. */
  readonly trainData: RandomStream;
};

/** Draws teacher, student and data of an experiment; the same experiment gives the same bits. */
export const prepareRun = (experiment: Experiment): PreparedRun => {
  const { seed, d } = experiment;
  const teacher = createTeacher(experiment, RandomStream.of(seed, 'teacher'));
  const student = createStudent(experiment, teacher, RandomStream.of(seed, 'student'));
  const trainData = RandomStream.of(seed, 'train-data');
  const trainingSet = experiment.theoryData
    ? theoryData(experiment, teacher.w1, trainData)
    : nextTrainingSet(experiment, trainData);
  const evaluationSet = gaussianData(
    experiment.evalSize,
    d,
    experiment.dataStd,
    RandomStream.of(seed, 'eval-data'),
  );
  const problem: Problem = {
    teacher,
    student,
    trainingSet,
    evaluationSet,
    rule: updateRule(experiment),
    batchSize: experiment.sgd ? experiment.batchSize : null,
    samplerState: streamState(seed, 'batches'),
    learningRate: experiment.learningRate,
  };
  return { problem, trainData };
};
