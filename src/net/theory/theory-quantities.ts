import { type Matrix, rowNorm } from '../matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher } from '../metrics/best-match.js';
import { correlation, sumOfSquaresFloor } from '../metrics/correlation.js';
import { observability } from '../metrics/observability.js';

/** Share of the samples on the rarer side of a boundary from which a student node observes it. */
const observedShare = 0.005;
/** |cos| of two fan-out vectors below which alpha counts as zero. */
const leastAlignment = 0.01;

/** What the paper's statements say of one teacher node. */
export type TeacherTheory = {
  /** Student nodes that observe its boundary. */
  readonly observedBy: number;
  /** Whether one that does has a nonzero alpha with it: then it must be specialized to. */
  readonly isConcerned: boolean;
  /** Its own largest part |alpha_kj h*_j(x)| in a gradient, as a share of the whole teacher's. */
  readonly part: number;
  /** Smallest angle of its weights, bias included, to a student node's; degrees from 0 to 180. */
  readonly angle: number;
  readonly correlation: number;
  /**
   * Share of its fan-out that collinear student nodes do not carry: 0 when it is specialized to, 1 when unlearned. NaN
   * below further hidden layers, where fan-out weights cannot be compared.
   */
  readonly residual: number;
};

export type StudentTheory = {
  /** Best correlation with a teacher node, and the fan-out norm, sqrt(E beta_kk): a point of the L-shape. */
  readonly correlation: number;
  readonly fanOutNorm: number;
  /** Whether other student nodes observe its own boundary. */
  readonly isObserved: boolean;
};

/** The quantities of the paper's statements on the lowest hidden layer of a student. */
export type Theory = {
  readonly samples: number;
  /** |g_k(x)|, over samples and student nodes, as shares of the teacher's largest part in it. */
  readonly gradient: {
    readonly median: number;
    readonly p90: number;
    readonly p99: number;
    readonly maximum: number;
  };
  /** Largest difference between the alpha-beta form and back-propagation, as a share of the largest gradient. */
  readonly formDeviation: number;
  readonly teachers: readonly TeacherTheory[];
  readonly students: readonly StudentTheory[];
};

export const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const cosine = (a: Matrix, i: number, b: Matrix, j: number): number => {
  let product = 0;
  for (let at = 0; at < a.columns; at++) product += a.data[i * a.columns + at] * b.data[j * b.columns + at];
  const lengths = rowNorm(a, i) * rowNorm(b, j);
  return lengths === 0 ? 0 : product / lengths;
};

const degrees = (cos: number): number => (Math.acos(Math.max(-1, Math.min(1, cos))) * 180) / Math.PI;

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

const absoluteShares = (gradient: Float64Array, scale: number): Float64Array =>
  gradient.map((value) => (scale === 0 ? 0 : Math.abs(value) / scale)).sort();

/** Whether some other student node observes node k's boundary. */
const observedStudents = (hidden: Matrix, least: number): boolean[] => {
  const seen = observability(hidden, hidden);
  return Array.from({ length: seen.rows }, (_, k) =>
    Array.from({ length: seen.columns }, (__, other) => other).some(
      (other) => other !== k && seen.data[k * seen.columns + other] >= least,
    ),
  );
};

/** What the quantities are made from. */
export type LowestLayer = {
  /** Units of both networks. [N x m], [N x n] */
  readonly units: { readonly teacher: Matrix; readonly student: Matrix };
  /** Incoming weights of the nodes, bias included, a row a node. */
  readonly incoming: { readonly teacher: Matrix; readonly student: Matrix };
  /** Back-propagated gradient at each student node, and its alpha-beta form. [N x n] */
  readonly gradient: Float64Array;
  readonly form: Float64Array;
  /** The largest of the teacher's parts in a gradient. */
  readonly scale: number;
  /** The largest part of each teacher node. [m] */
  readonly parts: Float64Array;
  /** Cosine of what teacher node j and student node k contribute to the outputs. */
  readonly alignment: (teacher: number, student: number) => number;
  readonly residual: (teacher: number) => number;
  /** sqrt(E beta_kk) by student node: the length of what it contributes. */
  readonly fanOutNorm: (student: number) => number;
};

const teacherTheory = (
  { incoming, parts, scale, alignment, residual }: LowestLayer,
  seen: Matrix,
  least: number,
  best: Float64Array,
): TeacherTheory[] =>
  Array.from({ length: seen.rows }, (_, j) => {
    const students = Array.from({ length: seen.columns }, (__, k) => k);
    const observers = students.filter((k) => seen.data[j * seen.columns + k] >= least);
    const cosines = students.map((k) => cosine(incoming.teacher, j, incoming.student, k));
    return {
      observedBy: observers.length,
      isConcerned: observers.some((k) => Math.abs(alignment(j, k)) > leastAlignment),
      part: scale === 0 ? 0 : parts[j] / scale,
      angle: degrees(cosines.reduce((most, cos) => Math.max(most, cos), -1)),
      correlation: best[j],
      residual: residual(j),
    };
  });

/** The quantities of the paper's statements. */
export const theoryOf = (layer: LowestLayer): Theory => {
  const { units, gradient, form, scale, fanOutNorm } = layer;
  const samples = units.teacher.rows;
  const shares = absoluteShares(gradient, scale);
  const matches = correlation(units.teacher, units.student, sumOfSquaresFloor);
  const least = Math.max(1, observedShare * samples);
  const seen = observability(units.teacher, units.student);
  const isObserved = observedStudents(units.student, least);
  const bestOfStudent = bestMatchOfStudent(matches).correlation;
  return {
    samples,
    gradient: {
      median: quantile(shares, 0.5),
      p90: quantile(shares, 0.9),
      p99: quantile(shares, 0.99),
      maximum: shares[shares.length - 1],
    },
    formDeviation: scale === 0 ? 0 : largest(gradient.map((value, at) => value - form[at])) / scale,
    teachers: teacherTheory(layer, seen, least, bestMatchOfTeacher(matches).correlation),
    students: isObserved.map((observed, k) => ({
      correlation: bestOfStudent[k],
      fanOutNorm: fanOutNorm(k),
      isObserved: observed,
    })),
  };
};
