import type { Matrix } from '../matrix.js';
import { everyArray, type Network } from '../network.js';
import { spreadRows } from '../theory/evaluated-set.js';
import { kernelDistance, kernelObstacle, tangentKernel } from './tangent-kernel.js';

/** How far a student is from where it started: little in lazy training, much where features are learned. */
export type Richness = {
  /** |W - W0| / |W0| of each layer's weights, the head's last. */
  readonly distance: readonly number[];
  /** How much the tangent kernel has turned, from 0 to 1; NaN where it is not computed. */
  readonly kernel: number;
};

/** Samples that the tangent kernel is computed on, and multiplications that it may take. */
const kernelSamples = 100;
const kernelBudget = 4e8;

const layersOf = ({ hidden, final }: Network) => [...hidden, final];

const difference = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));

const distanceOf = (student: Network, start: Network): number[] => {
  const before = layersOf(start);
  return layersOf(student).map(({ weight }, l) => {
    const from = before[l].weight.data;
    return difference(weight.data, from) / difference(from, new Float64Array(from.length));
  });
};

/** Multiplications of a kernel, by sample: a pass back for each output, and its products with every other sample. */
const costOfSample = (network: Network): number => {
  const layers = layersOf(network);
  const parameters = layers.reduce((sum, { weight }) => sum + weight.data.length, 0);
  const units = layers.reduce((sum, { weight }) => sum + weight.rows, 0);
  return network.final.weight.rows * (3 * parameters + (kernelSamples / 2) * units);
};

/** Compares students with the one that a run started with. */
export class RichnessGauge {
  readonly #start: Network;
  readonly #samples: Matrix;
  readonly #hasKernel: boolean;
  #kernelAtStart: Matrix | null = null;

  /** `x`: a data set [N x d] that stays the same. */
  constructor(start: Network, x: Matrix) {
    this.#start = start;
    this.#samples = spreadRows(x, kernelSamples);
    const cost = this.#samples.rows * costOfSample(start);
    this.#hasKernel = kernelObstacle(start) === null && cost <= kernelBudget;
  }

  /** Source: Chizat, Oyallon and Bach 2019, "On Lazy Training in Differentiable Programming". */
  of(student: Network): Richness {
    const distance = distanceOf(student, this.#start);
    const isSound = everyArray(student).every((array) => array.every(Number.isFinite));
    if (!this.#hasKernel || !isSound) return { distance, kernel: Number.NaN };
    this.#kernelAtStart ??= tangentKernel(this.#start, this.#samples);
    return { distance, kernel: kernelDistance(tangentKernel(student, this.#samples), this.#kernelAtStart) };
  }
}
