import type { MultiLayerExperiment } from '../../experiment/index.js';
import { normalizeNetwork } from '../constraints.js';
import { forward } from '../forward.js';
import type { Matrix } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import { inputGrid, inputRows } from '../patches.js';
import type { RandomStream } from '../random.js';
import { headPositions, randomNetwork } from './initialization.js';
import { prune } from './pruning.js';
import { distinctRows } from './two-layer-teacher.js';

/** A teacher, and which nodes of each hidden layer the metrics are about: all but the pruned ones. */
export type PreparedTeacher = {
  readonly teacher: Network;
  readonly activeNodes: readonly (readonly number[])[];
};

/** Weights from the choices, rows all different, and biases uniform in +-1/2. Mutates `layer`; advances `stream`. */
const separateRows = (layer: Affine, choices: readonly number[], stream: RandomStream): void => {
  const { weight, bias } = layer;
  weight.data.set(distinctRows(weight.rows, weight.columns, choices, stream).data);
  bias?.set(bias.map(() => stream.nextUniform() - 0.5));
};

/** Divides the weights that read node j of the layer below by (j+1)^decay. Mutates `layer`. */
const decayInputs = ({ weight }: Affine, entriesPerNode: number, decay: number): void => {
  for (let i = 0; i < weight.data.length; i++)
    weight.data[i] /= (Math.floor((i % weight.columns) / entriesPerNode) + 1) ** decay;
};

const drawTeacher = (experiment: MultiLayerExperiment, stream: RandomStream): Network => {
  const { hidden, teacherBatchNorm, teacherBatchNormAffine, teacherLeak, strengthDecay } = experiment;
  const norm = { present: teacherBatchNorm, affine: teacherBatchNormAffine };
  const teacher = randomNetwork(experiment, hidden, norm, teacherLeak ?? 0, stream);
  if (!experiment.randomTeacher)
    for (const layer of [...teacher.hidden, teacher.final])
      separateRows(layer, experiment.teacherChoices, stream);
  if (strengthDecay > 0) {
    for (const layer of teacher.hidden.slice(1)) decayInputs(layer, experiment.image ? 9 : 1, strengthDecay);
    decayInputs(teacher.final, headPositions(teacher), strengthDecay);
  }
  normalizeNetwork(teacher);
  return teacher;
};

/** The middle of the values of every column, the lower one of two. Source: torch.median. */
const columnMedians = ({ rows, columns, data }: Matrix): Float64Array =>
  Float64Array.from({ length: columns }, (_, k) => {
    const values = Float64Array.from({ length: rows }, (_, i) => data[i * columns + k]).sort();
    return values[Math.floor((rows - 1) / 2)];
  });

/**
 * Shifts the biases, layer after layer, so that every unit is active on half of the data. Mutates `teacher`.
 * Source: luckmatters teacher_tune.py, tune_teacher.
 */
const tuneBiases = (teacher: Network, data: Matrix, experiment: MultiLayerExperiment): void => {
  const grid = inputGrid(experiment.image);
  teacher.hidden.forEach(({ bias }, l) => {
    const { layers } = forward(teacher, inputRows(data, grid), grid, false);
    const medians = columnMedians(layers[l].linear);
    bias?.set(bias.map((value, k) => value - medians[k]));
  });
};

/** Mean and unbiased standard deviation of every column. */
const columnMoments = ({ rows, columns, data }: Matrix) =>
  Array.from({ length: columns }, (_, k) => {
    const values = Array.from({ length: rows }, (_, i) => data[i * columns + k]);
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / (rows - 1)) };
  });

/**
 * Scales and shifts the head so that every output has mean 0 and deviation 1 on the data; an output that never
 * varies is only shifted. Mutates `teacher`. Source: luckmatters teacher_tune.py, tune_teacher_last_layer.
 */
const tuneOutputs = (teacher: Network, data: Matrix, experiment: MultiLayerExperiment): void => {
  const grid = inputGrid(experiment.image);
  const { output } = forward(teacher, inputRows(data, grid), grid, false);
  const { weight, bias } = teacher.final;
  columnMoments(output).forEach(({ mean, deviation }, k) => {
    const scale = deviation > 0 ? deviation : 1;
    for (let i = 0; i < weight.columns; i++) weight.data[k * weight.columns + i] /= scale;
    if (bias) bias[k] = (bias[k] - mean) / scale;
  });
};

/**
 * The fixed teacher of a multi-layer experiment: drawn or `loaded`, pruned, and tuned on the evaluation set
 * [samples x d] as the experiment says. Advances `stream`; mutates `loaded`.
 * Source: luckmatters recon_multilayer.py, main.
 */
export const createMultiLayerTeacher = (
  experiment: MultiLayerExperiment,
  evaluationSet: Matrix,
  loaded: Network | null,
  stream: RandomStream,
): PreparedTeacher => {
  const teacher = loaded ?? drawTeacher(experiment, stream);
  const activeNodes = experiment.pruneRatios
    ? prune(teacher, experiment.pruneRatios)
    : teacher.hidden.map(({ weight }) => Array.from({ length: weight.rows }, (_, node) => node));
  if (experiment.tuneTeacherBias) tuneBiases(teacher, evaluationSet, experiment);
  if (experiment.tuneTeacherOutput) tuneOutputs(teacher, evaluationSet, experiment);
  return { teacher, activeNodes };
};
