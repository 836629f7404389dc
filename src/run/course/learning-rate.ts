import { type Experiment, learningRateInEpoch } from '../../experiment/index.js';

/** A learning rate and the epoch, counted from 0, in which it was set. */
export type RateSetting = { readonly learningRate: number; readonly sinceEpoch: number };

export const initialRate = (experiment: Experiment): RateSetting => ({
  learningRate: learningRateInEpoch(experiment, 0),
  sinceEpoch: 0,
});

/**
 * The learning rate in an epoch: what was set, times what the schedule has changed since. A halving is a power
 * of two, and a rate that was never set is the schedule's, so that a replayed log gives the same bits.
 */
export const rateInEpoch = (
  { learningRate, sinceEpoch }: RateSetting,
  experiment: Experiment,
  epoch: number,
): number => {
  const [since, now] = [learningRateInEpoch(experiment, sinceEpoch), learningRateInEpoch(experiment, epoch)];
  return learningRate === since ? now : learningRate * (now / since);
};
