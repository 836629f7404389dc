import { batchNormBackward } from './batch-norm.js';
import type { LayerPass, Pass } from './forward.js';
import { type Matrix, multiply, transpose, zeros } from './matrix.js';
import { type Affine, type HiddenLayer, type Network, throughGate } from './network.js';
import { scatterPatches, unflatten } from './patches.js';

/** Gradients of one layer's parameters; null where the layer has no such parameter. */
export type LayerGradient = {
  readonly weight: Matrix;
  readonly bias: Float64Array | null;
  readonly normWeight: Float64Array | null;
  readonly normBias: Float64Array | null;
  /** Gradient that arrives at the layer's affine map. [rows x units] */
  readonly arriving: Matrix;
};

const columnSums = (a: Matrix): Float64Array => {
  const sums = new Float64Array(a.columns);
  for (let i = 0; i < a.data.length; i++) sums[i % a.columns] += a.data[i];
  return sums;
};

/** Gradients of an affine layer, summed over the rows, from what it read and the gradient at its output. */
export const affineGradient = (layer: Affine, input: Matrix, gradient: Matrix): Affine => ({
  weight: multiply(transpose(gradient), input),
  bias: layer.bias && columnSums(gradient),
});

/** A gradient, or a tangent, behind the gates at these pre-activations. */
export const gateGradient = (gradient: Matrix, preActivation: Matrix, network: Network): Matrix => {
  const out = zeros(gradient.rows, gradient.columns);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = throughGate(network, preActivation.data[i], gradient.data[i]);
  return out;
};

const layerBackward = (
  network: Network,
  layer: HiddenLayer,
  pass: LayerPass,
  gradient: Matrix,
): LayerGradient => {
  const throughNorm = (a: Matrix): ReturnType<typeof batchNormBackward> | { input: Matrix } =>
    layer.norm && pass.normCache ? batchNormBackward(layer.norm, pass.normCache, a) : { input: a };
  const gate = (a: Matrix): Matrix => gateGradient(a, pass.preActivation, network);
  const norm = throughNorm(network.normBeforeRelu ? gate(gradient) : gradient);
  const linear = network.normBeforeRelu ? norm.input : gate(norm.input);
  const affine = layer.norm?.weight && 'weight' in norm;
  return {
    ...affineGradient(layer, pass.input, linear),
    normWeight: affine ? norm.weight : null,
    normBias: affine ? norm.bias : null,
    arriving: linear,
  };
};

/** The gradient at what a hidden layer read, from the one at its affine map. */
const inputGradient = (
  { convolutional }: Network,
  { weight }: HiddenLayer,
  { inputGrid }: LayerPass,
  arriving: Matrix,
): Matrix => {
  const rows = multiply(arriving, weight);
  return convolutional ? scatterPatches(rows, inputGrid) : rows;
};

/**
 * Back-propagates the gradient at the output [samples x outputs] through a training pass; one entry per
 * hidden layer, then the head.
 */
export const backward = (network: Network, pass: Pass, gradient: Matrix): LayerGradient[] => {
  const head = affineGradient(network.final, pass.headInput, gradient);
  const gradients: LayerGradient[] = [{ ...head, normWeight: null, normBias: null, arriving: gradient }];
  let arriving = unflatten(multiply(gradient, network.final.weight), pass.headGrid);
  for (let l = network.hidden.length - 1; l >= 0; l--) {
    const [layer, layerPass] = [network.hidden[l], pass.layers[l]];
    const gradient = layerBackward(network, layer, layerPass, arriving);
    gradients.unshift(gradient);
    if (l > 0) arriving = inputGradient(network, layer, layerPass, gradient.arriving);
  }
  return gradients;
};

/** The gradients' arrays, in the order of trainedArrays. */
export const gradientArrays = (gradients: readonly LayerGradient[]): Float64Array[] =>
  gradients.flatMap((layer) =>
    [layer.weight.data, layer.bias, layer.normWeight, layer.normBias].filter((array) => array !== null),
  );
