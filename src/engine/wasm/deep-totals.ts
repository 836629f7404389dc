import type { BatchLosses } from '../engine.js';

const widened = (before: Float64Array, layers: number): Float64Array => {
  const out = new Float64Array(layers);
  out.set(before);
  return out;
};

/** Losses and gradient norms added up step by step as addLoss does, without a new object for each. */
export class LossTotals {
  #steps: number;
  #minimum: number;
  #sum: number;
  #maximum: number;
  readonly #weights: Float64Array;
  readonly #biases: Float64Array;

  constructor({ steps, minimum, sum, maximum, gradientNorms }: BatchLosses, layers: number) {
    this.#steps = steps;
    this.#minimum = minimum;
    this.#sum = sum;
    this.#maximum = maximum;
    this.#weights = widened(gradientNorms.weights, layers);
    this.#biases = widened(gradientNorms.biases, layers);
  }

  /** `squares`: sums of squares of the gradient that each thread has found, weights' and biases' of each layer in turn. */
  add(loss: number, squares: readonly Float64Array[]): void {
    this.#steps++;
    this.#minimum = Math.min(this.#minimum, loss);
    this.#sum += loss;
    this.#maximum = Math.max(this.#maximum, loss);
    for (let l = 0; l < this.#weights.length; l++) {
      let weights = 0;
      let biases = 0;
      for (const found of squares) {
        weights += found[2 * l];
        biases += found[2 * l + 1];
      }
      this.#weights[l] += Math.sqrt(weights);
      this.#biases[l] += Math.sqrt(biases);
    }
  }

  get losses(): BatchLosses {
    return {
      steps: this.#steps,
      minimum: this.#minimum,
      sum: this.#sum,
      maximum: this.#maximum,
      gradientNorms: { weights: this.#weights, biases: this.#biases },
    };
  }
}
