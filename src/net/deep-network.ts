import { type BatchNorm, type BatchNormCache, batchNormBackward, batchNormForward } from './batch-norm.js';
import { fusedDot } from './fused-dot.js';
import { copy, type Matrix, multiply, transpose, zeros } from './matrix.js';
import { flatten, type Grid, gatherPatches, scatterPatches, shrink, unflatten } from './patches.js';

/** `weight` [out x in], `bias` [out] or null: PyTorch's Linear; a 3 x 3 convolution has in = 9 * channels. */
export type Affine = { readonly weight: Matrix; readonly bias: Float64Array | null };

export type HiddenLayer = Affine & { readonly norm: BatchNorm | null };

/** A deep ReLU network of the reference's second script: hidden layers, dense or all convolutional, and a linear head. */
export type DeepNetwork = {
  readonly hidden: readonly HiddenLayer[];
  readonly final: Affine;
  readonly convolutional: boolean;
  /** Slope of the activation below zero: 0 for ReLU. */
  readonly slope: number;
  readonly normBeforeRelu: boolean;
};

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

export type DeepPass = {
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

const activate = (x: Matrix, slope: number): Matrix => ({
  ...x,
  data: x.data.map((value) => (value > 0 ? value : slope * value)),
});

const layerForward = (
  network: DeepNetwork,
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
    const output = activate(preActivation, network.slope);
    return { inputGrid, input, linear, preActivation, output, gated: linear, normCache: cache };
  }
  const gated = activate(linear, network.slope);
  const { output, cache } = normalize(gated);
  return { inputGrid, input, linear, preActivation: linear, output, gated, normCache: cache };
};

/**
 * Runs the network over a batch. `x`: [samples x d], or [samples * h * w x channels] with its grid. Training
 * uses and updates batch statistics of the norms. Source: luckmatters model_gen.py, Model and ModelConv.
 */
export const deepForward = (
  network: DeepNetwork,
  x: Matrix,
  grid: Grid,
  training: boolean,
  sums: Sums = 'plain',
): DeepPass => {
  const layers: LayerPass[] = [];
  let headGrid = grid;
  for (const layer of network.hidden) {
    layers.push(layerForward(network, layer, layers.at(-1)?.output ?? x, headGrid, training, sums));
    if (network.convolutional) headGrid = shrink(headGrid);
  }
  const headInput = flatten(layers.at(-1)?.output ?? x, headGrid);
  return { layers, headGrid, headInput, output: applyAffine(network.final, headInput, sums) };
};

/** Gradients of one layer's parameters; null where the layer has no such parameter. */
export type LayerGradient = {
  readonly weight: Matrix;
  readonly bias: Float64Array | null;
  readonly normWeight: Float64Array | null;
  readonly normBias: Float64Array | null;
};

const columnSums = (a: Matrix): Float64Array => {
  const sums = new Float64Array(a.columns);
  for (let i = 0; i < a.data.length; i++) sums[i % a.columns] += a.data[i];
  return sums;
};

const affineGradient = (layer: Affine, input: Matrix, gradient: Matrix): Affine => ({
  weight: multiply(transpose(gradient), input),
  bias: layer.bias && columnSums(gradient),
});

const gateGradient = (gradient: Matrix, preActivation: Matrix, slope: number): Matrix => ({
  ...gradient,
  data: gradient.data.map((value, i) => (preActivation.data[i] > 0 ? value : slope * value)),
});

const layerBackward = (
  network: DeepNetwork,
  layer: HiddenLayer,
  pass: LayerPass,
  gradient: Matrix,
): { readonly parameters: LayerGradient; readonly input: Matrix } => {
  const throughNorm = (a: Matrix): ReturnType<typeof batchNormBackward> | { input: Matrix } =>
    layer.norm && pass.normCache ? batchNormBackward(layer.norm, pass.normCache, a) : { input: a };
  const gate = (a: Matrix): Matrix => gateGradient(a, pass.preActivation, network.slope);
  const norm = throughNorm(network.normBeforeRelu ? gate(gradient) : gradient);
  const linear = network.normBeforeRelu ? norm.input : gate(norm.input);
  const input = multiply(linear, layer.weight);
  const affine = layer.norm?.weight && 'weight' in norm;
  return {
    parameters: {
      ...affineGradient(layer, pass.input, linear),
      normWeight: affine ? norm.weight : null,
      normBias: affine ? norm.bias : null,
    },
    input: network.convolutional ? scatterPatches(input, pass.inputGrid) : input,
  };
};

/**
 * Back-propagates the gradient at the output [samples x outputs] through a training pass; one entry per
 * hidden layer, then the head.
 */
export const deepBackward = (network: DeepNetwork, pass: DeepPass, gradient: Matrix): LayerGradient[] => {
  const head = affineGradient(network.final, pass.headInput, gradient);
  const gradients: LayerGradient[] = [{ ...head, normWeight: null, normBias: null }];
  let arriving = unflatten(multiply(gradient, network.final.weight), pass.headGrid);
  for (let l = network.hidden.length - 1; l >= 0; l--) {
    const { parameters, input } = layerBackward(network, network.hidden[l], pass.layers[l], arriving);
    gradients.unshift(parameters);
    arriving = input;
  }
  return gradients;
};

/** Every trained array of the network, in the order of deepBackward's gradients. */
export const trainedArrays = (network: DeepNetwork): Float64Array[] =>
  [...network.hidden, { ...network.final, norm: null }].flatMap((layer) =>
    [layer.weight.data, layer.bias, layer.norm?.weight, layer.norm?.bias].filter((array) => array != null),
  );

/** The layer that each of trainedArrays belongs to: hidden ones by index, then the head. */
export const layersOfArrays = ({ hidden, final }: DeepNetwork): number[] =>
  [...hidden, { ...final, norm: null }].flatMap(({ weight, bias, norm }, layer) =>
    [weight, bias, norm?.weight, norm?.bias].filter((array) => array != null).map(() => layer),
  );

/** Every array of the network: those that are trained, and the norms' running statistics after them. */
export const everyArray = (network: DeepNetwork): Float64Array[] => [
  ...trainedArrays(network),
  ...network.hidden.flatMap(({ norm }) => (norm ? [norm.runningMean, norm.runningVariance] : [])),
];

const copyAffine = ({ weight, bias }: Affine): Affine => ({
  weight: copy(weight),
  bias: bias?.slice() ?? null,
});

const copyNorm = ({ weight, bias, runningMean, runningVariance }: BatchNorm): BatchNorm => ({
  weight: weight?.slice() ?? null,
  bias: bias?.slice() ?? null,
  runningMean: runningMean.slice(),
  runningVariance: runningVariance.slice(),
});

export const copyDeepNetwork = (network: DeepNetwork): DeepNetwork => ({
  ...network,
  hidden: network.hidden.map((layer) => ({
    ...copyAffine(layer),
    norm: layer.norm && copyNorm(layer.norm),
  })),
  final: copyAffine(network.final),
});

/** The gradients' arrays, in the order of trainedArrays. */
export const gradientArrays = (gradients: readonly LayerGradient[]): Float64Array[] =>
  gradients.flatMap((layer) =>
    [layer.weight.data, layer.bias, layer.normWeight, layer.normBias].filter((array) => array !== null),
  );

/** Divides each row of weights and its bias by (the row's norm + 1e-5). Mutates `layer`. Source: luckmatters model_gen.py, normalize_layer. */
const normalizeRows = ({ weight, bias }: Affine): void => {
  for (let i = 0; i < weight.rows; i++) {
    const row = weight.data.subarray(i * weight.columns, (i + 1) * weight.columns);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) + 1e-5;
    for (let j = 0; j < row.length; j++) row[j] /= norm;
    if (bias) bias[i] /= norm;
  }
};

/** Normalizes the rows of every layer, the head's too. Mutates `network`. */
export const normalizeNetwork = ({ hidden, final }: DeepNetwork, frozen: readonly number[] = []): void => {
  for (const [layer, affine] of [...hidden, final].entries())
    if (!frozen.includes(layer)) normalizeRows(affine);
};
