import { type BatchNormCache, batchNormForward } from './batch-norm.js';
import { type Matrix, zeros } from './matrix.js';
import { type Affine, activationAt, type HiddenLayer, type Network } from './network.js';
import { flatten, type Grid, gatherPatches, shrink } from './patches.js';
import { type Product, plainProduct } from './product.js';

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

/** Adds a layer's biases to every row of a product. Mutates `sums`, which it returns. */
export const addBiases = (sums: Matrix, bias: Float64Array | null): Matrix => {
  const { rows, columns, data } = sums;
  if (bias) for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) data[i * columns + k] += bias[k];
  return sums;
};

/** What a head gives for the products of its weights with what it reads. Mutates `sums`, which it returns. */
export const finishHead = ({ bias }: Affine, sums: Matrix): Matrix => addBiases(sums, bias);

const activate = (x: Matrix, network: Network): Matrix => {
  const out = zeros(x.rows, x.columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = activationAt(network, x.data[i]);
  return out;
};

/** What a hidden layer gives for the products of its weights with what it reads: bias, norm and gate. Mutates `sums`. */
export const finishLayer = (
  network: Network,
  { bias, norm }: HiddenLayer,
  sums: Matrix,
  training: boolean,
): Omit<LayerPass, 'inputGrid' | 'input'> => {
  const linear = addBiases(sums, bias);
  const normalize = (a: Matrix): { output: Matrix; cache: BatchNormCache | null } =>
    norm ? batchNormForward(norm, a, training) : { output: a, cache: null };
  if (network.normBeforeRelu) {
    const { output: preActivation, cache } = normalize(linear);
    return {
      linear,
      preActivation,
      output: activate(preActivation, network),
      gated: linear,
      normCache: cache,
    };
  }
  const gated = activate(linear, network);
  const { output, cache } = normalize(gated);
  return { linear, preActivation: linear, output, gated, normCache: cache };
};

/** The rows that a hidden layer multiplies: patches where convolutional. */
export const readRows = ({ convolutional }: Network, x: Matrix, grid: Grid): Matrix =>
  convolutional ? gatherPatches(x, grid) : x;

/** The grid of a hidden layer's units, from that of what it reads. */
export const unitGrid = ({ convolutional }: Network, grid: Grid): Grid =>
  convolutional ? shrink(grid) : grid;

/**
 * Runs the network over a batch. `x`: [samples x d], or [samples * h * w x channels] with its grid. Training
 * uses and updates batch statistics of the norms. Source: luckmatters model_gen.py, Model and ModelConv.
 */
export const forward = (
  network: Network,
  x: Matrix,
  grid: Grid,
  training: boolean,
  product: Product = plainProduct,
): Pass => {
  const { hidden, final } = network;
  const layers: LayerPass[] = [];
  let headGrid = grid;
  for (const layer of hidden) {
    const input = readRows(network, layers.at(-1)?.output ?? x, headGrid);
    const units = finishLayer(network, layer, product(input, layer.weight), training);
    layers.push({ inputGrid: headGrid, input, ...units });
    headGrid = unitGrid(network, headGrid);
  }
  const headInput = flatten(layers.at(-1)?.output ?? x, headGrid);
  return { layers, headGrid, headInput, output: finishHead(final, product(headInput, final.weight)) };
};
