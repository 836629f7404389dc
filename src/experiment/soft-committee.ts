import type { Experiment, TwoLayerExperiment } from './experiment.js';

/** An experiment that has order parameters. */
export type SoftCommitteeExperiment = TwoLayerExperiment;

/** Whether every training sample is drawn for one batch alone. */
export const usesSamplesOnce = (experiment: Experiment): boolean =>
  experiment.kind === 'two-layer' && experiment.onlineSamples === true;

/** Nodes of both networks up to which order parameters are measured: every pair is in every frame. */
const mostMeasured = 64;
/** Nodes of both networks up to which their equations are solved beside a run, by activation. */
const mostPredicted = { relu: 10, erf: 24 } as const;

const isTrue = ([applies]: readonly [boolean, string]): boolean => applies;

/**
 * Why no order parameters are measured; null where they are: of committees of erf or ReLU nodes, a first layer without
 * biases that sees every sample once under a second one that is not trained. Source: Saad and Solla 1995.
 */
const measuringObstacle = (experiment: TwoLayerExperiment): string | null => {
  const { m, n, relu, studentLeak, noBias, topLayerFixed, latentDimension } = experiment;
  const reasons: readonly (readonly [boolean, string])[] = [
    [!relu || studentLeak !== undefined, 'the closed forms are of erf and ReLU nodes'],
    [!usesSamplesOnce(experiment), 'samples are used more than once (onlineSamples false)'],
    [!noBias, 'the closed forms have no biases (noBias false)'],
    [!topLayerFixed, 'the second layer is trained (topLayerFixed false)'],
    [latentDimension !== undefined, 'the inputs are not Gaussian (latentDimension)'],
    [m + n > mostMeasured, `${m + n} nodes in both networks are more than ${mostMeasured}`],
  ];
  return reasons.find(isTrue)?.[1] ?? null;
};

export const hasOrderParameters = (experiment: Experiment): experiment is SoftCommitteeExperiment =>
  experiment.kind === 'two-layer' && measuringObstacle(experiment) === null;

/** Why an experiment that looks like a committee's has no order parameters; null where it has, and of any other. */
export const orderObstacle = (experiment: Experiment): string | null =>
  experiment.kind === 'two-layer' && (usesSamplesOnce(experiment) || experiment.activation === 'erf')
    ? measuringObstacle(experiment)
    : null;

/** Why the equations of the order parameters say nothing of a run; null where they predict it: plain steps, few nodes. */
export const predictionObstacle = (experiment: SoftCommitteeExperiment): string | null => {
  const { m, n, featuresFixed, normalizeStudent, activation = 'relu' } = experiment;
  const { optimizer = 'sgd', momentum = 0, weightDecay = 0, temperature } = experiment;
  const isPlain = optimizer === 'sgd' && momentum === 0 && weightDecay === 0 && temperature === undefined;
  const most = mostPredicted[activation];
  const reasons: readonly (readonly [boolean, string])[] = [
    [featuresFixed, 'the first layer is not trained'],
    [normalizeStudent, 'the student is normalized after each step'],
    [!isPlain, 'the equations are of plain steps'],
    [m + n > most, `${m + n} nodes in both networks, solved for at most ${most} of ${activation}`],
  ];
  return reasons.find(isTrue)?.[1] ?? null;
};
