import { type Matrix, multiply, transpose, zeros } from './matrix.js';

/**
 * A two-layer network. `w1` [d+1 x n]: column k is node k, the last row its bias.
 * `w2` [n+1 x c]: row k is the fan-out weights of node k, the last row the output biases.
 */
export type TwoLayer = { readonly w1: Matrix; readonly w2: Matrix };

/** What a step leaves alone or enforces; see the reference's README, "two-layer inputs". */
export type UpdateRule = {
  readonly relu: boolean;
  readonly featuresFixed: boolean;
  readonly topLayerFixed: boolean;
  /** Student columns (bias excluded) are rescaled to unit length after each update of w1. */
  readonly normalizeStudent: boolean;
  /** Student biases are zeroed after each step. */
  readonly noBias: boolean;
};

/** A forward pass over B samples: `input` [B x d+1] and `hidden` [B x n+1] end in a column of ones. */
export type Activations = {
  readonly input: Matrix;
  readonly hidden: Matrix;
  /** 1 where the pre-activation is >= 0 (always 1 without ReLU and for the constant unit). [B x n+1] */
  readonly gate: Uint8Array;
  readonly output: Matrix;
};

const withOnes = (a: Matrix): Matrix => {
  const out = zeros(a.rows, a.columns + 1);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(a.data.subarray(i * a.columns, (i + 1) * a.columns), i * out.columns);
    out.data[i * out.columns + a.columns] = 1;
  }
  return out;
};

/** Outputs and post-ReLU hidden units. `x` [B x d]. Source: luckmatters two-layer script, `forward`. */
export const forward = (net: TwoLayer, x: Matrix, relu: boolean): Activations => {
  const input = withOnes(x);
  const hidden = withOnes(multiply(input, net.w1));
  const gate = new Uint8Array(hidden.data.length).fill(1);
  if (relu)
    for (let i = 0; i < hidden.data.length; i++)
      if (hidden.data[i] < 0) {
        hidden.data[i] = 0;
        gate[i] = 0;
      }
  return { input, hidden, gate, output: multiply(hidden, net.w2) };
};

/** y_teacher - y_student. [B x c] */
export const outputGradient = (teacherOutput: Matrix, studentOutput: Matrix): Matrix => ({
  ...teacherOutput,
  data: teacherOutput.data.map((y, i) => y - studentOutput.data[i]),
});

/** Deltas of both layers averaged over the batch, and the gradient arriving at each hidden unit. */
export type Gradients = {
  /** [d+1 x n] */ readonly deltaW1: Matrix;
  /** [n+1 x c] */ readonly deltaW2: Matrix;
  /** [B x n+1], the constant unit's column ungated */ readonly g1: Matrix;
};

/** Back-propagation of g2 [B x c]. Source: luckmatters two-layer script, `backward`. */
export const backward = (net: TwoLayer, activations: Activations, g2: Matrix): Gradients => {
  const { input, hidden, gate } = activations;
  const batch = input.rows;
  const deltaW2 = multiply(transpose(hidden), g2);
  const g1 = multiply(g2, transpose(net.w2));
  for (let i = 0; i < g1.data.length; i++) if (!gate[i]) g1.data[i] = 0;
  const nodes = net.w1.columns;
  const withoutConstant = zeros(batch, nodes);
  for (let b = 0; b < batch; b++)
    withoutConstant.data.set(g1.data.subarray(b * (nodes + 1), b * (nodes + 1) + nodes), b * nodes);
  const deltaW1 = multiply(transpose(input), withoutConstant);
  for (let i = 0; i < deltaW1.data.length; i++) deltaW1.data[i] /= batch;
  for (let i = 0; i < deltaW2.data.length; i++) deltaW2.data[i] /= batch;
  return { deltaW1, deltaW2, g1 };
};

/** Rescales every column to unit length without its last row (the bias); a zero column stays. Mutates `w`. */
export const normalizeColumns = (w: Matrix): void => {
  for (let j = 0; j < w.columns; j++) {
    let sum = 0;
    for (let i = 0; i < w.rows - 1; i++) sum += w.data[i * w.columns + j] ** 2;
    if (sum === 0) continue;
    const norm = Math.sqrt(sum);
    for (let i = 0; i < w.rows - 1; i++) w.data[i * w.columns + j] /= norm;
  }
};

const addScaled = (w: Matrix, delta: Matrix, scale: number): void => {
  for (let i = 0; i < w.data.length; i++) w.data[i] += scale * delta.data[i];
};

/**
 * One minibatch update of the student, and the oracle of every engine's step.
 *
 * `x` [B x d], `teacherOutput` [B x c]. Returns the batch's mean squared error before the update.
 * Mutates `student`. Source: luckmatters two-layer script, `run`.
 */
export const step = (
  student: TwoLayer,
  x: Matrix,
  teacherOutput: Matrix,
  learningRate: number,
  rule: UpdateRule,
): number => {
  const activations = forward(student, x, rule.relu);
  const g2 = outputGradient(teacherOutput, activations.output);
  const { deltaW1, deltaW2 } = backward(student, activations, g2);
  if (!rule.featuresFixed) {
    addScaled(student.w1, deltaW1, learningRate);
    if (rule.normalizeStudent) normalizeColumns(student.w1);
  }
  if (!rule.topLayerFixed) addScaled(student.w2, deltaW2, learningRate);
  if (rule.noBias) {
    student.w1.data.fill(0, -student.w1.columns);
    student.w2.data.fill(0, -student.w2.columns);
  }
  return meanSquare(g2);
};

/** Mean over samples and outputs of the squared entries. */
export const meanSquare = (a: Matrix): number => {
  let sum = 0;
  for (const value of a.data) sum += value * value;
  return sum / a.data.length;
};
