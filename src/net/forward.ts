import { type BatchNormCache, batchNormForward } from './batch-norm.js';
import { fusedDot } from './fused-dot.js';
import { type Matrix, multiply, transpose, zeros } from './matrix.js';
import { type Affine, type HiddenLayer, type Network, throughGate } from './network.js';
import { flatten, type Grid, gatherPatches, shrink } from './patches.js';

/** What one hidden layer computed; all matrices have a row per sample and position. */
export type LayerPass = {
  /** Grid that the layer reads, and the rows it multiplies (patches where convolutional). */
  readonly inputGrid: Grid;
  readonly input: Matrix;
  /** The affine map's output, before normalization and activation. */
  readonly linear: Matrix;
  /** What enters the gate: the linear output, or the normalized one with `normBeforeRelu`. */
  readonly preActivation: Matrix;
  /** The layer's hidden units, after activation and normalization. */
  readonly output: Matrix;
  /** The reference's "pre_bn", whose sign opens the gates of its H and beta statistics. */
  readonly gated: Matrix;
  readonly normCache: BatchNormCache | null;
};

export type Pass = {
  readonly layers: readonly LayerPass[];
  /** Grid of the last hidden layer, and its units as the head reads them. [samples x in] */
  readonly headGrid: Grid;
  readonly headInput: Matrix;
  /** [samples x outputs] */
  readonly output: Matrix;
};

/** How dot products are summed: plainly, or rounded as BLAS does on processors with fused multiply-add. */
export type Sums = 'plain' | 'fused';

const fusedProduct = (x: Matrix, weight: Matrix): Matrix => {
  const out = zeros(x.rows, weight.rows);
  const row = ({ columns, data }: Matrix, i: number): Float64Array =>
    data.subarray(i * columns, (i + 1) * columns);
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < weight.rows; k++) out.data[i * weight.rows + k] = fusedDot(row(x, i), row(weight, k));
  return out;
};

const applyAffine = ({ weight, bias }: Affine, x: Matrix, sums: Sums): Matrix => {
  const out = sums === 'fused' ? fusedProduct(x, weight) : multiply(x, transpose(weight));
  if (bias) for (let i = 0; i < out.data.length; i++) out.data[i] += bias[i % out.columns];
  return out;
};

/** NaN stays NaN: a run must be seen to diverge. */
const activate = (x: Matrix, network: Network): Matrix => ({
  ...x,
  data: x.data.map((value) => throughGate(network, value, value)),
});

const layerForward = (
  network: Network,
  layer: HiddenLayer,
  x: Matrix,
  inputGrid: Grid,
  training: boolean,
  sums: Sums,
): LayerPass => {
  const input = network.convolutional ? gatherPatches(x, inputGrid) : x;
  const linear = applyAffine(layer, input, sums);
  const normalize = (a: Matrix): { output: Matrix; cache: BatchNormCache | null } =>
    layer.norm ? batchNormForward(layer.norm, a, training) : { output: a, cache: null };
  if (network.normBeforeRelu) {
    const { output: preActivation, cache } = normalize(linear);
    const output = activate(preActivation, network);
    return { inputGrid, input, linear, preActivation, output, gated: linear, normCache: cache };
  }
  const gated = activate(linear, network);
  const { output, cache } = normalize(gated);
  return { inputGrid, input, linear, preActivation: linear, output, gated, normCache: cache };
};

/**
 * Runs the network over a batch. `x`: [samples x d], or [samples * h * w x channels] with its grid. Training
 * uses and updates batch statistics of the norms. Source: luckmatters model_gen.py, Model and ModelConv.
 */
export const forward = (
  network: Network,
  x: Matrix,
  grid: Grid,
  training: boolean,
  sums: Sums = 'plain',
): Pass => {
  const layers: LayerPass[] = [];
  let headGrid = grid;
  for (const layer of network.hidden) {
    layers.push(layerForward(network, layer, layers.at(-1)?.output ?? x, headGrid, training, sums));
    if (network.convolutional) headGrid = shrink(headGrid);
  }
  const headInput = flatten(layers.at(-1)?.output ?? x, headGrid);
  return { layers, headGrid, headInput, output: applyAffine(network.final, headInput, sums) };
};
