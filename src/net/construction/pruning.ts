import type { Affine, Network } from '../network.js';
import { headPositions } from './initialization.js';

/** Numbers of a layer's weight row that belong to each node of the layer below. */
const entriesPerNode = (network: Network, layer: number): number => {
  if (!network.convolutional) return 1;
  return layer === network.hidden.length - 1 ? headPositions(network) : 9;
};

const above = (network: Network, layer: number): Affine => network.hidden[layer + 1] ?? network.final;

/** Mean magnitude of the weights that read each node of a hidden layer. [nodes] */
const meanFanOut = (network: Network, layer: number): Float64Array => {
  const { weight } = above(network, layer);
  const entries = entriesPerNode(network, layer);
  const sums = new Float64Array(weight.columns / entries);
  for (let i = 0; i < weight.data.length; i++)
    sums[Math.floor((i % weight.columns) / entries)] += Math.abs(weight.data[i]);
  return sums.map((sum) => sum / (weight.rows * entries));
};

const clearFanOut = (network: Network, layer: number, removed: ReadonlySet<number>): void => {
  const { weight } = above(network, layer);
  const entries = entriesPerNode(network, layer);
  for (let i = 0; i < weight.data.length; i++)
    if (removed.has(Math.floor((i % weight.columns) / entries))) weight.data[i] = 0;
};

/**
 * Takes away the given share of the nodes of each hidden layer, those that the layer above weighs least, and
 * returns the nodes that stay, by layer. Mutates `network`: nothing reads the others any more.
 * Source: luckmatters model_gen.py, prune.
 */
export const prune = (network: Network, ratios: readonly number[]): number[][] =>
  network.hidden.map(({ weight }, layer) => {
    const strength = meanFanOut(network, layer);
    const byStrength = [...strength.keys()].sort((a, b) => strength[a] - strength[b] || a - b);
    const removed = new Set(byStrength.slice(0, Math.floor(weight.rows * ratios[layer])));
    clearFanOut(network, layer, removed);
    return [...strength.keys()].filter((node) => !removed.has(node));
  });
