import type { Experiment, TwoLayerExperiment } from '../../src/experiment/experiment.js';

/** The experiment, which must be of two layers. */
export const twoLayer = (experiment: Experiment): TwoLayerExperiment => {
  if (experiment.kind !== 'two-layer') throw new Error(`a ${experiment.kind} experiment`);
  return experiment;
};
