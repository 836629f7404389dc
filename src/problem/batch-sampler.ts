import { RandomStream } from '../net/index.js';
import { EpochSampler } from './epoch-sampler.js';
import type { Problem } from './problem.js';

/** Draws the batches of a run. */
export interface BatchSampler {
  /** Rows of the next batch, valid until the next call; null stands for the whole training set. */
  next(): Int32Array | null;
  /** A standard normal number, of the noise between steps: from the same generator, or one of its own beside epochs. */
  readonly nextNormal: (() => number) | null;
  /** Words that continue the sequence of batches: four with replacement, five of epochs, and four of their noise. */
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

/** The state before the first batch, from the four words of a generator, and of that of the noise beside epochs. */
export const initialSamplerState = (
  { sampling, rule }: Pick<Problem, 'sampling' | 'rule'>,
  generator: Uint32Array,
  noise: Uint32Array,
): Uint32Array =>
  sampling === 'epochs'
    ? EpochSampler.initialState(generator, rule.temperature > 0 ? noise : null)
    : generator;

/** The sampler of a problem, at a state of it. */
export const batchSampler = (
  { sampling, batchSize, trainingSet }: Pick<Problem, 'sampling' | 'batchSize' | 'trainingSet'>,
  state: Uint32Array,
): BatchSampler =>
  sampling === 'epochs'
    ? new EpochSampler(state, trainingSet.rows, batchSize ?? trainingSet.rows)
    : new ReplacementSampler(state, trainingSet.rows, batchSize);
