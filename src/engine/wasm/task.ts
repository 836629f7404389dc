import { kernelSide } from '../../experiment/index.js';
import {
  type Constraint,
  type Grid,
  type HiddenLayer,
  type LossName,
  type Network,
  unitGrid,
} from '../../net/index.js';
import type { Problem } from '../../problem/index.js';

/**
 * The kernels' numbers, by the names of their sources in src/engine/wasm/kernel: host-records.ts, tile.ts, rule.ts,
 * panel-loss.ts, train.ts.
 */
export const layerKinds = { dense: 0, convolution: 1 } as const;
export const activations = {
  linear: 0,
  closedAtZero: 1,
  openAtZero: 2,
  leaky: 3,
  erf: 4,
  leakyOpenAtZero: 5,
} as const;
export const layerConstraints = { asIs: 0, unitColumns: 1, flooredColumns: 2 } as const;
export const optimizers = { descent: 0, momentum: 1, adam: 2 } as const;
export const losses = { 'half-squared-error': 0, 'mean-squared-error': 1, 'cross-entropy': 2 } as const;
export const sources = { sampled: 0, wholeSet: 1 } as const;

export type Code<Table> = Table[keyof Table];

/** Channels over positions, of which so many stand side by side; in memory the channels of a position are neighbours. */
export type Image = { readonly channels: number; readonly positions: number; readonly width: number };

/** Batch norm of a layer's units. */
export type TaskNorm = {
  readonly beforeActivation: boolean;
  /** Whether it has a scale and a shift, which are trained. */
  readonly trained: boolean;
};

/** One affine layer as the kernels train it. */
export type TaskLayer = {
  readonly kind: Code<typeof layerKinds>;
  /** Weights of a unit, the bias aside. */
  readonly inputs: number;
  readonly units: number;
  /** Positions at which its units are computed, and those side by side: 1 where it is dense. */
  readonly positions: number;
  readonly width: number;
  /** What it reads: a vector is an image of one position. */
  readonly reads: Image;
  readonly norm: TaskNorm | null;
  readonly activation: Code<typeof activations>;
  readonly slope: number;
  /** Whether its constant input is 1: else its row of biases has no gradient and stays 0. */
  readonly hasBias: boolean;
  readonly frozen: boolean;
  readonly constraint: Code<typeof layerConstraints>;
  /** Whether its biases are set to zero after each step. */
  readonly clearsBias: boolean;
};

/** What the kernels are to do: a problem without its numbers. */
export type Task = {
  /** Hidden layers, then the head. */
  readonly layers: readonly TaskLayer[];
  readonly loss: LossName;
  readonly optimizer: Code<typeof optimizers>;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Of Langevin noise; 0: none. */
  readonly temperature: number;
  /** Whether the norms of the gradients are added up. */
  readonly norms: boolean;
  /** Samples of a step. */
  readonly batch: number;
  /** Nodes of each hidden teacher layer that the metrics are about. */
  readonly teacherUnits: readonly number[];
};

const activationOf = (
  { activation, slope, openAtZero }: Network,
  isHead: boolean,
): TaskLayer['activation'] => {
  if (isHead || slope === 1) return activations.linear;
  if (activation === 'erf') return activations.erf;
  if (slope !== 0) return openAtZero ? activations.leakyOpenAtZero : activations.leaky;
  return openAtZero ? activations.openAtZero : activations.closedAtZero;
};

const constraintOf = (constraints: readonly Constraint[], isHead: boolean): TaskLayer['constraint'] => {
  if (constraints.includes('unit-rows')) return layerConstraints.flooredColumns;
  return constraints.includes('unit-hidden-weights') && !isHead
    ? layerConstraints.unitColumns
    : layerConstraints.asIs;
};

const normOf = ({ normBeforeRelu }: Network, { norm }: HiddenLayer): TaskNorm | null =>
  norm && { beforeActivation: normBeforeRelu, trained: norm.weight !== null };

/** The grids that a network's layers read, the head's last: 1 x 1 all the way where it is dense. */
const gridsOf = (network: Network, input: Grid): Grid[] => {
  const grids = [input];
  for (const _ of network.hidden) grids.push(unitGrid(network, grids[grids.length - 1]));
  return grids;
};

const positionsOf = ({ height, width }: Grid) => ({ positions: height * width, width });

const onePosition = { positions: 1, width: 1 };

const layersOf = (
  network: Network,
  grid: Grid,
  frozen: (layer: number) => boolean,
  constraints: readonly Constraint[],
): TaskLayer[] => {
  const grids = gridsOf(network, grid);
  return [...network.hidden, { ...network.final, norm: null }].map((layer, l) => {
    const { weight, bias } = layer;
    const isHead = l === network.hidden.length;
    const convolves = network.convolutional && !isHead;
    const read = positionsOf(grids[l]);
    return {
      kind: convolves ? layerKinds.convolution : layerKinds.dense,
      inputs: weight.columns,
      units: weight.rows,
      ...(convolves ? positionsOf(grids[l + 1]) : onePosition),
      reads: { ...read, channels: weight.columns / (convolves ? kernelSide ** 2 : read.positions) },
      norm: normOf(network, layer),
      activation: activationOf(network, isHead),
      slope: network.slope,
      hasBias: bias !== null,
      frozen: frozen(l),
      constraint: constraintOf(constraints, isHead),
      clearsBias: constraints.includes('zero-biases'),
    };
  });
};

const optimizerCode = (optimizer: Problem['rule']['optimizer']): Task['optimizer'] => {
  if (optimizer.method === 'adam') return optimizers.adam;
  return optimizer.momentum === 0 ? optimizers.descent : optimizers.momentum;
};

/** Training a student as a problem says. */
export const trainingTask = (problem: Problem): Task => {
  const { rule, student, grid, batchSize, trainingSet, activeNodes, gradientNorms } = problem;
  const { optimizer, loss, frozenLayers, constraints } = rule;
  return {
    layers: layersOf(student, grid, (layer) => frozenLayers.includes(layer), constraints),
    loss,
    optimizer: optimizerCode(optimizer),
    momentum: optimizer.method === 'sgd' ? optimizer.momentum : 0,
    weightDecay: optimizer.weightDecay,
    temperature: rule.temperature,
    norms: gradientNorms,
    batch: batchSize ?? trainingSet.rows,
    teacherUnits: activeNodes.map((nodes) => nodes.length),
  };
};

/** Samples that a network is run over at once. */
const forwardRows = 128;

/** Running a network forward: no step is ever asked for. */
export const forwardTask = (network: Network, grid: Grid): Task => ({
  layers: layersOf(network, grid, () => true, []),
  loss: 'half-squared-error',
  optimizer: optimizers.descent,
  momentum: 0,
  weightDecay: 0,
  temperature: 0,
  norms: false,
  batch: forwardRows,
  teacherUnits: [],
});
