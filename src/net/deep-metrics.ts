import type { Affine, DeepNetwork, DeepPass } from './deep-network.js';
import { type Matrix, multiply, transpose, zeros } from './matrix.js';

/** Where the floor under a vanishing variance is added: to the variance, or to the sum of squares. */
export type CorrelationFloor =
  | { readonly addedTo: 'variance'; readonly value: number }
  | { readonly addedTo: 'sum-of-squares'; readonly value: number };

const addInto = (target: Float64Array, values: Float64Array): void => {
  for (let i = 0; i < target.length; i++) target[i] += values[i];
};

const columnSums = (a: Matrix, power: 1 | 2): Float64Array => {
  const sums = new Float64Array(a.columns);
  for (let i = 0; i < a.data.length; i++) sums[i % a.columns] += a.data[i] ** power;
  return sums;
};

/**
 * Correlation of teacher with student units over all batches added so far. [m x n]
 *
 * Source: luckmatters stats_operator.py, StatsCorr (the floor 1e-7 on each variance).
 */
export class RunningCorrelation {
  readonly #floor: CorrelationFloor;
  readonly #products: Matrix;
  readonly #teacher: { readonly sum: Float64Array; readonly squares: Float64Array };
  readonly #student: { readonly sum: Float64Array; readonly squares: Float64Array };
  #count = 0;

  constructor(teachers: number, students: number, floor: CorrelationFloor) {
    this.#floor = floor;
    this.#products = zeros(teachers, students);
    this.#teacher = { sum: new Float64Array(teachers), squares: new Float64Array(teachers) };
    this.#student = { sum: new Float64Array(students), squares: new Float64Array(students) };
  }

  /** Adds a batch of units, [rows x m] and [rows x n]. */
  add(teacher: Matrix, student: Matrix): void {
    addInto(this.#products.data, multiply(transpose(teacher), student).data);
    for (const [totals, units] of [
      [this.#teacher, teacher],
      [this.#student, student],
    ] as const) {
      addInto(totals.sum, columnSums(units, 1));
      addInto(totals.squares, columnSums(units, 2));
    }
    this.#count += teacher.rows;
  }

  correlation(): Matrix {
    const { rows, columns } = this.#products;
    const deviation = (totals: { sum: Float64Array; squares: Float64Array }): Float64Array =>
      totals.squares.map((squares, k) => this.#deviation(squares / this.#count, totals.sum[k] / this.#count));
    const [ofTeacher, ofStudent] = [deviation(this.#teacher), deviation(this.#student)];
    const out = zeros(rows, columns);
    for (let j = 0; j < rows; j++)
      for (let k = 0; k < columns; k++) {
        const means = (this.#teacher.sum[j] * this.#student.sum[k]) / this.#count ** 2;
        const covariance = this.#products.data[j * columns + k] / this.#count - means;
        out.data[j * columns + k] = covariance / (ofTeacher[j] * ofStudent[k]);
      }
    return out;
  }

  #deviation(meanSquare: number, mean: number): number {
    const { addedTo, value } = this.#floor;
    return Math.sqrt(meanSquare - mean * mean + (addedTo === 'variance' ? value : value / this.#count));
  }
}

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

/** Open gates of one sample with the constant unit's appended. [units + 1] */
const openGates = (pass: DeepPass, layer: number, sample: number): Float64Array => {
  const { gated } = pass.layers[layer];
  const gates = new Float64Array(gated.columns + 1).fill(1);
  for (let k = 0; k < gated.columns; k++) gates[k] = gated.data[sample * gated.columns + k] > 0 ? 1 : 0;
  return gates;
};

const identity = (size: number): Matrix => {
  const out = zeros(size, size);
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1;
  return out;
};

/** Batch means, by hidden layer, of H (both sides gated) and beta (ungated). [n1_l+1 x n2_l+1] */
export type GradientForms = { readonly h: readonly Matrix[]; readonly beta: readonly Matrix[] };

/**
 * The paper's forms A_l, B_l that link the gradient at a hidden layer to the units of two networks on the
 * same batch: beta_l = V1_l^T V2_l over the gated weights above layer l, and H_l with that layer's gates too.
 * Dense networks. Source: Tian 2019, multi-layer section; luckmatters stats_operator.py, StatsHs.
 */
export const gradientForms = (
  first: DeepNetwork,
  firstPass: DeepPass,
  second: DeepNetwork,
  secondPass: DeepPass,
): GradientForms => {
  const samples = firstPass.output.rows;
  const above = (network: DeepNetwork, l: number): Matrix =>
    augmented(network.hidden[l + 1] ?? network.final);
  const shape = (l: number): Matrix =>
    zeros(first.hidden[l].weight.rows + 1, second.hidden[l].weight.rows + 1);
  const h = first.hidden.map((_, l) => shape(l));
  const beta = first.hidden.map((_, l) => shape(l));
  for (let sample = 0; sample < samples; sample++) {
    let form = identity(firstPass.output.columns + 1);
    for (let l = first.hidden.length - 1; l >= 0; l--) {
      form = multiply(multiply(transpose(above(first, l)), form), above(second, l));
      addScaled(beta[l], form, 1 / samples);
      gateForm(form, openGates(firstPass, l, sample), openGates(secondPass, l, sample));
      addScaled(h[l], form, 1 / samples);
    }
  }
  return { h, beta };
};

const addScaled = (target: Matrix, a: Matrix, scale: number): void => {
  for (let i = 0; i < target.data.length; i++) target.data[i] += scale * a.data[i];
};

/** Multiplies rows and columns by their gates. Mutates `form`. */
const gateForm = (form: Matrix, rowGates: Float64Array, columnGates: Float64Array): void => {
  for (let i = 0; i < form.data.length; i++)
    form.data[i] *= rowGates[Math.floor(i / form.columns)] * columnGates[i % form.columns];
};
