import { freshBatchNorm } from './construction/initialization.js';
import type { Network } from './network.js';

/** Forgets what batch norm has learned and seen of a node. Mutates `network`. */
export const resetNorm = (network: Network, layer: number, node: number): void => {
  const { norm } = network.hidden[layer];
  if (!norm) return;
  const fresh = freshBatchNorm(1, norm.weight !== null);
  norm.runningMean[node] = fresh.runningMean[0];
  norm.runningVariance[node] = fresh.runningVariance[0];
  if (norm.weight && fresh.weight) norm.weight[node] = fresh.weight[0];
  if (norm.bias && fresh.bias) norm.bias[node] = fresh.bias[0];
};

/** `length` numbers of `data`, from `start` on, `stride` apart. */
export type WeightSlice = {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
  readonly length: number;
};

/** Nodes (channels) of a hidden layer. */
export const nodesOf = (network: Network, layer: number): number => network.hidden[layer].weight.rows;

/** The weights of which a node is the sum of its inputs, bias excluded. */
export const incomingWeights = (network: Network, layer: number, node: number): WeightSlice => {
  const { data, columns } = network.hidden[layer].weight;
  return { data, start: node * columns, stride: 1, length: columns };
};

/** A node's bias; empty for a layer without. */
export const biasOf = (network: Network, layer: number, node: number): WeightSlice => {
  const { bias } = network.hidden[layer];
  return { data: bias ?? new Float64Array(0), start: node, stride: 1, length: bias ? 1 : 0 };
};

/** The weights with which the layer above reads a node. */
export const fanOutWeights = (network: Network, layer: number, node: number): WeightSlice[] => {
  const { weight } = network.hidden[layer + 1] ?? network.final;
  const length = weight.columns / nodesOf(network, layer);
  if (length === 1) return [{ data: weight.data, start: node, stride: weight.columns, length: weight.rows }];
  return Array.from({ length: weight.rows }, (_, row) => ({
    data: weight.data,
    start: row * weight.columns + node * length,
    stride: 1,
    length,
  }));
};

/**
 * Angle between the incoming weights of two nodes of a layer, biases excluded, in degrees; null where they are of
 * spaces of different sizes, or one of them is zero.
 */
export const incomingAngle = (
  a: Network,
  nodeOfA: number,
  b: Network,
  nodeOfB: number,
  layer: number,
): number | null => {
  const [u, v] = [incomingWeights(a, layer, nodeOfA), incomingWeights(b, layer, nodeOfB)];
  if (u.length !== v.length) return null;
  let [product, lengthOfU, lengthOfV] = [0, 0, 0];
  for (let i = 0; i < u.length; i++) {
    const [x, y] = [u.data[u.start + i], v.data[v.start + i]];
    product += x * y;
    lengthOfU += x * x;
    lengthOfV += y * y;
  }
  const cosine = product / Math.sqrt(lengthOfU * lengthOfV);
  return Number.isFinite(cosine) ? (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI : null;
};

/** Replaces every number of a slice. Mutates its data. */
export const mapSlice = (
  { data, start, stride, length }: WeightSlice,
  value: (old: number, index: number) => number,
): void => {
  for (let i = 0, at = start; i < length; i++, at += stride) data[at] = value(data[at], i);
};

/** ||v_k|| of each node of a hidden layer, biases of the layer above excluded. */
export const fanOutNorms = (network: Network, layer: number): Float64Array =>
  new Float64Array(nodesOf(network, layer)).map((_, node) => {
    let sum = 0;
    for (const slice of fanOutWeights(network, layer, node))
      mapSlice(slice, (weight) => {
        sum += weight * weight;
        return weight;
      });
    return Math.sqrt(sum);
  });
