import type { LayerMetrics } from '../engine/engine.js';
import type { RandomStream } from '../experiment/random.js';
import type { Matrix } from '../net/matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher, fanOutNorms } from '../net/metrics.js';
import type { TwoLayer } from '../net/two-layer.js';
import type { Perturbation } from './protocol.js';

/** What a perturbation may look at, beside the student that it changes. */
export type PerturbationContext = {
  /** The student's hidden layer on the evaluation set. */
  readonly metrics: LayerMetrics;
  /** Correlation above which a node counts as specialized. */
  readonly threshold: number;
  /** Standard deviation of freshly drawn weights. */
  readonly studentScale: number;
  /** Draws of this and later perturbations. */
  readonly random: RandomStream;
};

/** Share of the largest fan-out norm below which a student node counts as idle. */
const idleShare = 0.01;

const asMatrix = ({ teachers, students, correlation }: LayerMetrics): Matrix => ({
  rows: teachers,
  columns: students,
  data: correlation,
});

const bestStudent = (teacher: number, { metrics }: PerturbationContext): number =>
  bestMatchOfTeacher(asMatrix(metrics)).node[teacher];

const rootMeanSquare = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const list = (nodes: readonly number[]): string =>
  nodes.length > 12 ? `${nodes.slice(0, 12).join(' ')} and ${nodes.length - 12} more` : nodes.join(' ');

const fanOut = (student: TwoLayer, node: number): Float64Array => {
  const { columns, data } = student.w2;
  return data.subarray(node * columns, (node + 1) * columns);
};

/** Sets every incoming weight of a node, its bias last, from its row number. */
const setIncoming = ({ w1 }: TwoLayer, node: number, value: (row: number) => number): void => {
  for (let row = 0; row < w1.rows; row++) w1.data[row * w1.columns + node] = value(row);
};

const addNoise = (student: TwoLayer, scale: number, random: RandomStream): string => {
  for (const { data } of [student.w1, student.w2]) {
    const deviation = scale * rootMeanSquare(data);
    for (let i = 0; i < data.length; i++) data[i] += deviation * random.nextNormal();
  }
  const count = student.w1.data.length + student.w2.data.length;
  return `noise of ${scale}x RMS on ${count.toLocaleString('en')} weights`;
};

/** Student nodes without a correlation above the threshold to any teacher node. */
const unlearnedNodes = ({ metrics, threshold }: PerturbationContext): number[] => {
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...best.keys()].filter((node) => !(best[node] > threshold));
};

/** Student nodes with next to no fan-out, or never active: their correlation with every teacher node is exactly 0. */
const idleNodes = (student: TwoLayer, { metrics }: PerturbationContext): number[] => {
  const norms = fanOutNorms(student.w2);
  const floor = idleShare * norms.reduce((a, b) => Math.max(a, b), 0);
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...norms.keys()].filter((node) => norms[node] < floor || best[node] === 0);
};

const reinitialize = (
  student: TwoLayer,
  which: 'unlearned' | 'idle',
  context: PerturbationContext,
): string => {
  const nodes = which === 'unlearned' ? unlearnedNodes(context) : idleNodes(student, context);
  const meaning = which === 'unlearned' ? `match no teacher node above ${context.threshold}` : 'are idle';
  if (nodes.length === 0) return `no student nodes ${meaning}: nothing changed`;
  const draw = (): number => context.studentScale * context.random.nextNormal();
  for (const node of nodes) {
    setIncoming(student, node, (row) => (row < student.w1.rows - 1 ? draw() : 0));
    fanOut(student, node).set(Float64Array.from({ length: student.w2.columns }, draw));
  }
  return `re-initialized ${nodes.length} of ${student.w1.columns} student nodes that ${meaning}: ${list(nodes)}`;
};

const kill = (student: TwoLayer, teacher: number, context: PerturbationContext): string => {
  const node = bestStudent(teacher, context);
  setIncoming(student, node, () => 0);
  fanOut(student, node).fill(0);
  return `killed student node ${node}, the best match of teacher node ${teacher}`;
};

const swapFanOut = (
  student: TwoLayer,
  [first, second]: readonly [number, number],
  context: PerturbationContext,
): string => {
  const [a, b] = [bestStudent(first, context), bestStudent(second, context)];
  if (a === b)
    return `student node ${a} is the best match of both teacher nodes ${first} and ${second}: nothing changed`;
  const kept = Float64Array.from(fanOut(student, a));
  fanOut(student, a).set(fanOut(student, b));
  fanOut(student, b).set(kept);
  return `swapped the fan-out of student nodes ${a} and ${b}, best matches of teacher nodes ${first} and ${second}`;
};

const negateFanOut = (student: TwoLayer, teacher: number, context: PerturbationContext): string => {
  const node = bestStudent(teacher, context);
  const weights = fanOut(student, node);
  weights.set(weights.map((weight) => -weight));
  return `negated the fan-out of student node ${node}, the best match of teacher node ${teacher}`;
};

/**
 * Why a perturbation does not fit a teacher of this many nodes, or null when it does. Perturbations come
 * from keys, but also from logs that somebody else wrote.
 */
export const perturbationProblem = (perturbation: Perturbation, teachers: number): string | null => {
  const named =
    perturbation.kind === 'swap-fan-out'
      ? perturbation.teachers
      : 'teacher' in perturbation
        ? [perturbation.teacher]
        : [];
  const missing = named.find((teacher) => !Number.isInteger(teacher) || teacher < 0 || teacher >= teachers);
  return missing === undefined
    ? null
    : `there is no teacher node ${missing}: they go from 0 to ${teachers - 1}`;
};

/** Carries out a perturbation and says in one line what it did. Mutates `student`; advances `context.random`. */
export const perturb = (
  student: TwoLayer,
  perturbation: Perturbation,
  context: PerturbationContext,
): string => {
  switch (perturbation.kind) {
    case 'noise':
      return addNoise(student, perturbation.scale, context.random);
    case 'reinitialize':
      return reinitialize(student, perturbation.which, context);
    case 'kill-best-match':
      return kill(student, perturbation.teacher, context);
    case 'swap-fan-out':
      return swapFanOut(student, perturbation.teachers, context);
    case 'negate-fan-out':
      return negateFanOut(student, perturbation.teacher, context);
  }
};
