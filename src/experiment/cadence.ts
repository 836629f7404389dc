import type { Experiment } from './experiment.js';

/** Share of all arithmetic that evaluating frames may take; in time it is up to a quarter, for evaluation waits on memory more. */
const evaluationShare = 1 / 6;
const mostFrames = 2000;

/** Multiply-adds of a student's forward pass for one sample. */
const forwardCost = ({ d, n, c }: Experiment): number => (d + 1) * n + (n + 1) * c;

/** Forward, backward and update of a batch cost about three forward passes. */
const stepCost = (experiment: Experiment): number =>
  3 * (experiment.sgd ? experiment.batchSize : experiment.trainSize) * forwardCost(experiment);

/** What reading a sample from memory costs beside the arithmetic, in multiply-adds a number: it shows on narrow students. */
const readingCost = 4;

/** Both full sets: reading, forward pass, correlation and observability. */
const frameCost = (experiment: Experiment): number => {
  const { d, m, n, c, trainSize, evalSize } = experiment;
  return (trainSize + evalSize) * (readingCost * (d + c) + forwardCost(experiment) + 2 * m * n);
};

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
 * divisor of an epoch, or round number of epochs, at which evaluation stays within a sixth of the arithmetic
 * and the run within 2,000 frames. The run's last step gets a frame whatever this says.
 */
export const resolveFrameEvery = (experiment: Experiment): number => {
  if (experiment.frameEvery !== 'auto') return experiment.frameEvery;
  const { stepsPerEpoch } = experiment;
  const affordable = (frameCost(experiment) * (1 / evaluationShare - 1)) / stepCost(experiment);
  const least = Math.max(1, affordable, totalSteps(experiment) / mostFrames);
  const steps =
    least <= stepsPerEpoch
      ? divisorFrom(stepsPerEpoch, least)
      : stepsPerEpoch * roundNumberFrom(least / stepsPerEpoch);
  return Math.min(steps, totalSteps(experiment));
};

/** Learning rate in an epoch counted from 0: halved at the start of epochs k, 2k, ... for a halving period k > 0. */
export const learningRateInEpoch = (
  { learningRate, halvingPeriod }: Pick<Experiment, 'learningRate' | 'halvingPeriod'>,
  epoch: number,
): number => (halvingPeriod > 0 ? learningRate / 2 ** Math.floor(epoch / halvingPeriod) : learningRate);
