import type { Experiment, MultiLayerExperiment, TwoLayerExperiment } from './experiment.js';
import { hiddenShapes, type LayerShape, layerShapes } from './layer-shapes.js';

/** Share of all arithmetic that evaluating frames may take; in time it is an eighth at most (docs/internals/benchmarks.md). */
const evaluationShare = 1 / 10;
const mostFrames = 2000;
/** Correlations that the frames of a run may hold together: they are the bulk of a log, some 7 bytes each. */
const mostCorrelations = 5e7;

/** What decides how often a frame is affordable, in multiply-adds. */
type Costs = {
  /** Of a student's forward pass for one sample. */
  readonly forward: number;
  /** Samples in one step. */
  readonly batch: number;
  /** Of correlation and observability for one sample. */
  readonly metrics: number;
  /** Numbers read from memory for one sample. */
  readonly reading: number;
};

/** What a frame with the statements costs, by sample and multiply-add of a forward pass: a fifth of their time, for who asks for them wants to see them. */
const statementsCost = 8;
/** Samples that they are evaluated on, of both data sets together. */
const statementsSamples = 2000;

const twoLayerCosts = ({ d, m, n, c, sgd, batchSize, trainSize }: TwoLayerExperiment): Costs => ({
  forward: (d + 1) * n + (n + 1) * c,
  batch: sgd ? batchSize : trainSize,
  metrics: 2 * m * n,
  reading: d + c,
});

const multiLayerCosts = (experiment: MultiLayerExperiment): Costs => {
  const { d, c, batchSize, gradientForms } = experiment;
  const shapes = layerShapes(experiment);
  const sum = (of: (layer: LayerShape) => number): number =>
    shapes.reduce((total, layer) => total + layer.positions * of(layer), 0);
  const forward = sum(({ students, studentInputs }) => students * (studentInputs + 1));
  const forms = gradientForms ? 4 * sum(({ students, studentInputs }) => students ** 2 * studentInputs) : 0;
  return {
    forward,
    batch: batchSize,
    metrics: 2 * sum(({ teachers, students }) => teachers * students) + forms,
    reading: d + c,
  };
};

/** What reading a sample from memory costs beside the arithmetic, in multiply-adds a number: it shows on narrow students. */
const readingCost = 8;

const costsOf = (experiment: Experiment): Costs =>
  experiment.kind === 'multi-layer' ? multiLayerCosts(experiment) : twoLayerCosts(experiment);

/** Multiply-adds of the forward passes of a whole training. */
export const trainingCost = (experiment: Experiment): number => {
  const { forward, batch } = costsOf(experiment);
  return totalSteps(experiment) * batch * forward;
};

/** Forward, backward and update of a batch cost about three forward passes. */
const stepCost = ({ forward, batch }: Costs): number => 3 * batch * forward;

/** Both full sets: reading, forward pass, correlation and observability. */
const frameCost = (
  { forward, metrics, reading }: Costs,
  { trainSize, evalSize, statements = false }: Experiment,
): number =>
  (trainSize + evalSize) * (readingCost * reading + forward + metrics) +
  (statements ? statementsCost * Math.min(statementsSamples, trainSize + evalSize) * forward : 0);

/** Entries of all correlation matrices of a frame. */
const correlations = (experiment: Experiment): number =>
  hiddenShapes(experiment).reduce((sum, { teachers, students }) => sum + teachers * students, 0);

/** Smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, ... that is at least `least`. */
const roundNumberFrom = (least: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return (
    [1, 2, 3, 4, 5, 6, 8, 10].map((digit) => digit * power).find((value) => value >= least) ?? 10 * power
  );
};

/** Smallest divisor of `whole` that is at least `least`; `whole` itself when `least` exceeds it. */
const divisorFrom = (whole: number, least: number): number => {
  for (let divisor = Math.max(1, Math.ceil(least)); divisor < whole; divisor++)
    if (whole % divisor === 0) return divisor;
  return whole;
};

/** Steps in the whole run. */
export const totalSteps = ({ epochs, stepsPerEpoch }: Experiment): number => epochs * stepsPerEpoch;

/**
 * Steps between scheduled frames.
 *
 * 'auto' resolves from the experiment alone, never from clocks, so that a seed gives one log: the smallest
 * divisor of an epoch, or round number of epochs, at which evaluation stays within a tenth of the arithmetic,
 * the run within 2,000 frames, and its log within some 350 MB. The run's last step gets a frame whatever this says.
 */
export const resolveFrameEvery = (experiment: Experiment): number => {
  if (experiment.frameEvery !== 'auto') return experiment.frameEvery;
  const { stepsPerEpoch } = experiment;
  const costs = costsOf(experiment);
  const affordable = (frameCost(costs, experiment) * (1 / evaluationShare - 1)) / stepCost(costs);
  const frames = Math.min(mostFrames, mostCorrelations / correlations(experiment));
  const least = Math.max(1, affordable, totalSteps(experiment) / frames);
  const steps =
    least <= stepsPerEpoch
      ? divisorFrom(stepsPerEpoch, least)
      : stepsPerEpoch * roundNumberFrom(least / stepsPerEpoch);
  return Math.min(steps, totalSteps(experiment));
};

/** Rate of the last entry of a schedule at or before an epoch; the first rate before any. */
const scheduledRate = (
  { learningRate, learningRateSchedule }: Pick<MultiLayerExperiment, 'learningRate' | 'learningRateSchedule'>,
  epoch: number,
): number => {
  const reached = Object.keys(learningRateSchedule)
    .map(Number)
    .filter((from) => from <= epoch);
  return reached.length === 0 ? learningRate : learningRateSchedule[String(Math.max(...reached))];
};

/**
 * Learning rate in an epoch counted from 0: halved at the start of epochs k, 2k, ... for a halving period k > 0,
 * or read off a multi-layer experiment's schedule.
 */
export const learningRateInEpoch = (
  experiment:
    | Pick<TwoLayerExperiment, 'learningRate' | 'halvingPeriod'>
    | Pick<MultiLayerExperiment, 'learningRate' | 'learningRateSchedule'>,
  epoch: number,
): number => {
  if ('learningRateSchedule' in experiment) return scheduledRate(experiment, epoch);
  const { learningRate, halvingPeriod } = experiment;
  return halvingPeriod > 0 ? learningRate / 2 ** Math.floor(epoch / halvingPeriod) : learningRate;
};
