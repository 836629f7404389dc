import { type Affine, type DeepNetwork, type DeepPass, deepForward } from '../deep-network.js';
import { type Matrix, multiply, takeColumns, transpose, zeros } from '../matrix.js';
import { type Grid, inputRows } from '../patches.js';

/** Where the floor under a vanishing variance is added: to the variance, or to the sum of squares. */
export type CorrelationFloor =
  | { readonly addedTo: 'variance'; readonly value: number }
  | { readonly addedTo: 'sum-of-squares'; readonly value: number };

/** The floor that the reference uses for a network: with batches of dense layers, or with images. */
export const correlationFloor = ({ convolutional }: DeepNetwork): CorrelationFloor =>
  convolutional ? { addedTo: 'sum-of-squares', value: 1e-10 } : { addedTo: 'variance', value: 1e-7 };

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
  const { h, beta } = emptyForms(first, second);
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

/**
 * Counts, batch by batch, on how many samples (and positions) student node k is active on either side of teacher
 * node j's boundary. Source: luckmatters recon_two_layer.py, compute_boundary_obs.
 */
class RunningObservability {
  readonly #both: Matrix;
  readonly #active: Float64Array;

  constructor(teachers: number, students: number) {
    this.#both = zeros(teachers, students);
    this.#active = new Float64Array(students);
  }

  add(teacher: Matrix, student: Matrix): void {
    const [m, n] = [teacher.columns, student.columns];
    for (let i = 0; i < student.rows; i++)
      for (let k = 0; k < n; k++) {
        if (!(student.data[i * n + k] > 0)) continue;
        this.#active[k]++;
        for (let j = 0; j < m; j++) if (teacher.data[i * m + j] > 0) this.#both.data[j * n + k]++;
      }
  }

  observability(): Float64Array {
    return this.#both.data.map((both, i) => Math.min(both, this.#active[i % this.#both.columns] - both));
  }
}

/**
 * Metrics of both networks over the chunks of a data set. The reference tunes its teachers' biases to the median
 * sample, whose linear output is 0 up to rounding: the gates that gradient forms hang on there are those of BLAS's
 * sums.
 */
export class DeepEvaluation {
  readonly #teacher: DeepNetwork;
  readonly #student: DeepNetwork;
  readonly #activeNodes: readonly (readonly number[])[];
  readonly #correlations: readonly RunningCorrelation[];
  readonly #observabilities: readonly RunningObservability[];
  readonly #forms: { readonly ofStudent: GradientForms; readonly ofTeacher: GradientForms } | null;

  /** `activeNodes`: the teacher nodes of each layer that the metrics are about. */
  constructor(
    teacher: DeepNetwork,
    student: DeepNetwork,
    activeNodes: readonly (readonly number[])[],
    gradientForms: boolean,
  ) {
    this.#teacher = teacher;
    this.#student = student;
    this.#activeNodes = activeNodes;
    const floor = correlationFloor(student);
    const shapes = activeNodes.map((nodes, l) => [nodes.length, student.hidden[l].weight.rows] as const);
    this.#correlations = shapes.map(([m, n]) => new RunningCorrelation(m, n, floor));
    this.#observabilities = shapes.map(([m, n]) => new RunningObservability(m, n));
    this.#forms = gradientForms
      ? { ofStudent: emptyForms(student, student), ofTeacher: emptyForms(student, teacher) }
      : null;
  }

  /** Adds a chunk [samples x d] that is this share of all; returns the outputs of both networks on it. */
  add(x: Matrix, grid: Grid, share: number): { readonly student: Matrix; readonly target: Matrix } {
    const rows = inputRows(x, grid);
    const sums = this.#forms ? 'fused' : 'plain';
    const teacher = deepForward(this.#teacher, rows, grid, false, sums);
    const student = deepForward(this.#student, rows, grid, false, sums);
    this.#activeNodes.forEach((nodes, l) => {
      const all = teacher.layers[l].output;
      const units = nodes.length === all.columns ? all : takeColumns(all, nodes);
      this.#correlations[l].add(units, student.layers[l].output);
      this.#observabilities[l].add(units, student.layers[l].output);
    });
    if (this.#forms) {
      addForms(this.#forms.ofStudent, gradientForms(this.#student, student, this.#student, student), share);
      addForms(this.#forms.ofTeacher, gradientForms(this.#student, student, this.#teacher, teacher), share);
    }
    return { student: student.output, target: teacher.output };
  }

  /** Correlation and observability of each hidden layer. */
  layers() {
    return this.#correlations.map((running, l) => {
      const { rows, columns, data } = running.correlation();
      const observability = this.#observabilities[l].observability();
      return { teachers: rows, students: columns, correlation: data, observability };
    });
  }

  /** Means of the gradient forms of each hidden layer; null when they were not asked for. */
  forms() {
    if (!this.#forms) return null;
    const { ofStudent, ofTeacher } = this.#forms;
    return ofStudent.h.map((hStudent, l) => ({
      hStudent,
      betaStudent: ofStudent.beta[l],
      hTeacher: ofTeacher.h[l],
      betaTeacher: ofTeacher.beta[l],
    }));
  }
}

/** Zeros of the shape of the forms that link `first` to `second`. */
const emptyForms = (first: DeepNetwork, second: DeepNetwork): GradientForms => {
  const shape = (_: unknown, l: number): Matrix =>
    zeros(first.hidden[l].weight.rows + 1, second.hidden[l].weight.rows + 1);
  return { h: first.hidden.map(shape), beta: first.hidden.map(shape) };
};

/** Adds `scale` times other forms. Mutates `total`. */
const addForms = (total: GradientForms, forms: GradientForms, scale: number): void => {
  for (const [l, matrix] of total.h.entries()) addScaled(matrix, forms.h[l], scale);
  for (const [l, matrix] of total.beta.entries()) addScaled(matrix, forms.beta[l], scale);
};
