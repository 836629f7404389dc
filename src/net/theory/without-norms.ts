import { affineOfNorm } from '../batch-norm.js';
import type { Affine, Network } from '../network.js';

/** The layer with each of its units scaled and shifted before the activation. */
const scaledUnits = ({ weight, bias }: Affine, scale: Float64Array, shift: Float64Array): Affine => ({
  weight: { ...weight, data: weight.data.map((value, i) => value * scale[Math.floor(i / weight.columns)]) },
  bias: shift.map((value, k) => value + (bias?.[k] ?? 0) * scale[k]),
});

/** The layer as it reads units that are scaled and shifted no longer. A unit has its weights side by side in every row. */
const readingUnits = ({ weight, bias }: Affine, scale: Float64Array, shift: Float64Array): Affine => {
  const each = weight.columns / scale.length;
  const unitOf = (i: number): number => Math.floor((i % weight.columns) / each);
  const shifted = Float64Array.from({ length: weight.rows }, (_, row) => bias?.[row] ?? 0);
  for (let i = 0; i < weight.data.length; i++)
    shifted[Math.floor(i / weight.columns)] += weight.data[i] * shift[unitOf(i)];
  return {
    weight: { ...weight, data: weight.data.map((value, i) => value * scale[unitOf(i)]) },
    bias: shifted,
  };
};

/**
 * A network without batch norm that computes the same. By its running statistics batch norm is an affine map of each unit,
 * which goes into the layer's own weights where it stands before the ReLU, and into the next layer's where it stands after.
 */
export const withoutNorms = (network: Network): Network => {
  if (network.hidden.every(({ norm }) => norm === null)) return network;
  const layers: Affine[] = [...network.hidden, network.final];
  for (const [l, { norm }] of network.hidden.entries()) {
    if (!norm) continue;
    const { scale, shift } = affineOfNorm(norm);
    if (network.normBeforeRelu) layers[l] = scaledUnits(layers[l], scale, shift);
    else layers[l + 1] = readingUnits(layers[l + 1], scale, shift);
  }
  const [final] = layers.slice(-1);
  return {
    ...network,
    hidden: layers.slice(0, -1).map(({ weight, bias }) => ({ weight, bias, norm: null })),
    final: { weight: final.weight, bias: final.bias },
    storage: 'arrays',
  };
};
