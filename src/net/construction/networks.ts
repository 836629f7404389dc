import type { Experiment } from '../../experiment/index.js';
import type { Matrix } from '../matrix.js';
import type { Network } from '../network.js';
import type { Product } from '../product.js';
import { RandomStream } from '../random.js';
import { createMultiLayerStudent } from './multi-layer-student.js';
import { createMultiLayerTeacher, type PreparedTeacher } from './multi-layer-teacher.js';
import { createTwoLayerStudent } from './two-layer-student.js';
import { createTwoLayerTeacher } from './two-layer-teacher.js';

/**
 * The teacher of an experiment, as its seed draws it, or `loaded`; tuned on the evaluation set [samples x d] where the
 * experiment says so, in passes on this product. Mutates `loaded`.
 */
export const createTeacher = (
  experiment: Experiment,
  evaluationSet: Matrix,
  loaded: Network | null,
  product: Product,
): PreparedTeacher => {
  const stream = RandomStream.of(experiment.seed, 'teacher');
  if (experiment.kind === 'multi-layer')
    return createMultiLayerTeacher(experiment, evaluationSet, loaded, stream, product);
  const teacher = createTwoLayerTeacher(experiment, stream);
  return { teacher, activeNodes: [Array.from({ length: experiment.m }, (_, node) => node)] };
};

/** The student of an experiment before its first step, as its seed draws it, or from `loaded`, which it mutates. */
export const createStudent = (
  experiment: Experiment,
  { teacher, activeNodes }: PreparedTeacher,
  loaded: Network | null,
): Network => {
  const stream = RandomStream.of(experiment.seed, 'student');
  return experiment.kind === 'multi-layer'
    ? createMultiLayerStudent(experiment, teacher, activeNodes, loaded, stream)
    : createTwoLayerStudent(experiment, teacher, stream);
};
