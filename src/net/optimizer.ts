/** PyTorch's update rules over a list of arrays; hyper-parameters by PyTorch's names and defaults. */
export type OptimizerSettings =
  | { readonly method: 'sgd'; readonly momentum: number; readonly weightDecay: number }
  | { readonly method: 'adam'; readonly weightDecay: number };

const beta1 = 0.9;
const beta2 = 0.999;
const adamEpsilon = 1e-8;

/** Updates arrays in place from their gradients. */
export interface Optimizer {
  /** Mutates every array of `parameters`; `gradients` has the same shape. */
  update(parameters: readonly Float64Array[], gradients: readonly Float64Array[], learningRate: number): void;
}

const zerosLike = (arrays: readonly Float64Array[]): Float64Array[] =>
  arrays.map((array) => new Float64Array(array.length));

/** Stochastic gradient descent with momentum and L2 weight decay. Source: torch.optim.SGD without dampening. */
class Sgd implements Optimizer {
  readonly #momentum: number;
  readonly #weightDecay: number;
  #velocity: Float64Array[] | null = null;

  constructor(momentum: number, weightDecay: number) {
    this.#momentum = momentum;
    this.#weightDecay = weightDecay;
  }

  update(
    parameters: readonly Float64Array[],
    gradients: readonly Float64Array[],
    learningRate: number,
  ): void {
    this.#velocity ??= zerosLike(parameters);
    for (const [p, values] of parameters.entries())
      for (let i = 0; i < values.length; i++) {
        const velocity = this.#velocity[p];
        velocity[i] = this.#momentum * velocity[i] + gradients[p][i] + this.#weightDecay * values[i];
        values[i] -= learningRate * velocity[i];
      }
  }
}

/** Adam (Kingma and Ba 2015) with L2 weight decay added to the gradient. Source: torch.optim.Adam. */
class Adam implements Optimizer {
  readonly #weightDecay: number;
  #first: Float64Array[] | null = null;
  #second: Float64Array[] | null = null;
  #steps = 0;

  constructor(weightDecay: number) {
    this.#weightDecay = weightDecay;
  }

  update(
    parameters: readonly Float64Array[],
    gradients: readonly Float64Array[],
    learningRate: number,
  ): void {
    this.#first ??= zerosLike(parameters);
    this.#second ??= zerosLike(parameters);
    this.#steps++;
    const rate = learningRate / (1 - beta1 ** this.#steps);
    const secondScale = Math.sqrt(1 - beta2 ** this.#steps);
    for (const [p, values] of parameters.entries())
      for (let i = 0; i < values.length; i++) {
        const gradient = gradients[p][i] + this.#weightDecay * values[i];
        const first = this.#first[p];
        const second = this.#second[p];
        first[i] = beta1 * first[i] + (1 - beta1) * gradient;
        second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
        values[i] -= (rate * first[i]) / (Math.sqrt(second[i]) / secondScale + adamEpsilon);
      }
  }
}

export const createOptimizer = (settings: OptimizerSettings): Optimizer =>
  settings.method === 'sgd'
    ? new Sgd(settings.momentum, settings.weightDecay)
    : new Adam(settings.weightDecay);
