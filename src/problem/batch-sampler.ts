import { RandomStream } from '../net/index.js';
import { EpochSampler } from './epoch-sampler.js';
import type { Problem } from './problem.js';

/** Draws the batches of a run. */
export interface BatchSampler {
  /** Rows of the next batch, valid until the next call; null stands for the whole training set. */
  next(): Int32Array | null;
  /** A standard normal number from the same generator; null of epochs, whose orders are drawn from it. */
  readonly nextNormal: (() => number) | null;
  /** Words that continue the sequence of batches: four with replacement, five of epochs. */
  readonly state: Uint32Array;
}

/** Every row of a batch drawn anew. Source: luckmatters recon_two_layer.py, `run`. */
class ReplacementSampler implements BatchSampler {
  readonly #random: RandomStream;
  readonly #samples: number;
  readonly #batchSize: number | null;

  constructor(state: Uint32Array, samples: number, batchSize: number | null) {
    this.#random = new RandomStream(state);
    this.#samples = samples;
    this.#batchSize = batchSize;
  }

  get state(): Uint32Array {
    return Uint32Array.from(this.#random.state);
  }

  readonly nextNormal = (): number => this.#random.nextNormal();

  next(): Int32Array | null {
    if (this.#batchSize === null) return null;
    return Int32Array.from({ length: this.#batchSize }, () => this.#random.nextIndex(this.#samples));
  }
}

/** The state before the first batch, from a generator's four words. */
export const initialSamplerState = (
  { sampling }: Pick<Problem, 'sampling'>,
  generator: Uint32Array,
): Uint32Array => (sampling === 'epochs' ? EpochSampler.initialState(generator) : generator);

/** The sampler of a problem, at a state of it. */
export const batchSampler = (
  { sampling, batchSize, trainingSet }: Pick<Problem, 'sampling' | 'batchSize' | 'trainingSet'>,
  state: Uint32Array,
): BatchSampler =>
  sampling === 'epochs'
    ? new EpochSampler(state, trainingSet.rows, batchSize ?? trainingSet.rows)
    : new ReplacementSampler(state, trainingSet.rows, batchSize);
