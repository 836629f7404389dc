import { totalSteps } from '../experiment/cadence.js';
import type { Experiment } from '../experiment/experiment.js';

/** What a step costs beside its arithmetic, in multiply-adds: it shows on narrow students. */
const stepOverhead = 20_000;

/** What drawing the data costs a number, in multiply-adds. */
const drawingCost = 60;

/** Multiply-adds of a training step: forward, backward and update. */
export const stepWork = ({ d, n, c, sgd, batchSize, trainSize }: Experiment): number =>
  (sgd ? batchSize : trainSize) * (2 * (d + 1) * n + 3 * (n + 1) * c) + stepOverhead;

/** What a run is expected to cost, in multiply-adds: to order runs and to foresee their end, not to measure. */
export const expectedWork = (experiment: Experiment): number => {
  const { d, m, n, c, trainSize, evalSize } = experiment;
  const evaluation = (trainSize + evalSize) * ((d + 1) * n + (n + 1) * c + 2 * m * n + drawingCost * d);
  return totalSteps(experiment) * stepWork(experiment) + 2 * evaluation;
};
