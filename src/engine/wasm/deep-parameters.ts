import { type Matrix, zeros } from '../../net/index.js';
import type { PlannedLayer } from './deep-layout.js';
import type { DeepMemory } from './deep-memory.js';

/**
 * Arrays shaped like a network's parameters (weights [units x inputs], then biases where the layer has them) as
 * `trainedArrays` orders them, in and out of the kernels' transposed layout.
 */

/** Which matrix of a layer: its weights or one of the optimizer's moments. */
export type Place = 'weights' | 'first' | 'second';

const stored = (memory: DeepMemory, layer: PlannedLayer, place: Place) =>
  memory.values(layer[place], (layer.inputUnits * layer.stride) / bytesOf(memory));

const bytesOf = (memory: DeepMemory): number => memory.values(0, 0).BYTES_PER_ELEMENT;

const readLayer = (memory: DeepMemory, layer: PlannedLayer, place: Place): Float64Array[] => {
  const { inputs, units, hasBias, stride } = layer;
  const values = stored(memory, layer, place);
  const step = stride / values.BYTES_PER_ELEMENT;
  const weight = new Float64Array(units * inputs);
  for (let k = 0; k < units; k++)
    for (let i = 0; i < inputs; i++) weight[k * inputs + i] = values[i * step + k];
  if (!hasBias) return [weight];
  return [weight, Float64Array.from(values.subarray(inputs * step, inputs * step + units))];
};

/** Padding is cleared too: what a diverged run left there would spread. */
const writeLayer = (
  memory: DeepMemory,
  layer: PlannedLayer,
  place: Place,
  [weight, bias]: readonly Float64Array[],
): void => {
  const { inputs, units, stride } = layer;
  const values = stored(memory, layer, place);
  const step = stride / values.BYTES_PER_ELEMENT;
  values.fill(0);
  for (let k = 0; k < units; k++)
    for (let i = 0; i < inputs; i++) values[i * step + k] = weight[k * inputs + i];
  if (bias) values.set(bias, inputs * step);
};

export const readParameters = (
  memory: DeepMemory,
  layers: readonly PlannedLayer[],
  place: Place,
): Float64Array[] => layers.flatMap((layer) => readLayer(memory, layer, place));

/** Mutates the memory. */
export const writeParameters = (
  memory: DeepMemory,
  layers: readonly PlannedLayer[],
  place: Place,
  arrays: readonly Float64Array[],
): void => {
  let next = 0;
  for (const layer of layers) {
    const count = layer.hasBias ? 2 : 1;
    writeLayer(memory, layer, place, arrays.slice(next, next + count));
    next += count;
  }
};

/** A matrix from one of these arrays. */
export const weightMatrix = (data: Float64Array, { units, inputs }: PlannedLayer): Matrix => ({
  ...zeros(0, 0),
  rows: units,
  columns: inputs,
  data,
});
