import { square } from '../arithmetic/power.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Network } from '../network.js';
import { ContributionNorms, contributionsAt, type Evaluated, gatesOf, inner } from './contributions.js';
import { type EvaluatedSet, spread } from './evaluated-set.js';

/** Multiplications of a student's gradient form at one sample. */
export const formCost = (teacher: Network, student: Network): number => {
  const outputs = student.final.weight.rows;
  const chain = ({ hidden }: Network): number =>
    hidden.slice(1).reduce((sum, { weight }) => sum + outputs * weight.rows * weight.columns, 0);
  const [n, m] = [student.hidden[0].weight.rows, teacher.hidden[0].weight.rows];
  const form = n * (n + m);
  return student.hidden.length === 1 ? form : chain(teacher) + chain(student) + outputs * form;
};

/** alpha_1 = V_1^T V*_1 [n x m+1] and beta_1 = V_1^T V_1 [n x n+1] at a sample, constant units last. */
type Form = {
  readonly alpha: Matrix;
  readonly beta: Matrix;
  readonly ofTeacher: Matrix;
  readonly ofStudent: Matrix[];
};

const formAt = (teacher: Evaluated, student: Evaluated, sample: number): Form => {
  const [ofTeacher] = contributionsAt(teacher, sample);
  const ofStudent = contributionsAt(student, sample);
  const [lowest] = ofStudent;
  return { alpha: inner(lowest, ofTeacher), beta: inner(lowest, lowest), ofTeacher, ofStudent };
};

/** sum over j of form_kj h_j(x), the constant unit last. */
const sumOfParts = ({ data, columns }: Matrix, k: number, units: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < units.length; j++) sum += units[j] * data[k * columns + j];
  return sum + data[k * columns + units.length];
};

/**
 * g_1(x) = D_1(x) [A_1(x) h*_1(x) - B_1(x) h_1(x)] of dense networks on samples of a set, evenly spread, with
 * A_1 = V_1^T V*_1 and B_1 = V_1^T V_1, what the biases above contribute included; one hidden layer is the special case of
 * constant V_1. Source: Tian 2019.
 */
export class Forms {
  readonly #teacher: Evaluated;
  readonly #student: Evaluated;
  /** Sums over forms: of alpha, of beta and of the teacher's own diagonal. */
  readonly #alpha: Matrix;
  readonly #beta: Matrix;
  readonly #ofTeacher: Float64Array;
  readonly #norms: ContributionNorms;
  /** Forms that were added up: one where it is the same at every sample. */
  #count = 0;
  /** The samples that they are of, by their places in the set. */
  readonly rows: readonly number[];
  /** Largest |alpha_kj h*_j(x)| by student and teacher node. [n x m] */
  readonly parts: Matrix;
  /** The gradient at each student node. [rows x n] */
  readonly gradient: Matrix;

  constructor({ teacher, student, samples }: EvaluatedSet, most: number) {
    const [m, n] = [teacher, student].map(({ network }) => network.hidden[0].weight.rows);
    this.#teacher = teacher;
    this.#student = student;
    this.#alpha = zeros(n, m);
    this.#beta = zeros(n, n);
    this.#ofTeacher = new Float64Array(m);
    this.parts = zeros(n, m);
    this.rows = spread(samples, most);
    this.gradient = zeros(this.rows.length, n);
    const isConstant = student.network.hidden.length === 1;
    this.#norms = new ContributionNorms(student.network, isConstant ? 1 : this.rows.length);
    let form: Form | null = null;
    for (const [at, sample] of this.rows.entries()) {
      if (form === null || !isConstant) {
        form = formAt(teacher, student, sample);
        this.#addMeans(form);
      }
      this.#addSample(form, sample, at);
    }
  }

  /** Cosine of what teacher node j and student node k contribute to the outputs. */
  alignment(j: number, k: number): number {
    const lengths = Math.sqrt(this.#ofTeacher[j] * this.#beta.data[k * this.#beta.columns + k]);
    return lengths === 0 ? 0 : this.#alpha.data[k * this.#alpha.columns + j] / lengths;
  }

  /** sqrt(E |V*_j|^2): length of what a teacher node contributes to the outputs. */
  teacherNorm(j: number): number {
    return Math.sqrt(this.#ofTeacher[j] / this.#count);
  }

  /** sqrt(E |V_l,k|^2) of every hidden layer of the student, lowest first. */
  contributionNorms(): Float64Array[] {
    return this.#norms.norms();
  }

  /** E beta_kk': inner product of what two student nodes contribute to the outputs. */
  beta(k: number, other: number): number {
    return this.#beta.data[k * this.#beta.columns + other] / this.#count;
  }

  #addSample({ alpha, beta }: Form, sample: number, at: number): void {
    const { rows: n, columns: m } = this.parts;
    const [h, g] = [this.#teacher, this.#student].map(({ pass }) => {
      const { columns, data } = pass.layers[0].output;
      return data.subarray(sample * columns, (sample + 1) * columns);
    });
    const gates = gatesOf(this.#student, 0, sample);
    for (let k = 0; k < n; k++) {
      if (gates[k] === 0) continue;
      for (let j = 0; j < m; j++) {
        const part = Math.abs(alpha.data[k * (m + 1) + j] * h[j] * gates[k]);
        this.parts.data[k * m + j] = Math.max(this.parts.data[k * m + j], part);
      }
      this.gradient.data[at * n + k] = gates[k] * (sumOfParts(alpha, k, h) - sumOfParts(beta, k, g));
    }
  }

  #addMeans({ alpha, beta, ofTeacher, ofStudent }: Form): void {
    const { rows: n, columns: m } = this.parts;
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < m; j++) this.#alpha.data[k * m + j] += alpha.data[k * (m + 1) + j];
      for (let other = 0; other < n; other++)
        this.#beta.data[k * n + other] += beta.data[k * (n + 1) + other];
    }
    for (let o = 0; o < ofTeacher.rows; o++)
      for (let j = 0; j < m; j++) this.#ofTeacher[j] += square(ofTeacher.data[o * (m + 1) + j]);
    this.#norms.add(ofStudent);
    this.#count++;
  }
}
