import type { Constraint, LossName, Network } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';

/** The kernels' numbers, by the names of their sources in src/engine/wasm/kernel: tile.ts, rule.ts, loss.ts, train.ts. */
export const activations = { linear: 0, closedAtZero: 1, openAtZero: 2, leaky: 3 } as const;
export const normalizations = { asIs: 0, unitColumns: 1, flooredColumns: 2 } as const;
export const optimizers = { descent: 0, momentum: 1, adam: 2 } as const;
export const losses = { 'half-squared-error': 0, 'mean-squared-error': 1, 'cross-entropy': 2 } as const;
export const sources = { sampled: 0, wholeSet: 1 } as const;

export type Code<Table> = Table[keyof Table];

/** One affine layer as the kernels train it. */
export type TaskLayer = {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Code<typeof activations>;
  readonly slope: number;
  /** Whether its constant input is 1: else its row of biases has no gradient and stays 0. */
  readonly hasBias: boolean;
  readonly frozen: boolean;
  readonly normalization: Code<typeof normalizations>;
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
  /** Whether the norms of the gradients are added up. */
  readonly norms: boolean;
  /** Samples of a step. */
  readonly batch: number;
  /** Nodes of each hidden teacher layer that the metrics are about. */
  readonly teacherUnits: readonly number[];
};

const activationOf = ({ slope, openAtZero }: Network, isHead: boolean): TaskLayer['activation'] => {
  if (isHead || slope === 1) return activations.linear;
  if (slope !== 0) return activations.leaky;
  return openAtZero ? activations.openAtZero : activations.closedAtZero;
};

const normalizationOf = (constraints: readonly Constraint[], isHead: boolean): TaskLayer['normalization'] => {
  if (constraints.includes('unit-rows')) return normalizations.flooredColumns;
  return constraints.includes('unit-hidden-weights') && !isHead
    ? normalizations.unitColumns
    : normalizations.asIs;
};

const layersOf = (
  network: Network,
  frozen: (layer: number) => boolean,
  constraints: readonly Constraint[],
): TaskLayer[] =>
  [...network.hidden, network.final].map(({ weight, bias }, l) => {
    const isHead = l === network.hidden.length;
    return {
      inputs: weight.columns,
      units: weight.rows,
      activation: activationOf(network, isHead),
      slope: network.slope,
      hasBias: bias !== null,
      frozen: frozen(l),
      normalization: normalizationOf(constraints, isHead),
      clearsBias: constraints.includes('zero-biases'),
    };
  });

const optimizerCode = (optimizer: Problem['rule']['optimizer']): Task['optimizer'] => {
  if (optimizer.method === 'adam') return optimizers.adam;
  return optimizer.momentum === 0 ? optimizers.descent : optimizers.momentum;
};

/** Training a dense student as a problem says. */
export const trainingTask = (problem: Problem): Task => {
  const { rule, student, batchSize, trainingSet, activeNodes, gradientNorms } = problem;
  const { optimizer, loss, frozenLayers, constraints } = rule;
  return {
    layers: layersOf(student, (layer) => frozenLayers.includes(layer), constraints),
    loss,
    optimizer: optimizerCode(optimizer),
    momentum: optimizer.method === 'sgd' ? optimizer.momentum : 0,
    weightDecay: optimizer.weightDecay,
    norms: gradientNorms,
    batch: batchSize ?? trainingSet.rows,
    teacherUnits: activeNodes.map((nodes) => nodes.length),
  };
};

/** Running a network forward: no step is ever asked for. */
export const forwardTask = (network: Network): Task => ({
  layers: layersOf(network, () => true, []),
  loss: 'half-squared-error',
  optimizer: optimizers.descent,
  momentum: 0,
  weightDecay: 0,
  norms: false,
  batch: 1,
  teacherUnits: [],
});
