import type { MultiLayerExperiment } from '../../experiment/index.js';
import { power } from '../arithmetic/power.js';
import { normalizeNetwork } from '../constraints.js';
import type { Matrix } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import type { Product } from '../product.js';
import type { RandomStream } from '../random.js';
import { headPositions, randomNetwork } from './initialization.js';
import { prune } from './pruning.js';
import { tuneTeacher } from './tune-teacher.js';
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
    weight.data[i] /= power(Math.floor((i % weight.columns) / entriesPerNode) + 1, decay);
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

/**
 * The fixed teacher of a multi-layer experiment: drawn or `loaded`, pruned, and tuned on the evaluation set
 * [samples x d] as the experiment says. `product`: of the passes that
 * tune it. Advances `stream`; mutates `loaded`.
 * Source: luckmatters recon_multilayer.py, main.
 */
export const createMultiLayerTeacher = (
  experiment: MultiLayerExperiment,
  evaluationSet: Matrix,
  loaded: Network | null,
  stream: RandomStream,
  product: Product,
): PreparedTeacher => {
  const teacher = loaded ?? drawTeacher(experiment, stream);
  const activeNodes = experiment.pruneRatios
    ? prune(teacher, experiment.pruneRatios)
    : teacher.hidden.map(({ weight }) => Array.from({ length: weight.rows }, (_, node) => node));
  tuneTeacher(teacher, evaluationSet, experiment, product);
  return { teacher, activeNodes };
};
