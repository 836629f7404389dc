import { type Affine, type DeepNetwork, type DeepPass, deepForward } from '../deep-network.js';
import { type Matrix, takeColumns, takeRows, zeros } from '../matrix.js';
import { type Theory, theoryOf } from './theory-quantities.js';

/** Multiplications that an evaluation may take, and the fewest samples that say anything. */
const budget = 2e8;
const leastSamples = 20;

const point = { height: 1, width: 1 };

/** Multiplications of the gradient's form at one sample. */
const costOf = (teacher: DeepNetwork, student: DeepNetwork): number => {
  const outputs = student.final.weight.rows;
  const chain = ({ hidden }: DeepNetwork): number =>
    hidden.slice(1).reduce((sum, { weight }) => sum + outputs * weight.rows * weight.columns, 0);
  const [n, m] = [student.hidden[0].weight.rows, teacher.hidden[0].weight.rows];
  return chain(teacher) + chain(student) + outputs * n * (n + m);
};

/** Why the statements cannot be evaluated on a student of several layers; null where they can. */
export const deepTheoryObstacle = (teacher: DeepNetwork, student: DeepNetwork): string | null => {
  if (student.convolutional)
    return 'the statements are evaluated on dense layers only, these are convolutions';
  if (student.hidden.some(({ norm }) => norm) || teacher.hidden.some(({ norm }) => norm))
    return 'the statements are about layers without batch norm';
  if (leastSamples * costOf(teacher, student) > budget)
    return 'the network is too large for the gradient form at every sample';
  return null;
};

/** What a layer's activation multiplies a unit by: 1, or the slope below zero. */
const gatesOf = (pass: DeepPass, slope: number, layer: number, sample: number): Float64Array => {
  const { linear } = pass.layers[layer];
  return Float64Array.from({ length: linear.columns }, (_, k) =>
    linear.data[sample * linear.columns + k] > 0 ? 1 : slope,
  );
};

/** V D W: [c x u] times gates [u] times a layer's weights [u x v]. */
const through = (v: Matrix, gates: Float64Array, { weight }: Affine): Matrix => {
  const out = zeros(v.rows, weight.columns);
  for (let o = 0; o < v.rows; o++)
    for (let u = 0; u < v.columns; u++) {
      const scale = v.data[o * v.columns + u] * gates[u];
      if (scale === 0) continue;
      for (let i = 0; i < weight.columns; i++)
        out.data[o * weight.columns + i] += scale * weight.data[u * weight.columns + i];
    }
  return out;
};

/** V_1 at one sample: what each node of the lowest layer contributes to every output, and the rest. */
type Contributions = {
  /** [c x nodes] */
  readonly v: Matrix;
  /** What the biases above them contribute. [c] */
  readonly rest: Float64Array;
};

const contributionsAt = (network: DeepNetwork, pass: DeepPass, sample: number): Contributions => {
  const { weight, bias } = network.final;
  let v = weight;
  const rest = Float64Array.from({ length: weight.rows }, (_, o) => bias?.[o] ?? 0);
  for (let l = network.hidden.length - 1; l > 0; l--) {
    const gates = gatesOf(pass, network.slope, l, sample);
    const layer = network.hidden[l];
    for (let o = 0; o < v.rows; o++)
      for (let u = 0; u < v.columns; u++)
        rest[o] += v.data[o * v.columns + u] * gates[u] * (layer.bias?.[u] ?? 0);
    v = through(v, gates, layer);
  }
  return { v, rest };
};

/** V^T U: [c x n], [c x m] -> [n x m]. */
const inner = (v: Matrix, u: Matrix): Matrix => {
  const out = zeros(v.columns, u.columns);
  for (let o = 0; o < v.rows; o++)
    for (let k = 0; k < v.columns; k++) {
      const scale = v.data[o * v.columns + k];
      if (scale === 0) continue;
      for (let j = 0; j < u.columns; j++) out.data[k * u.columns + j] += scale * u.data[o * u.columns + j];
    }
  return out;
};

/** The error of the outputs, back-propagated to the units of the lowest layer, gates of that layer included. [n] */
const backPropagated = (
  network: DeepNetwork,
  pass: DeepPass,
  sample: number,
  error: Float64Array,
): Float64Array => {
  let arriving = error;
  for (let l = network.hidden.length; l > 0; l--) {
    const { weight } = network.hidden[l] ?? network.final;
    const below = new Float64Array(weight.columns);
    for (let u = 0; u < weight.rows; u++)
      for (let i = 0; i < weight.columns; i++) below[i] += weight.data[u * weight.columns + i] * arriving[u];
    const gates = gatesOf(pass, network.slope, l - 1, sample);
    arriving = below.map((value, i) => value * gates[i]);
  }
  return arriving;
};

/** Sums over samples, and all samples' gradients, of the lowest layer's forms. */
class Forms {
  /** E (A_1)_kj and the diagonals of E B_1 and of the teacher's own. */
  readonly alpha: Matrix;
  readonly beta: Float64Array;
  readonly ofTeacher: Float64Array;
  readonly parts: Float64Array;
  readonly gradient: Float64Array;
  readonly form: Float64Array;
  scale = 0;

  constructor(samples: number, n: number, m: number) {
    this.alpha = zeros(n, m);
    this.beta = new Float64Array(n);
    this.ofTeacher = new Float64Array(m);
    this.parts = new Float64Array(m);
    this.gradient = new Float64Array(samples * n);
    this.form = new Float64Array(samples * n);
  }

  /**
   * Adds g_1(x) = D_1(x) [A_1(x) h*_1(x) - B_1(x) h_1(x)] of one sample, what the biases above contribute included.
   */
  add(teacher: readonly [DeepNetwork, DeepPass], student: readonly [DeepNetwork, DeepPass], i: number): void {
    const [of, from] = [contributionsAt(...teacher, i), contributionsAt(...student, i)];
    const [a, b] = [inner(from.v, of.v), inner(from.v, from.v)];
    const [n, m] = [a.rows, a.columns];
    const [unitsOf, unitsFrom] = [teacher[1].layers[0].output, student[1].layers[0].output];
    const gates = gatesOf(student[1], student[0].slope, 0, i);
    for (let k = 0; k < n; k++) {
      let ofTeacher = 0;
      let ofStudent = 0;
      for (let o = 0; o < from.v.rows; o++) {
        ofTeacher += from.v.data[o * n + k] * of.rest[o];
        ofStudent += from.v.data[o * n + k] * from.rest[o];
      }
      for (let j = 0; j < m; j++) {
        const part = a.data[k * m + j] * unitsOf.data[i * m + j];
        ofTeacher += part;
        this.parts[j] = Math.max(this.parts[j], Math.abs(part * gates[k]));
      }
      for (let other = 0; other < n; other++)
        ofStudent += b.data[k * n + other] * unitsFrom.data[i * n + other];
      this.form[i * n + k] = gates[k] * (ofTeacher - ofStudent);
      this.scale = Math.max(this.scale, Math.abs(gates[k] * ofTeacher));
    }
    this.#addMeans(a, b, of.v);
    const error = Float64Array.from(of.rest, (_, o) => {
      const at = i * of.v.rows + o;
      return teacher[1].output.data[at] - student[1].output.data[at];
    });
    this.gradient.set(backPropagated(...student, i, error), i * n);
  }

  #addMeans(a: Matrix, b: Matrix, v: Matrix): void {
    for (let at = 0; at < a.data.length; at++) this.alpha.data[at] += a.data[at];
    for (let k = 0; k < b.rows; k++) this.beta[k] += b.data[k * b.columns + k];
    for (let at = 0; at < v.data.length; at++) this.ofTeacher[at % v.columns] += v.data[at] ** 2;
  }
}

const withOnes = (a: Matrix): Matrix => {
  const out = zeros(a.rows, a.columns + 1);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(a.data.subarray(i * a.columns, (i + 1) * a.columns), i * out.columns);
    out.data[i * out.columns + a.columns] = 1;
  }
  return out;
};

const withBias = ({ weight, bias }: Affine): Matrix => {
  const out = withOnes(weight);
  for (let k = 0; k < out.rows; k++) out.data[k * out.columns + weight.columns] = bias?.[k] ?? 0;
  return out;
};

/**
 * Evaluates the paper's statements on the lowest layer of a dense student of several layers, on as many of the samples
 * as there is time for. `x` [N x d]; `active`: the teacher nodes of that layer that count. Source: Tian 2019, multi-layer
 * section: g_1(x) = D_1(x) [A_1(x) h*_1(x) - B_1(x) h_1(x)] with A_1 = V_1^T V*_1 and B_1 = V_1^T V_1.
 */
export const evaluateDeepTheory = (
  teacher: DeepNetwork,
  student: DeepNetwork,
  active: readonly number[],
  x: Matrix,
): Theory => {
  const samples = Math.min(x.rows, Math.floor(budget / costOf(teacher, student)));
  const inputs = takeRows(
    x,
    Array.from({ length: samples }, (_, i) => i),
  );
  const ofTeacher = deepForward(teacher, inputs, point, false);
  const ofStudent = deepForward(student, inputs, point, false);
  const [n, m] = [student.hidden[0].weight.rows, teacher.hidden[0].weight.rows];
  const forms = new Forms(samples, n, m);
  for (let i = 0; i < samples; i++) forms.add([teacher, ofTeacher], [student, ofStudent], i);
  const cosine = (j: number, k: number): number => {
    const lengths = Math.sqrt(forms.ofTeacher[j] * forms.beta[k]);
    return lengths === 0 ? 0 : forms.alpha.data[k * m + j] / lengths;
  };
  const incoming = withBias(teacher.hidden[0]);
  return theoryOf({
    units: {
      teacher: withOnes(takeColumns(ofTeacher.layers[0].output, active)),
      student: withOnes(ofStudent.layers[0].output),
    },
    incoming: { teacher: takeRows(incoming, active), student: withBias(student.hidden[0]) },
    gradient: forms.gradient,
    form: forms.form,
    scale: forms.scale,
    parts: Float64Array.from(active, (node) => forms.parts[node]),
    alignment: (j, k) => cosine(active[j], k),
    residual: () => Number.NaN,
    fanOutNorm: (k) => Math.sqrt(forms.beta[k] / samples),
  });
};
