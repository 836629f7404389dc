import { affineGradient, backward, gateGradient, type LayerGradient } from '../backward.js';
import { addBiases, forward, type Pass } from '../forward.js';
import { type LossName, lossGradient, lossGradientTangent } from '../loss.js';
import { add, type Matrix, multiply } from '../matrix.js';
import { type Affine, type Network, slopeChangeAt, trainedArrays } from '../network.js';
import { flatten, type Grid, gatherPatches, inputRows, scatterPatches, unflatten } from '../patches.js';
import { plainProduct } from '../product.js';

/** Where the loss of a student is looked at, and in which of its parameters. */
export type LossAt = {
  readonly student: Network;
  readonly loss: LossName;
  readonly grid: Grid;
  /** Inputs [N x d], and what the student should give there [N x c]. */
  readonly x: Matrix;
  readonly target: Matrix;
  /** Whether each array of `trainedArrays` is a parameter, or stays as it is. */
  readonly isFree: readonly boolean[];
};

/** An affine layer for every layer of a network, hidden ones first, over the numbers of one vector. */
const layersOver = ({ hidden, final }: Network, vector: Float64Array): Affine[] => {
  let at = 0;
  const next = (length: number): Float64Array => {
    at += length;
    return vector.subarray(at - length, at);
  };
  return [...hidden, final].map(({ weight, bias }) => ({
    weight: { ...weight, data: next(weight.data.length) },
    bias: bias && next(bias.length),
  }));
};

/** x W^T + b, a row a sample. */
const apply = ({ weight, bias }: Affine, x: Matrix): Matrix => addBiases(plainProduct(x, weight), bias);

/** What a direction changes along the network. */
type Tangents = {
  /** Of what each layer reads, the head last; null of the inputs, which stay. */
  readonly reads: readonly (Matrix | null)[];
  /** Of each hidden layer's pre-activations. */
  readonly linear: readonly Matrix[];
  /** Of the outputs. */
  readonly output: Matrix;
};

/** a + b, where there is a b. */
const plus = (a: Matrix, b: Matrix | null): Matrix => (b ? add(a, b) : a);

/** Adds how the slopes of units change what arrives behind them; nothing of rectifiers. Mutates `arriving`. */
const addBend = (
  arriving: Matrix,
  network: Network,
  preActivation: Matrix,
  tangent: Matrix,
  before: Matrix,
): void => {
  if (network.activation === 'rectifier') return;
  for (let i = 0; i < arriving.data.length; i++)
    arriving.data[i] += slopeChangeAt(network, preActivation.data[i]) * tangent.data[i] * before.data[i];
};

/**
 * The Hessian of a student's loss, as products with vectors over `trainedArrays`: the derivative of back-propagation along
 * a direction, exact to rounding, gates as they are. A difference of gradients would be unbounded where a gate turns
 * between the two points. Networks without batch norm. Source: Pearlmutter 1994, "Fast Exact Multiplication by the Hessian".
 */
export class LossHessian {
  readonly #at: LossAt;
  readonly #pass: Pass;
  readonly #gradients: readonly LayerGradient[];
  readonly #divisor: number;
  /** Numbers of the student, free ones and others; and the free ones alone. */
  readonly size: number;
  readonly parameters: number;
  /** As it is reported. */
  readonly loss: number;

  constructor(at: LossAt) {
    const { student, loss, grid, x, target, isFree } = at;
    this.#at = at;
    this.#pass = forward(student, inputRows(x, grid), grid, false);
    const { gradient, divisor, loss: value } = lossGradient(loss, this.#pass.output, target);
    this.loss = value;
    this.#gradients = backward(student, this.#pass, gradient);
    this.#divisor = divisor;
    const lengths = trainedArrays(student).map(({ length }) => length);
    this.size = lengths.reduce((sum, length) => sum + length, 0);
    this.parameters = lengths.reduce((sum, length, i) => sum + (isFree[i] ? length : 0), 0);
  }

  /** The student's outputs. [N x c] */
  get output(): Matrix {
    return this.#pass.output;
  }

  /** The gradient of the loss; 0 where a number is not free. [size] */
  get gradient(): Float64Array {
    const out = new Float64Array(this.size);
    this.#write(out, this.#gradients);
    return out;
  }

  /** A vector [size] with 0 where a number is not free. */
  free(vector: Float64Array): Float64Array {
    const out = vector.slice();
    this.#clearFixed(out);
    return out;
  }

  /** How the gradient changes along a direction [size], of which only free numbers count; 0 where a number is not free. */
  times(direction: Float64Array): Float64Array {
    const layers = layersOver(this.#at.student, this.free(direction));
    const tangents = this.#forward(layers);
    const out = new Float64Array(this.size);
    this.#write(out, this.#backward(layers, tangents));
    return out;
  }

  /** What a direction changes of every layer's output. */
  #forward(direction: readonly Affine[]): Tangents {
    const { student } = this.#at;
    const { layers, headInput, headGrid } = this.#pass;
    const reads: (Matrix | null)[] = [];
    const linear: Matrix[] = [];
    const through = (l: number, { weight }: Affine, input: Matrix, read: Matrix | null): Matrix => {
      reads.push(read);
      return plus(apply(direction[l], input), read && plainProduct(read, weight));
    };
    let below: Matrix | null = null;
    for (const [l, layer] of student.hidden.entries()) {
      const { input, inputGrid, preActivation } = layers[l];
      const read: Matrix | null = below && student.convolutional ? gatherPatches(below, inputGrid) : below;
      linear.push(through(l, layer, input, read));
      below = gateGradient(linear[l], preActivation, student);
    }
    const read = below && flatten(below, headGrid);
    return { output: through(student.hidden.length, student.final, headInput, read), reads, linear };
  }

  /** What a direction changes of every layer's gradient. */
  #backward(direction: readonly Affine[], { reads, linear, output }: Tangents): Affine[] {
    const { student, loss } = this.#at;
    const { layers, headInput, headGrid } = this.#pass;
    const all = [...student.hidden, student.final];
    const out: Affine[] = [];
    let arriving = lossGradientTangent(loss, this.#pass.output, output);
    for (let l = all.length - 1; l >= 0; l--) {
      const isHead = l === student.hidden.length;
      const { arriving: before } = this.#gradients[l];
      if (!isHead) {
        const { preActivation } = layers[l];
        arriving = gateGradient(arriving, preActivation, student);
        addBend(arriving, student, preActivation, linear[l], before);
      }
      const read = reads[l];
      const { weight, bias } = affineGradient(all[l], isHead ? headInput : layers[l].input, arriving);
      out.unshift({ weight: plus(weight, read && affineGradient(all[l], read, before).weight), bias });
      if (l === 0) break;
      const below = add(multiply(arriving, all[l].weight), multiply(before, direction[l].weight));
      if (isHead) arriving = unflatten(below, headGrid);
      else arriving = student.convolutional ? scatterPatches(below, layers[l].inputGrid) : below;
    }
    return out;
  }

  /** Writes gradients of layers, which are sums over the batch, as means into a vector. Mutates `out`. */
  #write(out: Float64Array, gradients: readonly Affine[]): void {
    for (const [l, { weight, bias }] of layersOver(this.#at.student, out).entries()) {
      weight.data.set(gradients[l].weight.data.map((value) => value / this.#divisor));
      bias?.set((gradients[l].bias ?? bias).map((value) => value / this.#divisor));
    }
    this.#clearFixed(out);
  }

  /** Mutates `vector`. */
  #clearFixed(vector: Float64Array): void {
    let start = 0;
    for (const [i, { length }] of trainedArrays(this.#at.student).entries()) {
      if (!this.#at.isFree[i]) vector.fill(0, start, start + length);
      start += length;
    }
  }
}
