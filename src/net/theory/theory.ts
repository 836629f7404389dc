import { backward } from '../backward.js';
import { forward } from '../forward.js';
import { type Matrix, takeColumns, takeRows, zeros } from '../matrix.js';
import type { Network } from '../network.js';
import { contributionsAt, type Evaluated, gatesOf, inner } from './contributions.js';
import { residuals, withBias } from './residual.js';
import { type Theory, theoryOf } from './theory-quantities.js';

/** Multiplications that an evaluation may take, and the fewest samples that say anything. */
const budget = 2e8;
const leastSamples = 20;

const point = { height: 1, width: 1 };

/** Multiplications of the gradient's form at one sample; with one hidden layer the form is the same at all of them. */
const costOf = (teacher: Network, student: Network): number => {
  const outputs = student.final.weight.rows;
  const chain = ({ hidden }: Network): number =>
    hidden.slice(1).reduce((sum, { weight }) => sum + outputs * weight.rows * weight.columns, 0);
  const [n, m] = [student.hidden[0].weight.rows, teacher.hidden[0].weight.rows];
  const form = n * (n + m);
  return student.hidden.length === 1 ? form : chain(teacher) + chain(student) + outputs * form;
};

/** Why the statements cannot be evaluated on a student; null where they can. */
export const theoryObstacle = (teacher: Network, student: Network): string | null => {
  if (student.convolutional)
    return 'the statements are evaluated on dense layers only, these are convolutions';
  if (student.hidden.some(({ norm }) => norm) || teacher.hidden.some(({ norm }) => norm))
    return 'the statements are about layers without batch norm';
  if (leastSamples * costOf(teacher, student) > budget)
    return 'the network is too large for the gradient form at every sample';
  return null;
};

/** alpha_1 = V_1^T V*_1 [n x m+1] and beta_1 = V_1^T V_1 [n x n+1] at a sample, constant units last. */
type Form = { readonly alpha: Matrix; readonly beta: Matrix; readonly ofTeacher: Matrix };

const formAt = (teacher: Evaluated, student: Evaluated, sample: number): Form => {
  const [ofTeacher, ofStudent] = [contributionsAt(teacher, sample), contributionsAt(student, sample)];
  return { alpha: inner(ofStudent, ofTeacher), beta: inner(ofStudent, ofStudent), ofTeacher };
};

/** sum over j of form_kj h_j(x), the constant unit last. */
const sumOfParts = ({ data, columns }: Matrix, k: number, units: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < units.length; j++) sum += units[j] * data[k * columns + j];
  return sum + data[k * columns + units.length];
};

/** Sums over samples, and all samples' gradients, of the lowest layer's forms. */
class Forms {
  readonly #teacher: Evaluated;
  readonly #student: Evaluated;
  /** Sums over forms of alpha, of the diagonal of beta and of that of the teacher's own. */
  readonly alpha: Matrix;
  readonly beta: Float64Array;
  readonly ofTeacher: Float64Array;
  /** Forms that were added up: one where it is the same at every sample. */
  count = 0;
  /** The largest part of each teacher node, and the largest of the teacher's whole part. */
  readonly parts: Float64Array;
  scale = 0;
  /** The gradient at each student node by the form. [N x n] */
  readonly gradient: Float64Array;

  constructor(teacher: Evaluated, student: Evaluated) {
    const [m, n] = [teacher, student].map(({ network }) => network.hidden[0].weight.rows);
    this.#teacher = teacher;
    this.#student = student;
    this.alpha = zeros(n, m);
    this.beta = new Float64Array(n);
    this.ofTeacher = new Float64Array(m);
    this.parts = new Float64Array(m);
    const samples = student.pass.output.rows;
    this.gradient = new Float64Array(samples * n);
    const isConstant = student.network.hidden.length === 1;
    let form: Form | null = null;
    for (let i = 0; i < samples; i++) {
      if (form === null || !isConstant) {
        form = formAt(teacher, student, i);
        this.#addMeans(form);
      }
      this.#addSample(form, i);
    }
  }

  /** g_1(x) = D_1(x) [A_1(x) h*_1(x) - B_1(x) h_1(x)] of one sample, what the biases above contribute included. */
  #addSample({ alpha, beta }: Form, i: number): void {
    const [n, m] = [this.beta.length, this.parts.length];
    const [h, g] = [this.#teacher, this.#student].map(({ pass }) => {
      const { columns, data } = pass.layers[0].output;
      return data.subarray(i * columns, (i + 1) * columns);
    });
    const gates = gatesOf(this.#student, 0, i);
    for (let k = 0; k < n; k++) {
      if (gates[k] === 0) continue;
      const fromTeacher = gates[k] * sumOfParts(alpha, k, h);
      for (let j = 0; j < m; j++)
        this.parts[j] = Math.max(this.parts[j], Math.abs(alpha.data[k * (m + 1) + j] * h[j] * gates[k]));
      this.gradient[i * n + k] = fromTeacher - gates[k] * sumOfParts(beta, k, g);
      this.scale = Math.max(this.scale, Math.abs(fromTeacher));
    }
  }

  #addMeans({ alpha, beta, ofTeacher }: Form): void {
    const [n, m] = [this.beta.length, this.parts.length];
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < m; j++) this.alpha.data[k * m + j] += alpha.data[k * (m + 1) + j];
      this.beta[k] += beta.data[k * (n + 1) + k];
    }
    for (let o = 0; o < ofTeacher.rows; o++)
      for (let j = 0; j < m; j++) this.ofTeacher[j] += ofTeacher.data[o * (m + 1) + j] ** 2;
    this.count++;
  }

  /** Cosine of what teacher node j and student node k contribute to the outputs. */
  alignment(j: number, k: number): number {
    const lengths = Math.sqrt(this.ofTeacher[j] * this.beta[k]);
    return lengths === 0 ? 0 : this.alpha.data[k * this.parts.length + j] / lengths;
  }
}

/** The error of the outputs, back-propagated to the lowest layer's nodes, their gates included. [N x n] */
const backPropagated = (teacher: Evaluated, student: Evaluated): Float64Array => {
  const { output } = student.pass;
  const error = { ...output, data: output.data.map((y, i) => teacher.pass.output.data[i] - y) };
  return backward(student.network, student.pass, error)[0].arriving.data;
};

/**
 * Evaluates the paper's statements on the lowest layer of a dense student, with biases and output biases as they are, on
 * as many of the samples as there is time for. `x` [N x d]; `active`: the teacher nodes of that layer that count.
 * Source: Tian 2019: g_1(x) = D_1(x) [A_1(x) h*_1(x) - B_1(x) h_1(x)] with A_1 = V_1^T V*_1 and B_1 = V_1^T V_1, of which
 * one hidden layer is the special case with constant V_1.
 */
export const evaluateTheory = (
  teacher: Network,
  student: Network,
  active: readonly number[],
  x: Matrix,
): Theory => {
  const samples = Math.min(x.rows, Math.floor(budget / costOf(teacher, student)));
  const inputs = takeRows(
    x,
    Array.from({ length: samples }, (_, i) => i),
  );
  const [of, from] = [teacher, student].map(
    (network): Evaluated => ({ network, pass: forward(network, inputs, point, false) }),
  );
  const forms = new Forms(of, from);
  const unexplained = residuals(teacher, student, active);
  return theoryOf({
    units: {
      teacher: takeColumns(of.pass.layers[0].output, active),
      student: from.pass.layers[0].output,
    },
    incoming: {
      teacher: takeRows(withBias(teacher.hidden[0]), active),
      student: withBias(student.hidden[0]),
    },
    gradient: backPropagated(of, from),
    form: forms.gradient,
    scale: forms.scale,
    parts: Float64Array.from(active, (node) => forms.parts[node]),
    alignment: (j, k) => forms.alignment(active[j], k),
    residual: (j) => unexplained[j],
    fanOutNorm: (k) => Math.sqrt(forms.beta[k] / forms.count),
  });
};
