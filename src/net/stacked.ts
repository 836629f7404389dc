import { type Matrix, transpose, zeros } from './matrix.js';
import { type Activation, type Affine, everyArray, type Network, trainedArrays } from './network.js';

/** A layer as one matrix, weights over a last row of biases. [in+1 x out] */
export const stacked = ({ weight, bias }: Affine): Matrix => {
  const out = zeros(weight.columns + 1, weight.rows);
  out.data.set(transpose(weight).data);
  if (bias) out.data.set(bias, weight.columns * weight.rows);
  return out;
};

/** The inverse of `stacked`. */
export const unstacked = ({ rows, columns, data }: Matrix): Affine => {
  const cut = (rows - 1) * columns;
  return {
    weight: transpose({ rows: rows - 1, columns, data: data.subarray(0, cut) }),
    bias: data.slice(cut),
  };
};

/** A network of one hidden layer whose layers are stored as `w1` [d+1 x n] and `w2` [n+1 x c]. */
export const networkOfStacked = (w1: Matrix, w2: Matrix, { activation, slope }: Activation): Network => ({
  hidden: [{ ...unstacked(w1), norm: null }],
  final: unstacked(w2),
  convolutional: false,
  activation,
  slope,
  openAtZero: true,
  normBeforeRelu: false,
  storage: 'stacked',
});

/** Every number of a network, running statistics too, array by array as its script stores them. */
export const storedArrays = (network: Network): Float64Array[] =>
  network.storage === 'arrays'
    ? everyArray(network)
    : [...network.hidden, network.final].map((layer) => stacked(layer).data);

/** Edits every array that training moves, as the network's script stores it. Mutates `network`. */
export const editTrained = (network: Network, edit: (array: Float64Array) => void): void => {
  if (network.storage === 'arrays') {
    for (const array of trainedArrays(network)) edit(array);
    return;
  }
  for (const layer of [...network.hidden, network.final]) {
    const matrix = stacked(layer);
    edit(matrix.data);
    const { weight, bias } = unstacked(matrix);
    layer.weight.data.set(weight.data);
    if (bias) layer.bias?.set(bias);
  }
};
