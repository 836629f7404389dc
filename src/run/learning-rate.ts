import { learningRateInEpoch } from '../experiment/cadence.js';
import type { Experiment } from '../experiment/experiment.js';

/** A learning rate and the epoch, counted from 0, in which it was set. */
export type RateSetting = { readonly learningRate: number; readonly sinceEpoch: number };

export const initialRate = ({ learningRate }: Experiment): RateSetting => ({ learningRate, sinceEpoch: 0 });

/**
 * The learning rate in an epoch: what was set, halved as often as the schedule has halved since. The factor
 * is a power of two, so that setting a logged rate again gives the same bits.
 */
export const rateInEpoch = (
  { learningRate, sinceEpoch }: RateSetting,
  { halvingPeriod }: Experiment,
  epoch: number,
): number => {
  const factor = (at: number): number => learningRateInEpoch({ learningRate: 1, halvingPeriod }, at);
  return learningRate * (factor(epoch) / factor(sinceEpoch));
};
