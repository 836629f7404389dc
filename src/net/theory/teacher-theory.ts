import { bestMatchOfTeacher } from '../metrics/best-match.js';
import { kinkOf, nearestBoundary, residualOf, sameBoundary } from './boundaries.js';
import type { LowestGradient } from './gradient-sizes.js';
import { epsilonObstacle, type LowestLayer } from './lowest-layer.js';

/** |cos| of two fan-out vectors below which alpha counts as zero. */
const leastAlignment = 0.01;

/** What the paper's statements say of one teacher node. */
export type TeacherTheory = {
  /** Student nodes that observe its boundary. */
  readonly observedBy: number;
  /**
   * Whether one that does has a nonzero alpha with it, where it is active: then it must be specialized to. False without
   * forms, and of nodes that others of the very same boundary cancel.
   */
  readonly isConcerned: boolean;
  /** Its own largest part |alpha_kj h*_j(x)| in a gradient, as a share of the whole teacher's. */
  readonly part: number;
  /**
   * Its epsilon: the largest gradient at the student nodes that observe it, as a share of its own largest part in their
   * gradients, those of teacher nodes with the very same boundary added to it. NaN where it is not concerned.
   */
  readonly epsilon: { readonly training: number; readonly evaluation: number };
  /** Angle from its boundary to the nearest one of a student node, degrees from 0 to 90. */
  readonly angle: number;
  /** Whether that node is active on the other side. */
  readonly isMirror: boolean;
  /** Whether some student node has its boundary. */
  readonly isHeld: boolean;
  /** Best correlation with a student node on the evaluation samples. */
  readonly correlation: number;
  /** Other teacher nodes with the same boundary, by position: correlation cannot tell those apart. */
  readonly twins: readonly number[];
  /**
   * Share of the kink at its boundary, its twins' included, that student nodes with that boundary do not make: 0 when it is
   * specialized to, 1 when unlearned. NaN below further hidden layers, where fan-out weights cannot be compared.
   */
  readonly residual: number;
  /** What of the mean squared error on the evaluation samples is due to it: see LossParts. NaN with cross-entropy. */
  readonly loss: number;
  /** By how much that falls with the next step, on the gradient of all training samples. NaN where it is not predicted. */
  readonly fall: number;
};

const largestOf = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

/** The student nodes that observe a teacher node's boundary. */
const observersOf = ({ observed, leastObserved }: LowestLayer, j: number): number[] => {
  const { columns, data } = observed.teacher;
  return Array.from({ length: columns }, (_, k) => k).filter((k) => data[j * columns + k] >= leastObserved);
};

/** |cos| from which two teacher nodes have the very same boundary, up to rounding. */
const identical = 1 - 1e-9;

/**
 * What each student node's gradient has of a teacher node together with those of the very same boundary, for it is they
 * together that bend the teacher there: a factor to the node's own part, |v_k . sum |w*_i| v*_i| / |v_k . |w*_j| v*_j|, and
 * whether their kinks cancel, so that there is nothing to learn. Of a node alone the factor is 1, below further hidden layers too.
 */
const bendOf = (
  { training, incoming, active, cosines: { teacher: ofTeachers } }: LowestLayer,
  j: number,
): { readonly factor: (k: number) => number; readonly isStraight: boolean } => {
  const { network: teacher } = training.teacher;
  const { network: student } = training.student;
  const same = active.filter((_, i) => Math.abs(ofTeachers.data[j * active.length + i]) > identical);
  if (same.length < 2 || teacher.hidden.length > 1 || teacher.convolutional)
    return { factor: () => 1, isStraight: false };
  const [own, together] = [[active[j]], same].map((nodes) => kinkOf(incoming.teacher, teacher, nodes));
  const alone = same.reduce((sum, i) => sum + Math.hypot(...kinkOf(incoming.teacher, teacher, [i])), 0);
  const along = (kink: Float64Array, k: number): number => {
    const { columns, data } = student.final.weight;
    return Math.abs(kink.reduce((sum, value, o) => sum + value * data[o * columns + k], 0));
  };
  return {
    factor: (k) => (along(own, k) === 0 ? 1 : along(together, k) / along(own, k)),
    isStraight: Math.hypot(...together) <= 1e-9 * alone,
  };
};

/** The largest gradient at each student node on some rows. [n] */
const largestAt = ({ values: { columns, data } }: LowestGradient, rows: readonly number[]): Float64Array => {
  const out = new Float64Array(columns);
  for (const row of rows)
    for (let k = 0; k < columns; k++) out[k] = Math.max(out[k], Math.abs(data[row * columns + k]));
  return out;
};

/**
 * The largest gradients that parts are compared with: on the samples that these are of. Of few samples the largest is a matter of
 * luck; on evaluation samples it is as many times larger as on all that were looked at.
 */
const largestOfForms = ({ forms, gradient, training: { samples } }: LowestLayer) => {
  const training = largestAt(gradient.training, forms?.rows ?? []);
  const [ofAll, onEvaluation] = [gradient.training.largest, gradient.evaluation.largest];
  const isWhole = forms?.rows.length === samples;
  const evaluation = onEvaluation.map((size, k) =>
    isWhole || ofAll[k] === 0 ? size : (training[k] * size) / ofAll[k],
  );
  return { training, evaluation };
};

const gradientOf = (
  layer: LowestLayer,
  largest: ReturnType<typeof largestOfForms>,
  j: number,
  observers: readonly number[],
) => {
  const { forms, gradient, active } = layer;
  if (!forms || epsilonObstacle(layer) !== null)
    return {
      isConcerned: false,
      part: Number.NaN,
      epsilon: { training: Number.NaN, evaluation: Number.NaN },
    };
  const { columns, rows, data } = forms.parts;
  const { factor, isStraight } = bendOf(layer, j);
  const partAt = (k: number): number => data[k * columns + active[j]];
  // Below further hidden layers alpha may differ from 0 only where the observer is not active.
  const concerned = observers.filter(
    (k) =>
      !isStraight && Math.abs(forms.alignment(active[j], k)) > leastAlignment && factor(k) * partAt(k) > 0,
  );
  const share = (sizes: Float64Array): number =>
    concerned.length === 0
      ? Number.NaN
      : concerned.reduce(
          (least, k) => Math.min(least, sizes[k] / (factor(k) * partAt(k))),
          Number.POSITIVE_INFINITY,
        );
  const whole = gradient.training.scale;
  return {
    isConcerned: concerned.length > 0,
    part: whole === 0 ? 0 : largestOf(Array.from({ length: rows }, (_, k) => partAt(k))) / whole,
    epsilon: { training: share(largest.training), evaluation: share(largest.evaluation) },
  };
};

/** NaN where fan-out weights cannot be compared, or there are no boundaries. */
const residualsOf = (
  { incoming, training, active, cosines: { across } }: LowestLayer,
  twins: readonly number[][],
) => {
  const { teacher, student } = training;
  const isFlat = student.network.hidden.length === 1 && !student.network.convolutional;
  return active.map((_, j) =>
    !isFlat || student.network.slope === 1
      ? Number.NaN
      : residualOf(
          {
            network: teacher.network,
            incoming: incoming.teacher,
            nodes: twins[j].map((twin) => active[twin]),
          },
          { network: student.network, incoming: incoming.student, nodes: sameBoundary(across, j) },
        ),
  );
};

/** Of each active teacher node. `loss`: its part of the mean squared error; `fall`: by how much that falls in a step. */
export const teacherTheories = (
  layer: LowestLayer,
  loss: readonly number[],
  fall: readonly number[],
): TeacherTheory[] => {
  const { active, cosines } = layer;
  const groups = active.map((_, j) => [...new Set([j, ...sameBoundary(cosines.teacher, j)])]);
  const residuals = residualsOf(layer, groups);
  const largest = largestOfForms(layer);
  const best = bestMatchOfTeacher(layer.correlation.evaluation).correlation;
  return active.map((_, j) => {
    const observers = observersOf(layer, j);
    const { angle, isMirror } = nearestBoundary(cosines.across, j);
    return {
      observedBy: observers.length,
      ...gradientOf(layer, largest, j, observers),
      angle,
      isMirror,
      isHeld: sameBoundary(cosines.across, j).length > 0,
      correlation: best[j],
      twins: groups[j].filter((other) => other !== j),
      residual: residuals[j],
      loss: loss[j],
      fall: fall[j],
    };
  });
};
