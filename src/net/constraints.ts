import { square } from './arithmetic/power.js';
import type { Affine, Network } from './network.js';

/** What each update leaves behind; see the rules of the two published scripts. */
export type Constraint =
  /** Rows of every layer, bias included, are divided by (row norm + 1e-5). Source: luckmatters model_gen.py. */
  | 'unit-rows'
  /** Weights of hidden layers are divided by their node's length, biases left alone; a zero node stays. */
  | 'unit-hidden-weights'
  /** Biases of every layer are 0, those of frozen layers too. */
  | 'zero-biases';

const rowsOf = ({ weight: { rows, columns, data } }: Affine): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => data.subarray(i * columns, (i + 1) * columns));

/** Divides each row of weights and its bias by (the row's norm + 1e-5). Mutates `layer`. */
const normalizeRows = (layer: Affine): void => {
  for (const [i, row] of rowsOf(layer).entries()) {
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) + 1e-5;
    for (let j = 0; j < row.length; j++) row[j] /= norm;
    if (layer.bias) layer.bias[i] /= norm;
  }
};

/** Scales each row of weights to unit length; a zero row stays. Mutates `layer`. */
export const scaleToUnitWeights = (layer: Affine): void => {
  for (const row of rowsOf(layer)) {
    const sum = row.reduce((total, value) => total + square(value), 0);
    if (sum === 0) continue;
    const norm = Math.sqrt(sum);
    for (let j = 0; j < row.length; j++) row[j] /= norm;
  }
};

/** Normalizes the rows of every layer, the head's too. Mutates `network`. Source: luckmatters model_gen.py, normalize_layer. */
export const normalizeNetwork = ({ hidden, final }: Network, frozen: readonly number[] = []): void => {
  for (const [layer, affine] of [...hidden, final].entries())
    if (!frozen.includes(layer)) normalizeRows(affine);
};

/** Makes the network what a constraint asks for. `frozen`: layers whose weights stay. Mutates `network`. */
export const constrain = (network: Network, constraint: Constraint, frozen: readonly number[]): void => {
  const { hidden, final } = network;
  if (constraint === 'unit-rows') normalizeNetwork(network, frozen);
  else if (constraint === 'zero-biases') for (const { bias } of [...hidden, final]) bias?.fill(0);
  else for (const [l, layer] of hidden.entries()) if (!frozen.includes(l)) scaleToUnitWeights(layer);
};
