import { freshBatchNorm } from './construction/initialization.js';
import { type DeepNetwork, everyArray, trainedArrays } from './deep-network.js';
import { copy } from './matrix.js';
import type { TwoLayer } from './two-layer.js';

/** A student or teacher of either kind. */
export type Network = TwoLayer | DeepNetwork;

export const isTwoLayer = (network: Network): network is TwoLayer => 'w1' in network;

/** Every array that makes the network what it is, running statistics too, in a fixed order. */
export const stateArrays = (network: Network): Float64Array[] =>
  isTwoLayer(network) ? [network.w1.data, network.w2.data] : everyArray(network);

/** The arrays that training moves. */
export const trainedArraysOf = (network: Network): Float64Array[] =>
  isTwoLayer(network) ? stateArrays(network) : trainedArrays(network);

/** Forgets what batch norm has learned and seen of a node. Mutates `network`. */
export const resetNorm = (network: Network, layer: number, node: number): void => {
  const norm = isTwoLayer(network) ? null : network.hidden[layer].norm;
  if (!norm) return;
  const fresh = freshBatchNorm(1, norm.weight !== null);
  norm.runningMean[node] = fresh.runningMean[0];
  norm.runningVariance[node] = fresh.runningVariance[0];
  if (norm.weight && fresh.weight) norm.weight[node] = fresh.weight[0];
  if (norm.bias && fresh.bias) norm.bias[node] = fresh.bias[0];
};

export const copyTwoLayer = ({ w1, w2 }: TwoLayer): TwoLayer => ({ w1: copy(w1), w2: copy(w2) });

/** `length` numbers of `data`, from `start` on, `stride` apart. */
export type WeightSlice = {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
  readonly length: number;
};

export const hiddenLayerCount = (network: Network): number =>
  isTwoLayer(network) ? 1 : network.hidden.length;

/** Nodes (channels) of a hidden layer. */
export const nodesOf = (network: Network, layer: number): number =>
  isTwoLayer(network) ? network.w1.columns : network.hidden[layer].weight.rows;

/** The weights of which a node is the sum of its inputs, bias excluded. */
export const incomingWeights = (network: Network, layer: number, node: number): WeightSlice => {
  if (isTwoLayer(network)) {
    const { data, columns, rows } = network.w1;
    return { data, start: node, stride: columns, length: rows - 1 };
  }
  const { data, columns } = network.hidden[layer].weight;
  return { data, start: node * columns, stride: 1, length: columns };
};

/** A node's bias; empty for a layer without. */
export const biasOf = (network: Network, layer: number, node: number): WeightSlice => {
  if (isTwoLayer(network)) {
    const { data, columns, rows } = network.w1;
    return { data, start: (rows - 1) * columns + node, stride: 1, length: 1 };
  }
  const { bias } = network.hidden[layer];
  return { data: bias ?? new Float64Array(0), start: node, stride: 1, length: bias ? 1 : 0 };
};

/** The weights with which the layer above reads a node. */
export const fanOutWeights = (network: Network, layer: number, node: number): WeightSlice[] => {
  if (isTwoLayer(network)) {
    const { data, columns } = network.w2;
    return [{ data, start: node * columns, stride: 1, length: columns }];
  }
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
