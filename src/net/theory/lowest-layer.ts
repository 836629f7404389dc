import type { LossName } from '../loss.js';
import { type Matrix, takeColumns, takeRows } from '../matrix.js';
import { correlation, sumOfSquaresFloor } from '../metrics/correlation.js';
import { observability } from '../metrics/observability.js';
import type { Network } from '../network.js';
import type { Grid } from '../patches.js';
import { type Activity, activitiesOf, boundaryCosines, isStraight, withBias } from './boundaries.js';
import { type EvaluatedSet, evaluateSet } from './evaluated-set.js';
import { Forms, formCost } from './forms.js';
import { type LowestGradient, lowestGradient } from './gradient-sizes.js';
import type { DescentStep } from './loss-parts.js';
import { withoutNorms } from './without-norms.js';

/** Most samples of a data set that the statements are checked on, and the fewest, whatever they cost. */
const mostSamples = 1000;
const leastSamples = 20;
/** Multiplications that the passes over one data set may take, and those that the gradient's forms may. */
const passBudget = 2e8;
const formBudget = 4e8;
/** Share of the samples on the rarer side of a boundary from which a student node observes it. */
const observedShare = 0.005;

/** A student, its teacher and the data that they are compared on. */
export type Compared = {
  readonly teacher: Network;
  readonly student: Network;
  /** Nodes of each hidden teacher layer that the statements are about. */
  readonly activeNodes: readonly (readonly number[])[];
  readonly loss: LossName;
  readonly grid: Grid;
  /** What plain gradient descent does next; null where the student is trained by another rule. */
  readonly step: DescentStep | null;
  /** The current training set, and the evaluation set. [N x d] */
  readonly training: Matrix;
  readonly evaluation: Matrix;
};

/** What all statements about the lowest layer are made from; networks without batch norm. */
export type LowestLayer = {
  readonly active: readonly number[];
  readonly loss: LossName;
  readonly training: EvaluatedSet;
  readonly evaluation: EvaluatedSet;
  readonly gradient: { readonly training: LowestGradient; readonly evaluation: LowestGradient };
  /** Null where they cannot be had: `formObstacle` says why. */
  readonly forms: Forms | null;
  /** Incoming weights of the nodes, bias included, a row a node. */
  readonly incoming: { readonly teacher: Matrix; readonly student: Matrix };
  /** What the student's nodes do on the training samples. */
  readonly activity: readonly Activity[];
  /** Cosines of boundaries, of active teacher nodes with student nodes [m x n], and of either with themselves. */
  readonly cosines: { readonly across: Matrix; readonly teacher: Matrix; readonly student: Matrix };
  /** Correlations of active teacher nodes with student nodes. [m x n] */
  readonly correlation: { readonly training: Matrix; readonly evaluation: Matrix };
  /** Training samples by which each student node observes the boundaries of teacher [m x n] and student nodes [n x n]. */
  readonly observed: { readonly teacher: Matrix; readonly student: Matrix };
  /** How many of them make an observer. */
  readonly leastObserved: number;
};

const parametersOf = ({ hidden, final }: Network): number =>
  [...hidden, final].reduce((sum, { weight }) => sum + weight.rows * weight.columns, 0);

/** Multiplications of the passes through both networks, forward and back, and of the observers, at one sample. */
const passCost = ({ teacher, student, grid }: Compared): number => {
  const [m, n] = [teacher, student].map(({ hidden }) => hidden[0].weight.rows);
  const positions = grid.height * grid.width;
  return positions * (3 * (parametersOf(teacher) + parametersOf(student)) + n * (n + m));
};

/** Why the gradient's forms cannot be had; null where they can. */
export const formObstacle = (teacher: Network, student: Network): string | null => {
  if (student.convolutional) return 'the forms alpha and beta are of dense layers, these are convolutions';
  if (formCost(teacher, student) > formBudget) return 'the network is too large for the forms alpha and beta';
  return null;
};

export const aboutSquares = 'is about the squared error, not cross-entropy';

/** Why the gradient cannot be compared with a teacher node's own part in it; null where it can. */
export const epsilonObstacle = ({
  loss,
  training,
}: Pick<LowestLayer, 'loss' | 'training'>): string | null => {
  if (loss === 'cross-entropy') return aboutSquares;
  const [teacher, student] = [training.teacher.network, training.student.network];
  const obstacle = formObstacle(teacher, student);
  if (obstacle !== null) return obstacle;
  const affordable = Math.floor(formBudget / formCost(teacher, student));
  return affordable < leastSamples
    ? `there is time for the forms alpha and beta on ${affordable} samples, not on ${leastSamples}`
    : null;
};

const unitsOf = ({ teacher, student }: EvaluatedSet, active: readonly number[]) =>
  [takeColumns(teacher.pass.layers[0].output, active), student.pass.layers[0].output] as const;

/** Units that are above 0 where gradients reach a student node: its own, or everywhere those of a leaky one. */
const reached = (student: Network, units: Matrix): Matrix =>
  student.slope === 0 ? units : { ...units, data: new Float64Array(units.data.length).fill(1) };

/** Evaluates both networks on the samples that there is time for. */
export const compareLowest = (compared: Compared): LowestLayer => {
  const { loss, grid } = compared;
  const [active] = compared.activeNodes;
  const [teacher, student] = [compared.teacher, compared.student].map(withoutNorms);
  const affordable = Math.floor(passBudget / passCost({ ...compared, teacher, student }));
  const most = Math.max(leastSamples, Math.min(mostSamples, affordable));
  const [training, evaluation] = [compared.training, compared.evaluation].map((x) =>
    evaluateSet(teacher, student, { x, grid, loss, most }),
  );
  const incoming = { teacher: withBias(teacher.hidden[0]), student: withBias(student.hidden[0]) };
  const [ofTeacher, ofStudent] = unitsOf(training, active);
  const activity = activitiesOf(training.student);
  const ofTeachers = activitiesOf(training.teacher);
  const boundaries = {
    teacher: {
      incoming: takeRows(incoming.teacher, active),
      isStraight: active.map((j) => isStraight(ofTeachers[j])),
    },
    student: { incoming: incoming.student, isStraight: activity.map(isStraight) },
  };
  const canForm = formObstacle(teacher, student) === null;
  return {
    active,
    loss,
    training,
    evaluation,
    gradient: { training: lowestGradient(training), evaluation: lowestGradient(evaluation) },
    forms: canForm ? new Forms(training, Math.floor(formBudget / formCost(teacher, student))) : null,
    incoming,
    activity,
    cosines: {
      across: boundaryCosines(boundaries.teacher, boundaries.student),
      teacher: boundaryCosines(boundaries.teacher, boundaries.teacher),
      student: boundaryCosines(boundaries.student, boundaries.student),
    },
    correlation: {
      training: correlation(ofTeacher, ofStudent, sumOfSquaresFloor),
      evaluation: correlation(...unitsOf(evaluation, active), sumOfSquaresFloor),
    },
    observed: {
      teacher: observability(ofTeacher, reached(student, ofStudent)),
      student: observability(ofStudent, reached(student, ofStudent)),
    },
    leastObserved: Math.max(1, observedShare * ofTeacher.rows),
  };
};
