import {
  type Affine,
  type BatchNorm,
  type HiddenLayer,
  type Matrix,
  type Network,
  trainedArrays,
} from '../../../net/index.js';
import { interleave } from './interleave.js';
import type { Plan, PlannedLayer, PlannedNorm } from './memory-plan.js';
import type { PanelMemory } from './panel-memory.js';

/**
 * Arrays shaped like a network's parameters (weights [units x inputs], then biases, a norm's scale and its shift where the
 * layer has them) as `trainedArrays` orders them, in and out of the kernels' transposed panels.
 */

/** Which numbers of a layer: its parameters or one of the optimizer's moments. */
export type LayerMatrix = 'weights' | 'first' | 'second';

/** Rows of a norm's matrices: scale and shift, or mean and variance. See src/engine/wasm/kernel/layers/norm.ts. */
const [upperRow, lowerRow] = [0, 1];

const pointerOf = (layer: PlannedLayer, part: LayerMatrix): number =>
  part === 'weights' ? layer.weights.pointer : layer[part];

const normPointerOf = (norm: PlannedNorm, part: LayerMatrix): number =>
  part === 'weights' ? norm.affine.pointer : norm[part];

const readAffine = (memory: PanelMemory, layer: PlannedLayer, part: LayerMatrix): Float64Array[] => {
  const { inputs, units, reads, hasBias, weights } = layer;
  const weight = new Float64Array(units * inputs);
  const bias = new Float64Array(units);
  for (let k = 0; k < units; k++) {
    const column = memory.readColumn(pointerOf(layer, part), weights.step, k, inputs + 1);
    weight.set(interleave(column.subarray(0, inputs), inputs / reads.channels), k * inputs);
    bias[k] = column[inputs];
  }
  return hasBias ? [weight, bias] : [weight];
};

/** Both rows of one of a norm's matrices. */
export const readRows = (
  memory: PanelMemory,
  { norm, units }: PlannedLayer,
  pointer: number,
): Float64Array[] =>
  norm ? [upperRow, lowerRow].map((row) => memory.readRow(pointer, norm.affine.step, row, units)) : [];

const readLayer = (memory: PanelMemory, layer: PlannedLayer, part: LayerMatrix): Float64Array[] => {
  const { norm } = layer;
  const affine = readAffine(memory, layer, part);
  return norm?.trained ? [...affine, ...readRows(memory, layer, normPointerOf(norm, part))] : affine;
};

/** What a diverged run left in the columns that fill up a panel is cleared too. */
const writeAffine = (
  memory: PanelMemory,
  layer: PlannedLayer,
  part: LayerMatrix,
  [weight, bias]: readonly Float64Array[],
): void => {
  const { inputs, units, reads, weights, panels } = layer;
  const pointer = pointerOf(layer, part);
  for (let row = 0; row <= inputs; row++) memory.fillRow(pointer, weights.step, row, panels, 0);
  const column = new Float64Array(inputs + 1);
  for (let k = 0; k < units; k++) {
    column.set(interleave(weight.subarray(k * inputs, (k + 1) * inputs), reads.channels));
    column[inputs] = bias?.[k] ?? 0;
    memory.writeColumn(pointer, weights.step, k, column);
  }
};

const writeRows = (
  memory: PanelMemory,
  { norm, panels }: PlannedLayer,
  pointer: number,
  rows: readonly Float64Array[],
): void => {
  if (!norm) return;
  for (const [row, values] of rows.entries()) {
    memory.fillRow(pointer, norm.affine.step, row, panels, 0);
    memory.writeRow(pointer, norm.affine.step, row, values);
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
    const { hasBias, norm } = layer;
    const ofAffine = hasBias ? 2 : 1;
    writeAffine(memory, layer, part, arrays.slice(next, next + ofAffine));
    next += ofAffine;
    if (!norm?.trained) continue;
    writeRows(memory, layer, normPointerOf(norm, part), arrays.slice(next, next + 2));
    next += 2;
  }
};

/** A norm without a scale and a shift has those that change nothing. */
const writeNorm = (
  memory: PanelMemory,
  layer: PlannedLayer,
  { weight, runningMean, runningVariance }: BatchNorm,
): void => {
  const { norm, units } = layer;
  if (!norm) return;
  writeRows(memory, layer, norm.running, [runningMean, runningVariance]);
  if (!weight)
    writeRows(memory, layer, norm.affine.pointer, [new Float64Array(units).fill(1), new Float64Array(units)]);
};

/** Writes every number of a network. Mutates the memory. */
export const writeNetwork = (plan: Plan, memory: PanelMemory, network: Network): void => {
  writeParameters(plan, memory, 'weights', trainedArrays(network));
  for (const [l, { norm }] of network.hidden.entries()) if (norm) writeNorm(memory, plan.layers[l], norm);
};

const weightMatrix = (data: Float64Array, { units, inputs }: PlannedLayer): Matrix => ({
  rows: units,
  columns: inputs,
  data,
});

const readWeights = (memory: PanelMemory, layer: PlannedLayer): Affine => {
  const [weight, bias = null] = readAffine(memory, layer, 'weights');
  return { weight: weightMatrix(weight, layer), bias };
};

const readNorm = (memory: PanelMemory, layer: PlannedLayer): BatchNorm | null => {
  const { norm } = layer;
  if (!norm) return null;
  const [runningMean, runningVariance] = readRows(memory, layer, norm.running);
  const [weight = null, bias = null] = norm.trained ? readRows(memory, layer, norm.affine.pointer) : [];
  return { weight, bias, runningMean, runningVariance };
};

/** A network shaped like `shape` with the numbers in memory. */
export const readNetwork = ({ layers }: Plan, memory: PanelMemory, shape: Network): Network => ({
  ...shape,
  hidden: layers.slice(0, -1).map(
    (layer): HiddenLayer => ({
      ...readWeights(memory, layer),
      norm: readNorm(memory, layer),
    }),
  ),
  final: readWeights(memory, layers[layers.length - 1]),
});
