import type { MultiLayerExperiment } from '../../experiment/index.js';
import { square } from '../arithmetic/power.js';
import { finishHead, finishLayer, readRows, unitGrid } from '../forward.js';
import { type Matrix, transpose } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import { flatten, inputGrid, inputRows } from '../patches.js';
import type { Product } from '../product.js';

/** What says how a teacher is tuned. */
type TuningSettings = Pick<MultiLayerExperiment, 'image' | 'tuneTeacherBias' | 'tuneTeacherOutput'>;

/** The columns of a matrix, in an array of their own. */
const columnsOf = (a: Matrix): Float64Array[] => {
  const { rows, columns, data } = transpose(a);
  return Array.from({ length: rows }, (_, k) => data.subarray(k * columns, (k + 1) * columns));
};

/** The middle of some values, the lower one of two. Mutates `values`. Source: torch.median. */
const median = (values: Float64Array): number => values.sort()[Math.floor((values.length - 1) / 2)];

/**
 * Shifts a layer's biases so that every unit is active on half of the data. `sums`: its weights times what it reads.
 * Mutates `bias`. Source: luckmatters teacher_tune.py, tune_teacher.
 */
const tuneBiases = ({ bias }: Affine, sums: Matrix): void => {
  if (!bias) return;
  for (const [k, column] of columnsOf(sums).entries()) {
    for (let i = 0; i < column.length; i++) column[i] += bias[k];
    bias[k] -= median(column);
  }
};

/** Mean and unbiased standard deviation. */
const momentsOf = (values: Float64Array) => {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += square(value - mean);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
};

/**
 * Scales and shifts the head so that every output has mean 0 and deviation 1 on the data; an output that never
 * varies is only shifted. Mutates the head. Source: luckmatters teacher_tune.py, tune_teacher_last_layer.
 */
const tuneOutputs = ({ weight, bias }: Affine, output: Matrix): void => {
  for (const [k, column] of columnsOf(output).entries()) {
    const { mean, deviation } = momentsOf(column);
    const scale = deviation > 0 ? deviation : 1;
    for (let i = 0; i < weight.columns; i++) weight.data[k * weight.columns + i] /= scale;
    if (bias) bias[k] = (bias[k] - mean) / scale;
  }
};

/**
 * Tunes biases and outputs as the settings say, in one pass over the data [samples x d]: what the layers below give is
 * final when a layer's turn comes. Mutates `teacher`.
 */
export const tuneTeacher = (
  teacher: Network,
  data: Matrix,
  { image, tuneTeacherBias, tuneTeacherOutput }: TuningSettings,
  product: Product,
): void => {
  if (!tuneTeacherBias && !tuneTeacherOutput) return;
  let grid = inputGrid(image);
  let x = inputRows(data, grid);
  for (const layer of teacher.hidden) {
    const sums = product(readRows(teacher, x, grid), layer.weight);
    if (tuneTeacherBias) tuneBiases(layer, sums);
    x = finishLayer(teacher, layer, sums, false).output;
    grid = unitGrid(teacher, grid);
  }
  const { final } = teacher;
  if (tuneTeacherOutput) tuneOutputs(final, finishHead(final, product(flatten(x, grid), final.weight)));
};
