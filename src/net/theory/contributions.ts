import { square } from '../arithmetic/power.js';
import type { Pass } from '../forward.js';
import { type Matrix, zeros } from '../matrix.js';
import { type Affine, type Network, slopeAt } from '../network.js';

/** A network and what it computed on the samples. */
export type Evaluated = { readonly network: Network; readonly pass: Pass };

/** What a layer's activation multiplies each unit by at one sample: 1, or the slope below zero. [units] */
export const gatesOf = ({ network, pass }: Evaluated, layer: number, sample: number): Float64Array => {
  const { columns, data } = pass.layers[layer].linear;
  return data.subarray(sample * columns, (sample + 1) * columns).map((x) => slopeAt(network, x));
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

/** V with what the biases above the layer contribute as a last column. [c x nodes] -> [c x nodes+1] */
const withLast = (v: Matrix, last: Float64Array): Matrix => {
  const out = zeros(v.rows, v.columns + 1);
  for (let o = 0; o < v.rows; o++) {
    out.data.set(v.data.subarray(o * v.columns, (o + 1) * v.columns), o * out.columns);
    out.data[o * out.columns + v.columns] = last[o];
  }
  return out;
};

/**
 * V of each hidden layer at one sample, lowest first: what each of its nodes, and last a constant unit, contributes to every
 * output. [c x nodes+1]. Of the last hidden layer it is the same at every sample.
 */
export const contributionsAt = (evaluated: Evaluated, sample: number): Matrix[] => {
  const { hidden, final } = evaluated.network;
  let v = final.weight;
  const ofBiases = Float64Array.from({ length: v.rows }, (_, o) => final.bias?.[o] ?? 0);
  const all = [withLast(v, ofBiases)];
  for (let l = hidden.length - 1; l > 0; l--) {
    const gates = gatesOf(evaluated, l, sample);
    for (let o = 0; o < v.rows; o++)
      for (let u = 0; u < v.columns; u++)
        ofBiases[o] += v.data[o * v.columns + u] * gates[u] * (hidden[l].bias?.[u] ?? 0);
    v = through(v, gates, hidden[l]);
    all.push(withLast(v, ofBiases));
  }
  return all.reverse();
};

/** sqrt of the mean over samples of |V_l(x)|^2, by node of each hidden layer, lowest first: sqrt(E beta_kk). */
export class ContributionNorms {
  readonly #samples: number;
  readonly #squares: Float64Array[];

  constructor({ hidden }: Network, samples: number) {
    this.#samples = samples;
    this.#squares = hidden.map(({ weight }) => new Float64Array(weight.rows));
  }

  /** Adds V of each layer at one of the samples. */
  add(contributions: readonly Matrix[]): void {
    for (const [l, { rows, columns, data }] of contributions.entries()) {
      const squares = this.#squares[l];
      for (let o = 0; o < rows; o++)
        for (let k = 0; k < squares.length; k++) squares[k] += square(data[o * columns + k]) / this.#samples;
    }
  }

  norms(): Float64Array[] {
    return this.#squares.map((squares) => squares.map(Math.sqrt));
  }
}

/** V^T U without the constant unit of V: [c x n+1], [c x m] -> [n x m]. */
export const inner = (v: Matrix, u: Matrix): Matrix => {
  const out = zeros(v.columns - 1, u.columns);
  for (let o = 0; o < v.rows; o++)
    for (let k = 0; k < out.rows; k++) {
      const scale = v.data[o * v.columns + k];
      if (scale === 0) continue;
      for (let j = 0; j < u.columns; j++) out.data[k * u.columns + j] += scale * u.data[o * u.columns + j];
    }
  return out;
};
