import type { Affine, Matrix, Network } from '../../../net/index.js';
import type { Plan, PlannedLayer } from './memory-plan.js';
import type { PanelMemory } from './panel-memory.js';

/**
 * Arrays shaped like a network's parameters (weights [units x inputs], then biases where the layer has them) as
 * `trainedArrays` orders them, in and out of the kernels' transposed panels.
 */

/** Which matrix of a layer: its weights or one of the optimizer's moments. */
export type LayerMatrix = 'weights' | 'first' | 'second';

export const affineLayers = ({ hidden, final }: Network): Affine[] => [...hidden, final];

const pointerOf = (layer: PlannedLayer, part: LayerMatrix): number =>
  part === 'weights' ? layer.weights.pointer : layer[part];

const readLayer = (memory: PanelMemory, layer: PlannedLayer, part: LayerMatrix): Float64Array[] => {
  const { inputs, units, hasBias, weights } = layer;
  const weight = new Float64Array(units * inputs);
  const bias = new Float64Array(units);
  for (let k = 0; k < units; k++) {
    const column = memory.readColumn(pointerOf(layer, part), weights.step, k, inputs + 1);
    weight.set(column.subarray(0, inputs), k * inputs);
    bias[k] = column[inputs];
  }
  return hasBias ? [weight, bias] : [weight];
};

/** What a diverged run left in the columns that fill up a panel is cleared too. */
const writeLayer = (
  memory: PanelMemory,
  layer: PlannedLayer,
  part: LayerMatrix,
  [weight, bias]: readonly Float64Array[],
): void => {
  const { inputs, units, weights, panels } = layer;
  const pointer = pointerOf(layer, part);
  for (let row = 0; row <= inputs; row++) memory.fillRow(pointer, weights.step, row, panels, 0);
  const column = new Float64Array(inputs + 1);
  for (let k = 0; k < units; k++) {
    column.set(weight.subarray(k * inputs, (k + 1) * inputs));
    column[inputs] = bias?.[k] ?? 0;
    memory.writeColumn(pointer, weights.step, k, column);
  }
};

export const readParameters = ({ layers }: Plan, memory: PanelMemory, part: LayerMatrix): Float64Array[] =>
  layers.flatMap((layer) => readLayer(memory, layer, part));

/** Mutates the memory. */
export const writeParameters = (
  { layers }: Plan,
  memory: PanelMemory,
  part: LayerMatrix,
  arrays: readonly Float64Array[],
): void => {
  let next = 0;
  for (const layer of layers) {
    const count = layer.hasBias ? 2 : 1;
    writeLayer(memory, layer, part, arrays.slice(next, next + count));
    next += count;
  }
};

/** Writes the weights of a dense network without norms. Mutates the memory. */
export const writeNetwork = (plan: Plan, memory: PanelMemory, network: Network): void =>
  writeParameters(
    plan,
    memory,
    'weights',
    affineLayers(network).flatMap(({ weight, bias }) => (bias ? [weight.data, bias] : [weight.data])),
  );

const weightMatrix = (data: Float64Array, { units, inputs }: PlannedLayer): Matrix => ({
  rows: units,
  columns: inputs,
  data,
});

/** A network shaped like `shape` with the weights in memory. */
export const readNetwork = (plan: Plan, memory: PanelMemory, shape: Network): Network => {
  const affines = plan.layers.map((layer): Affine => {
    const [weight, bias = null] = readLayer(memory, layer, 'weights');
    return { weight: weightMatrix(weight, layer), bias };
  });
  const hidden = affines.slice(0, -1).map((affine) => ({ ...affine, norm: null }));
  return { ...shape, hidden, final: affines[affines.length - 1] };
};
