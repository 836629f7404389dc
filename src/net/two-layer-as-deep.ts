import type { Affine, DeepNetwork } from './deep-network.js';
import { type Matrix, transpose } from './matrix.js';
import type { TwoLayer } from './two-layer.js';

/** Weights over a last row of biases, [in+1 x out] -> PyTorch's layer. */
const affineOf = (w: Matrix): Affine => {
  const inputs = w.rows - 1;
  const cut = inputs * w.columns;
  return {
    weight: transpose({ rows: inputs, columns: w.columns, data: w.data.subarray(0, cut) }),
    bias: w.data.slice(cut),
  };
};

const stacked = ({ weight, bias }: Affine): Matrix => ({
  rows: weight.columns + 1,
  columns: weight.rows,
  data: Float64Array.from([...transpose(weight).data, ...(bias ?? new Float64Array(weight.rows))]),
});

/** The same function as a multi-layer network of one hidden layer; without ReLU the slope below zero is 1. */
export const asDeep = ({ w1, w2 }: TwoLayer, relu: boolean): DeepNetwork => ({
  hidden: [{ ...affineOf(w1), norm: null }],
  final: affineOf(w2),
  convolutional: false,
  slope: relu ? 0 : 1,
  normBeforeRelu: false,
});

/** The inverse of asDeep. */
export const asTwoLayer = ({ hidden, final }: DeepNetwork): TwoLayer => ({
  w1: stacked(hidden[0]),
  w2: stacked(final),
});
