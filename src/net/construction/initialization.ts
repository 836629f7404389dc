import { kernelSide, type MultiLayerExperiment } from '../../experiment/index.js';
import type { BatchNorm } from '../batch-norm.js';
import { zeros } from '../matrix.js';
import type { Affine, HiddenLayer, Network } from '../network.js';
import type { RandomStream } from '../random.js';

/** The parts of an experiment that shape both networks. */
export type NetworkShape = Pick<MultiLayerExperiment, 'd' | 'image' | 'c' | 'noBias' | 'batchNormBeforeRelu'>;

/** Batch norm of fresh units: statistics 0 and 1, and where `affine` a scale of 1 and a shift of 0. */
export const freshBatchNorm = (units: number, affine: boolean): BatchNorm => ({
  weight: affine ? new Float64Array(units).fill(1) : null,
  bias: affine ? new Float64Array(units) : null,
  runningMean: new Float64Array(units),
  runningVariance: new Float64Array(units).fill(1),
});

/**
 * Weights and biases uniform in +-1/sqrt(inputs). Advances `stream`.
 * Source: torch.nn.Linear and Conv2d, reset_parameters.
 */
const randomAffine = (nodes: number, inputs: number, noBias: boolean, stream: RandomStream): Affine => {
  const bound = 1 / Math.sqrt(inputs);
  const draw = (): number => bound * (2 * stream.nextUniform() - 1);
  const weight = zeros(nodes, inputs);
  for (let i = 0; i < weight.data.length; i++) weight.data[i] = draw();
  return { weight, bias: noBias ? null : Float64Array.from({ length: nodes }, draw) };
};

/** A network of these hidden widths with PyTorch's initial weights. Advances `stream`. */
export const randomNetwork = (
  { d, image, c, noBias, batchNormBeforeRelu }: NetworkShape,
  widths: readonly number[],
  norm: { readonly present: boolean; readonly affine: boolean },
  slope: number,
  stream: RandomStream,
): Network => {
  let below = image?.channels ?? d;
  const hidden = widths.map((nodes): HiddenLayer => {
    const affine = randomAffine(nodes, below * (image ? kernelSide ** 2 : 1), noBias, stream);
    below = nodes;
    return { ...affine, norm: norm.present ? freshBatchNorm(nodes, norm.affine) : null };
  });
  const side = (image?.side ?? 1) - (image ? widths.length * (kernelSide - 1) : 0);
  const final = randomAffine(c, below * side * side, noBias, stream);
  return {
    hidden,
    final,
    convolutional: image !== null,
    activation: 'rectifier',
    slope,
    openAtZero: false,
    normBeforeRelu: batchNormBeforeRelu,
    storage: 'arrays',
  };
};

/** Places at which each unit of the last hidden layer enters the head: 1 for a dense network. */
export const headPositions = ({ hidden, final }: Network): number =>
  final.weight.columns / (hidden.at(-1)?.weight.rows ?? final.weight.columns);
