import type { Experiment, TwoLayerExperiment } from './experiment.js';

/** An experiment that has order parameters. */
export type SoftCommitteeExperiment = TwoLayerExperiment;

/** Whether every training sample is drawn for one batch alone. */
export const usesSamplesOnce = (experiment: Experiment): boolean =>
  experiment.kind === 'two-layer' && experiment.onlineSamples === true;

/** Nodes of both networks up to which the equations of order parameters are solved beside a run, by activation. */
const mostNodes = { relu: 10, erf: 24 } as const;

/**
 * Whether an experiment is what the equations of online learning are about: plain steps on samples that are used once, a
 * first layer without biases that is trained under a second one that is not. Source: Saad and Solla 1995.
 */
export const hasOrderParameters = (experiment: Experiment): experiment is SoftCommitteeExperiment => {
  if (experiment.kind !== 'two-layer') return false;
  const { noBias, topLayerFixed, featuresFixed, normalizeStudent, relu } = experiment;
  const { optimizer = 'sgd', momentum = 0, weightDecay = 0, temperature, latentDimension } = experiment;
  const { m, n, activation = 'relu' } = experiment;
  const isCommittee = noBias && topLayerFixed && !featuresFixed && relu && m + n <= mostNodes[activation];
  const isPlain = optimizer === 'sgd' && momentum === 0 && weightDecay === 0 && temperature === undefined;
  const isGaussian = usesSamplesOnce(experiment) && latentDimension === undefined;
  return isGaussian && isCommittee && isPlain && !normalizeStudent;
};
