import { type Matrix, multiply, rowNorm, transpose, zeros } from './matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher, correlation, observability } from './metrics.js';
import { type Activations, backward, forward, outputGradient, type TwoLayer } from './two-layer.js';

/** Share of the samples on the rarer side of a boundary from which a student node observes it. */
const observedShare = 0.005;
/** |cos| of two fan-out vectors below which alpha counts as zero. */
const leastAlignment = 0.01;
/** |cos| of two incoming weight vectors, bias included, from which nodes are collinear. */
const collinear = 0.98;

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
  /** Share of its fan-out that collinear student nodes do not carry: 0 when it is specialized to, 1 when unlearned. */
  readonly residual: number;
};

export type StudentTheory = {
  /** Best correlation with a teacher node, and the fan-out norm: a point of the L-shape. */
  readonly correlation: number;
  readonly fanOutNorm: number;
  /** Whether other student nodes observe its own boundary. */
  readonly isObserved: boolean;
};

/** The quantities of the paper's statements on a two-layer student. */
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

/** Rows of a weight matrix without its last one, the biases. */
const withoutBias = ({ rows, columns, data }: Matrix): Matrix => ({
  rows: rows - 1,
  columns,
  data: data.subarray(0, (rows - 1) * columns),
});

/** The teacher's and the student's parts of the gradient at each hidden unit, gated. Both [N x n]. */
const gradientForm = (
  teacher: TwoLayer,
  student: TwoLayer,
  ofTeacher: Activations,
  ofStudent: Activations,
): { readonly alpha: Matrix; readonly fromTeacher: Matrix; readonly fromStudent: Matrix } => {
  const fanOut = transpose(withoutBias(student.w2));
  // The constant unit's row makes the output biases part of both products.
  const alpha = multiply(teacher.w2, fanOut);
  const beta = multiply(student.w2, fanOut);
  const gated = (part: Matrix): Matrix => {
    const { columns } = ofStudent.hidden;
    for (let i = 0; i < part.rows; i++)
      for (let k = 0; k < part.columns; k++)
        if (!ofStudent.gate[i * columns + k]) part.data[i * part.columns + k] = 0;
    return part;
  };
  return {
    alpha,
    fromTeacher: gated(multiply(ofTeacher.hidden, alpha)),
    fromStudent: gated(multiply(ofStudent.hidden, beta)),
  };
};

/** max over samples and active student nodes of |alpha_kj h*_j(x)|, by teacher node. `alpha` [m+1 x n]. */
const largestParts = (alpha: Matrix, ofTeacher: Activations, ofStudent: Activations): Float64Array => {
  const [m, n] = [alpha.rows - 1, alpha.columns];
  const parts = new Float64Array(m);
  for (let i = 0; i < ofTeacher.hidden.rows; i++)
    for (let j = 0; j < m; j++) {
      const unit = Math.abs(ofTeacher.hidden.data[i * (m + 1) + j]);
      if (unit === 0) continue;
      for (let k = 0; k < n; k++)
        if (ofStudent.gate[i * (n + 1) + k])
          parts[j] = Math.max(parts[j], unit * Math.abs(alpha.data[j * n + k]));
    }
  return parts;
};

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

const cosine = (a: Matrix, i: number, b: Matrix, j: number): number => {
  let product = 0;
  for (let at = 0; at < a.columns; at++) product += a.data[i * a.columns + at] * b.data[j * b.columns + at];
  const lengths = rowNorm(a, i) * rowNorm(b, j);
  return lengths === 0 ? 0 : product / lengths;
};

const degrees = (cos: number): number => (Math.acos(Math.max(-1, Math.min(1, cos))) * 180) / Math.PI;

/** Incoming weights of nodes, bias included, and fan-out weights, a row a node. */
type Nodes = { readonly incoming: Matrix; readonly fanOut: Matrix };

const nodesOf = ({ w1, w2 }: TwoLayer): Nodes => ({ incoming: transpose(w1), fanOut: withoutBias(w2) });

/**
 * || |w*_j| v*_j - sum over collinear k of |w_k| v_k || / (|w*_j| |v*_j|). Source: derived from Tian 2019, two-layer
 * section; a node of the opposite direction is never collinear, since its ReLU is another.
 */
const residualOf = (teacher: Nodes, student: Nodes, j: number): number => {
  const length = rowNorm(teacher.incoming, j);
  const rest = teacher.fanOut.data
    .slice(j * teacher.fanOut.columns, (j + 1) * teacher.fanOut.columns)
    .map((value) => value * length);
  const whole = Math.hypot(...rest);
  for (let k = 0; k < student.incoming.rows; k++) {
    if (cosine(teacher.incoming, j, student.incoming, k) <= collinear) continue;
    const scale = rowNorm(student.incoming, k);
    for (let o = 0; o < rest.length; o++) rest[o] -= scale * student.fanOut.data[k * rest.length + o];
  }
  return whole === 0 ? 0 : Math.hypot(...rest) / whole;
};

const teacherTheory = (
  teacher: Nodes,
  student: Nodes,
  seen: Matrix,
  least: number,
  best: Float64Array,
  parts: Float64Array,
): TeacherTheory[] =>
  Array.from({ length: seen.rows }, (_, j) => {
    const students = Array.from({ length: seen.columns }, (__, k) => k);
    const observers = students.filter((k) => seen.data[j * seen.columns + k] >= least);
    const cosines = students.map((k) => cosine(teacher.incoming, j, student.incoming, k));
    return {
      observedBy: observers.length,
      isConcerned: observers.some(
        (k) => Math.abs(cosine(teacher.fanOut, j, student.fanOut, k)) > leastAlignment,
      ),
      part: parts[j],
      angle: degrees(cosines.reduce((most, cos) => Math.max(most, cos), -1)),
      correlation: best[j],
      residual: residualOf(teacher, student, j),
    };
  });

/** Whether some other student node observes node k's boundary. */
const observedStudents = (hidden: Matrix, least: number): boolean[] => {
  const seen = observability(hidden, hidden);
  return Array.from({ length: seen.rows }, (_, k) =>
    Array.from({ length: seen.columns }, (__, other) => other).some(
      (other) => other !== k && seen.data[k * seen.columns + other] >= least,
    ),
  );
};

const absoluteShares = (gradient: Float64Array, scale: number): Float64Array =>
  gradient.map((value) => (scale === 0 ? 0 : Math.abs(value) / scale)).sort();

/**
 * Evaluates the paper's statements on a student, with biases and output biases as they are. `x` [N x d]. `relu` as the
 * networks have it. Source: Tian 2019, two-layer section: the gradient at the lowest layer and its alpha and beta.
 */
export const evaluateTheory = (teacher: TwoLayer, student: TwoLayer, x: Matrix, relu: boolean): Theory => {
  const ofTeacher = forward(teacher, x, relu);
  const ofStudent = forward(student, x, relu);
  const { g1 } = backward(student, ofStudent, outputGradient(ofTeacher.output, ofStudent.output));
  const nodes = student.w1.columns;
  const gradient = zeros(x.rows, nodes);
  for (let i = 0; i < x.rows; i++)
    gradient.data.set(g1.data.subarray(i * (nodes + 1), i * (nodes + 1) + nodes), i * nodes);
  const { alpha, fromTeacher, fromStudent } = gradientForm(teacher, student, ofTeacher, ofStudent);
  const difference = gradient.data.map((value, at) => value - (fromTeacher.data[at] - fromStudent.data[at]));
  const scale = largest(fromTeacher.data);
  const parts = largestParts(alpha, ofTeacher, ofStudent).map((part) => (scale === 0 ? 0 : part / scale));
  const shares = absoluteShares(gradient.data, scale);
  const matches = correlation(ofTeacher.hidden, ofStudent.hidden);
  const least = Math.max(1, observedShare * x.rows);
  const [t, s] = [nodesOf(teacher), nodesOf(student)];
  const seen = observability(ofTeacher.hidden, ofStudent.hidden);
  const isObserved = observedStudents(ofStudent.hidden, least);
  const bestOfStudent = bestMatchOfStudent(matches).correlation;
  return {
    samples: x.rows,
    gradient: {
      median: quantile(shares, 0.5),
      p90: quantile(shares, 0.9),
      p99: quantile(shares, 0.99),
      maximum: shares[shares.length - 1],
    },
    formDeviation: scale === 0 ? 0 : largest(difference) / scale,
    teachers: teacherTheory(t, s, seen, least, bestMatchOfTeacher(matches).correlation, parts),
    students: Array.from({ length: nodes }, (_, k) => ({
      correlation: bestOfStudent[k],
      fanOutNorm: rowNorm(s.fanOut, k),
      isObserved: isObserved[k],
    })),
  };
};
