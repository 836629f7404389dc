import { type Matrix, multiply, rowNorm, transpose } from '../matrix.js';
import { type Activations, backward, forward, outputGradient, type TwoLayer } from '../two-layer.js';
import { cosine, largest, type Theory, theoryOf } from './theory-quantities.js';

/** |cos| of two incoming weight vectors, bias included, from which nodes are collinear. */
const collinear = 0.98;

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

/**
 * Evaluates the paper's statements on a student, with biases and output biases as they are. `x` [N x d]. `relu` as the
 * networks have it. Source: Tian 2019, two-layer section: the gradient at the lowest layer and its alpha and beta.
 */
export const evaluateTheory = (teacher: TwoLayer, student: TwoLayer, x: Matrix, relu: boolean): Theory => {
  const ofTeacher = forward(teacher, x, relu);
  const ofStudent = forward(student, x, relu);
  const { g1 } = backward(student, ofStudent, outputGradient(ofTeacher.output, ofStudent.output));
  const nodes = student.w1.columns;
  const gradient = new Float64Array(x.rows * nodes);
  for (let i = 0; i < x.rows; i++)
    gradient.set(g1.data.subarray(i * (nodes + 1), i * (nodes + 1) + nodes), i * nodes);
  const { alpha, fromTeacher, fromStudent } = gradientForm(teacher, student, ofTeacher, ofStudent);
  const [t, s] = [nodesOf(teacher), nodesOf(student)];
  return theoryOf({
    units: { teacher: ofTeacher.hidden, student: ofStudent.hidden },
    incoming: { teacher: t.incoming, student: s.incoming },
    gradient,
    form: fromTeacher.data.map((value, at) => value - fromStudent.data[at]),
    scale: largest(fromTeacher.data),
    parts: largestParts(alpha, ofTeacher, ofStudent),
    alignment: (j, k) => cosine(t.fanOut, j, s.fanOut, k),
    residual: (j) => residualOf(t, s, j),
    fanOutNorm: (k) => rowNorm(s.fanOut, k),
  });
};
