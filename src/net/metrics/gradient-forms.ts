import type { Pass } from '../forward.js';
import { type Matrix, multiply, transpose, zeros } from '../matrix.js';
import type { Affine, Network } from '../network.js';

/** [W b; 0 1]: the layer as one linear map of inputs with a constant 1 appended. [out+1 x in+1] */
const augmented = ({ weight, bias }: Affine): Matrix => {
  const out = zeros(weight.rows + 1, weight.columns + 1);
  for (let i = 0; i < weight.rows; i++) {
    const row = weight.data.subarray(i * weight.columns, (i + 1) * weight.columns);
    out.data.set(row, i * out.columns);
    out.data[(i + 1) * out.columns - 1] = bias?.[i] ?? 0;
  }
  out.data[out.data.length - 1] = 1;
  return out;
};

/** The units whose gates are open at one sample, and the constant unit, which is the last. */
const openUnits = (pass: Pass, layer: number, sample: number): number[] => {
  const { columns, data } = pass.layers[layer].gated;
  const open: number[] = [];
  for (let k = 0; k < columns; k++) if (data[sample * columns + k] > 0) open.push(k);
  return [...open, columns];
};

/** a b of matrices of which only some of a's columns and b's rows are not 0: sums over these, in order. */
const multiplyOver = (a: Matrix, b: Matrix, inner: readonly number[]): Matrix => {
  const out = zeros(a.rows, b.columns);
  const width = b.columns;
  for (let i = 0; i < a.rows; i++)
    for (const k of inner) {
      const scale = a.data[i * a.columns + k];
      for (let j = 0; j < width; j++) out.data[i * width + j] += scale * b.data[k * width + j];
    }
  return out;
};

/** Batch means, by hidden layer, of H (both sides gated) and beta (ungated). [n1_l+1 x n2_l+1] */
export type GradientForms = { readonly h: readonly Matrix[]; readonly beta: readonly Matrix[] };

/**
 * The paper's forms A_l, B_l that link the gradient at a hidden layer to the units of two networks on the
 * same batch: beta_l = V1_l^T V2_l over the gated weights above layer l, and H_l with that layer's gates too.
 * Dense networks. Source: Tian 2019; luckmatters stats_operator.py, StatsHs.
 */
export const gradientForms = (
  first: Network,
  firstPass: Pass,
  second: Network,
  secondPass: Pass,
): GradientForms => {
  const samples = firstPass.output.rows;
  const above = ({ hidden, final }: Network): Matrix[] => [...hidden.slice(1), final].map(augmented);
  const [ofFirst, ofSecond] = [above(first).map(transpose), above(second)];
  const top = first.hidden.length - 1;
  // That of the last hidden layer is the same at every sample.
  const ofTop = multiply(ofFirst[top], ofSecond[top]);
  const { h, beta } = emptyForms(first, second);
  for (let sample = 0; sample < samples; sample++) {
    let form = ofTop;
    for (let l = top; l >= 0; l--) {
      addScaled(beta[l], form, 1 / samples);
      const [rows, columns] = [openUnits(firstPass, l, sample), openUnits(secondPass, l, sample)];
      const gated = gatedForm(form, rows, columns);
      addScaled(h[l], gated, 1 / samples);
      if (l > 0) form = multiplyOver(multiplyOver(ofFirst[l - 1], gated, rows), ofSecond[l - 1], columns);
    }
  }
  return { h, beta };
};

const addScaled = (target: Matrix, a: Matrix, scale: number): void => {
  for (let i = 0; i < target.data.length; i++) target.data[i] += scale * a.data[i];
};

/** A form with 0 where the gate of a row or a column is closed. */
const gatedForm = (form: Matrix, rows: readonly number[], columns: readonly number[]): Matrix => {
  const out = zeros(form.rows, form.columns);
  for (const i of rows)
    for (const j of columns) out.data[i * form.columns + j] = form.data[i * form.columns + j];
  return out;
};

/** Zeros of the shape of the forms that link `first` to `second`. */
const emptyForms = (first: Network, second: Network): GradientForms => {
  const shape = (_: unknown, l: number): Matrix =>
    zeros(first.hidden[l].weight.rows + 1, second.hidden[l].weight.rows + 1);
  return { h: first.hidden.map(shape), beta: first.hidden.map(shape) };
};

/** Adds `scale` times other forms. Mutates `total`. */
const addForms = (total: GradientForms, forms: GradientForms, scale: number): void => {
  for (const [l, matrix] of total.h.entries()) addScaled(matrix, forms.h[l], scale);
  for (const [l, matrix] of total.beta.entries()) addScaled(matrix, forms.beta[l], scale);
};

/** Gradient forms of one hidden layer, means over samples; constant units last. */
export type LayerForms = {
  /** Student with student [n+1 x n+1]. */
  readonly hStudent: Matrix;
  readonly betaStudent: Matrix;
  /** Student with teacher [n+1 x m+1]. */
  readonly hTeacher: Matrix;
  readonly betaTeacher: Matrix;
};

/**
 * The gradient forms of a student with itself and with its teacher over the chunks of a data set. The reference tunes
 * its teachers' biases to the median sample, whose linear output is 0 up to rounding: the gates that the forms hang on
 * there are those of BLAS's sums, so the passes must be computed with sums "fused".
 */
export class RunningForms {
  readonly #teacher: Network;
  readonly #student: Network;
  readonly #ofStudent: GradientForms;
  readonly #ofTeacher: GradientForms;

  constructor(teacher: Network, student: Network) {
    this.#teacher = teacher;
    this.#student = student;
    this.#ofStudent = emptyForms(student, student);
    this.#ofTeacher = emptyForms(student, teacher);
  }

  /** Adds the passes of both networks over a chunk that is this share of all. */
  add(teacher: Pass, student: Pass, share: number): void {
    addForms(this.#ofStudent, gradientForms(this.#student, student, this.#student, student), share);
    addForms(this.#ofTeacher, gradientForms(this.#student, student, this.#teacher, teacher), share);
  }

  /** Of each hidden layer, lowest first. */
  forms(): LayerForms[] {
    return this.#ofStudent.h.map((hStudent, l) => ({
      hStudent,
      betaStudent: this.#ofStudent.beta[l],
      hTeacher: this.#ofTeacher.h[l],
      betaTeacher: this.#ofTeacher.beta[l],
    }));
  }
}
