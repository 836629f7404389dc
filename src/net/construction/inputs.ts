import { type Experiment, type TwoLayerExperiment, theoryDataSize } from '../../experiment/index.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import { plainProduct } from '../product.js';
import { RandomStream } from '../random.js';

/** Gaussian inputs times `dataStd`. [samples x d]. Advances `stream`. */
export const gaussianData = (samples: number, d: number, dataStd: number, stream: RandomStream): Matrix => {
  const out = zeros(samples, d);
  stream.fillNormals(out.data, dataStd);
  return out;
};

/** Inputs uniform in (-width/2, width/2). [samples x d]. Advances `stream`. Source: luckmatters, RandomDataset. */
export const uniformData = (samples: number, d: number, width: number, stream: RandomStream): Matrix => {
  const out = zeros(samples, d);
  for (let i = 0; i < out.data.length; i++) out.data[i] = width * (stream.nextUniform() - 0.5);
  return out;
};

/** What fixes a theory-suggested training set beside its teacher and the stream that it is drawn from. */
export type TheoryDataSettings = Pick<
  TwoLayerExperiment,
  'd' | 'm' | 'trainSize' | 'dataStd' | 'theoryMean' | 'theorySigma'
>;

/** A point drawn on the hyperplane w . (x, 1) = 0, w [d+1] with the bias last. Advances `stream`. */
const pointOnBoundary = (w: Float64Array, dataStd: number, stream: RandomStream): Float64Array => {
  const d = w.length - 1;
  const x = new Float64Array(d + 1).map((_, i) => (i < d ? dataStd * stream.nextNormal() : 1));
  const dot = x.reduce((sum, value, i) => sum + value * w[i], 0);
  const squaredNorm = w.reduce((sum, value) => sum + value * value, 0);
  for (let i = 0; i <= d; i++) x[i] -= (dot / squaredNorm) * w[i];
  return x.subarray(0, d).map((value) => value / x[d]);
};

/** Rescales a sample to length dataStd sqrt(d). Mutates `x`. */
const rescale = (x: Float64Array, dataStd: number): void => {
  const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  const scale = (dataStd * Math.sqrt(x.length)) / norm;
  for (let i = 0; i < x.length; i++) x[i] *= scale;
};

/**
 * The training set that the theory asks for: per teacher node, points on its boundary, then the same points
 * moved by +alpha and by -alpha along its normal (alpha uniform in [theoryMean, theoryMean + theorySigma)),
 * all rescaled to length dataStd sqrt(d). The third argument: the teacher's lowest layer. Shape [theoryDataSize x d]. Advances `stream`.
 * Source: Tian 2019, Sec. 5; luckmatters recon_two_layer.py, `run`.
 */
export const theoryData = (
  settings: TheoryDataSettings,
  { weight, bias }: Affine,
  stream: RandomStream,
): Matrix => {
  const { d, m, dataStd, theoryMean, theorySigma } = settings;
  const out = zeros(theoryDataSize(settings), d);
  const perNode = out.rows / (3 * m);
  for (let j = 0; j < m; j++) {
    const w = Float64Array.of(...weight.data.subarray(j * d, (j + 1) * d), bias?.[j] ?? 0);
    for (let point = 0; point < perNode; point++) {
      const x = pointOnBoundary(w, dataStd, stream);
      const alpha = theoryMean + theorySigma * stream.nextUniform();
      [0, alpha, -alpha].forEach((shift, side) => {
        const row = (3 * j + side) * perNode + point;
        const sample = out.data.subarray(row * d, (row + 1) * d);
        for (let i = 0; i < d; i++) sample[i] = x[i] + shift * w[i];
        rescale(sample, dataStd);
      });
    }
  }
  return out;
};

/** What fixes inputs on a hidden manifold beside the stream that they are drawn from. */
export type ManifoldSettings = {
  readonly seed: number;
  readonly d: number;
  readonly dataStd: number;
  readonly latentDimension: number;
};

/**
 * Inputs on a hidden manifold: x = dataStd sign(F z), z [latentDimension] Gaussian for each sample, F Gaussian and the same for
 * all sets of a seed. [samples x d]. Advances `stream`.
 * Source: Goldt, Mezard, Krzakala and Zdeborova 2020, "Modeling the Influence of Data Structure on Learning in Neural Networks".
 */
export const manifoldData = (
  samples: number,
  { seed, d, dataStd, latentDimension }: ManifoldSettings,
  stream: RandomStream,
): Matrix => {
  const features = gaussianData(d, latentDimension, 1, RandomStream.of(seed, 'manifold'));
  const mixed = plainProduct(gaussianData(samples, latentDimension, 1, stream), features);
  for (let i = 0; i < mixed.data.length; i++) mixed.data[i] = mixed.data[i] < 0 ? -dataStd : dataStd;
  return mixed;
};

/** Inputs of the kind that an experiment names. [samples x d]. Advances `stream`. */
export const drawInputs = (experiment: Experiment, samples: number, stream: RandomStream): Matrix => {
  const { d, dataStd, latentDimension } = experiment;
  if (experiment.kind === 'multi-layer' && experiment.dataset === 'uniform')
    return uniformData(samples, d, dataStd, stream);
  return latentDimension === undefined
    ? gaussianData(samples, d, dataStd, stream)
    : manifoldData(samples, { ...experiment, latentDimension }, stream);
};

/**
 * Noise on the teacher's outputs of a training set [trainSize x c], where an experiment has any; null where it has none.
 * Advances `stream`.
 */
export const drawOutputNoise = (experiment: Experiment, stream: RandomStream): Matrix | null =>
  experiment.kind === 'two-layer' && experiment.outputNoise
    ? gaussianData(experiment.trainSize, experiment.c, experiment.outputNoise, stream)
    : null;

/** The training set that an experiment starts with. [trainSize x d]. Advances `stream`. */
export const firstTrainingSet = (experiment: Experiment, teacher: Network, stream: RandomStream): Matrix =>
  experiment.kind === 'two-layer' && experiment.theoryData
    ? theoryData(experiment, teacher.hidden[0], stream)
    : drawInputs(experiment, experiment.trainSize, stream);
