import { type Matrix, takeRows } from '../matrix.js';
import { bestMatchOfTeacher } from '../metrics/best-match.js';
import { cosines, kinkOf, nearestBoundary, residualOf, sameBoundary } from './boundaries.js';
import type { LowestLayer } from './lowest-layer.js';

/** |cos| of two fan-out vectors below which alpha counts as zero. */
const leastAlignment = 0.01;

/** What the paper's statements say of one teacher node. */
export type TeacherTheory = {
  /** Student nodes that observe its boundary. */
  readonly observedBy: number;
  /**
   * Whether one that does has a nonzero alpha with it: then it must be specialized to. False without forms, and of nodes that
   * others of the very same boundary cancel.
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
  { training, incoming, active }: LowestLayer,
  ofTeachers: Matrix,
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

const gradientOf = (layer: LowestLayer, ofTeachers: Matrix, j: number, observers: readonly number[]) => {
  const { forms, gradient, active } = layer;
  if (!forms)
    return {
      isConcerned: false,
      part: Number.NaN,
      epsilon: { training: Number.NaN, evaluation: Number.NaN },
    };
  const { columns, rows, data } = forms.parts;
  const { factor, isStraight } = bendOf(layer, ofTeachers, j);
  const partAt = (k: number): number => data[k * columns + active[j]];
  const concerned = observers.filter(
    (k) => !isStraight && Math.abs(forms.alignment(active[j], k)) > leastAlignment,
  );
  const share = (largest: Float64Array): number =>
    concerned.length === 0
      ? Number.NaN
      : concerned.reduce(
          (least, k) => Math.min(least, largest[k] / (factor(k) * partAt(k))),
          Number.POSITIVE_INFINITY,
        );
  const whole = gradient.training.scale;
  return {
    isConcerned: concerned.length > 0,
    part: whole === 0 ? 0 : largestOf(Array.from({ length: rows }, (_, k) => partAt(k))) / whole,
    epsilon: { training: share(gradient.training.largest), evaluation: share(gradient.evaluation.largest) },
  };
};

/** NaN where fan-out weights cannot be compared, or there are no boundaries. */
const residualsOf = (
  { incoming, training, active, cosines: ofStudents }: LowestLayer,
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
          { network: student.network, incoming: incoming.student, nodes: sameBoundary(ofStudents, j) },
        ),
  );
};

/** Of each active teacher node. `loss`: its part of the mean squared error; `fall`: by how much that falls in a step. */
export const teacherTheories = (
  layer: LowestLayer,
  loss: readonly number[],
  fall: readonly number[],
): TeacherTheory[] => {
  const { incoming, active, cosines: ofStudents } = layer;
  const own = takeRows(incoming.teacher, active);
  const ofTeachers = cosines(own, own);
  const groups = active.map((_, j) => [...new Set([j, ...sameBoundary(ofTeachers, j)])]);
  const residuals = residualsOf(layer, groups);
  const best = bestMatchOfTeacher(layer.correlation.evaluation).correlation;
  return active.map((_, j) => {
    const observers = observersOf(layer, j);
    const { angle, isMirror } = nearestBoundary(ofStudents, j);
    return {
      observedBy: observers.length,
      ...gradientOf(layer, ofTeachers, j, observers),
      angle,
      isMirror,
      isHeld: sameBoundary(ofStudents, j).length > 0,
      correlation: best[j],
      twins: groups[j].filter((other) => other !== j),
      residual: residuals[j],
      loss: loss[j],
      fall: fall[j],
    };
  });
};
