import { type MultiLayerExperiment, studentWidth } from '../../experiment/index.js';
import { normalizeNetwork } from '../constraints.js';
import type { Affine, Network } from '../network.js';
import type { RandomStream } from '../random.js';
import { randomNetwork } from './initialization.js';

/** Weights and biases of a layer, or none of the latter. */
const arrays = ({ weight, bias }: Affine): Float64Array[] => (bias ? [weight.data, bias] : [weight.data]);

const length = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Calls back with every array of the student and the teacher's of the same place. */
const forEachPair = (student: Affine, teacher: Affine, visit: (s: Float64Array, t: Float64Array) => void) => {
  const others = arrays(teacher);
  arrays(student).forEach((values, i) => {
    visit(values, others[i]);
  });
};

/** The teacher's weights plus noise. Source: luckmatters model_gen.py, set_add_noise. */
const startNear = (student: Affine, teacher: Affine, deviation: number, stream: RandomStream): void =>
  forEachPair(student, teacher, (s, t) => {
    for (let i = 0; i < s.length; i++) s[i] = t[i] + deviation * stream.nextNormal();
  });

/** The teacher's layer scaled to the student's length. Source: luckmatters model_gen.py, set_same_dir. */
const turnToTeacher = (student: Affine, teacher: Affine): void => {
  const scale = length(student.weight.data) / length(teacher.weight.data);
  forEachPair(student, teacher, (s, t) => {
    for (let i = 0; i < s.length; i++) s[i] = t[i] * scale;
  });
};

/** Signs flipped where the teacher's are opposite. Source: luckmatters model_gen.py, set_same_sign. */
const takeSigns = (student: Affine, teacher: Affine): void =>
  forEachPair(student, teacher, (s, t) => {
    for (let i = 0; i < s.length; i++) if (s[i] * t[i] < 0) s[i] = -s[i];
  });

/**
 * The student before its first step: PyTorch's initial weights, or `loaded`, or placed by the teacher as the
 * experiment says; `activeNodes` are the teacher's. Advances `stream`.
 * Source: luckmatters recon_multilayer.py, main. (Its scaling of the student has no effect and is left out.)
 */
export const createMultiLayerStudent = (
  experiment: MultiLayerExperiment,
  teacher: Network,
  activeNodes: readonly (readonly number[])[],
  loaded: Network | null,
  stream: RandomStream,
): Network => {
  const {
    multi,
    batchNorm,
    batchNormAffine,
    perturb,
    sameDirection,
    sameSigns,
    studentLeak = 0,
  } = experiment;
  const widths = activeNodes.map((nodes) => studentWidth(nodes.length, multi));
  const norm = { present: batchNorm, affine: batchNormAffine };
  const student = loaded ?? randomNetwork(experiment, widths, norm, studentLeak, stream);
  const layers = [...student.hidden, student.final];
  const teacherLayers = [...teacher.hidden, teacher.final];
  layers.forEach((layer, l) => {
    if (perturb !== null) startNear(layer, teacherLayers[l], perturb, stream);
    if (sameDirection) turnToTeacher(layer, teacherLayers[l]);
    if (sameSigns) takeSigns(layer, teacherLayers[l]);
  });
  if (experiment.normalizeStudent) normalizeNetwork(student);
  return student;
};
