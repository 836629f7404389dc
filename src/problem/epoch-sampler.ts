import { RandomStream } from '../net/index.js';

/** Words of a generator, and of an order: those that it is drawn from, then the samples taken of it. */
const generatorWords = 4;
export const epochWords = 5;

/**
 * Batches without replacement: each epoch goes once through all samples in a new order, its last batch possibly
 * short. Source: torch.utils.data.DataLoader with shuffle.
 */
export class EpochSampler {
  readonly #samples: number;
  readonly #batchSize: number;
  /** The generator before it drew the current order. */
  #epochStart: Uint32Array;
  #random: RandomStream;
  #order: Int32Array;
  #taken: number;

  readonly #noise: RandomStream | null;

  /** `state`: as `initialState` or `state` gives it. */
  constructor(state: Uint32Array, samples: number, batchSize: number) {
    this.#samples = samples;
    this.#batchSize = batchSize;
    this.#epochStart = state.slice(0, generatorWords);
    this.#random = new RandomStream(this.#epochStart);
    this.#order = this.#shuffled();
    this.#taken = state[epochWords - 1];
    const noise = state.length > epochWords ? new RandomStream(state.slice(epochWords)) : null;
    this.#noise = noise;
    this.nextNormal = noise && (() => noise.nextNormal());
  }

  /** The state before the first batch, from the generators of orders and, where there is any, of noise. */
  static initialState(generator: Uint32Array, noise: Uint32Array | null = null): Uint32Array {
    return Uint32Array.from([...generator, 0, ...(noise ?? [])]);
  }

  /** A standard normal number from a generator of its own; null without noise. */
  readonly nextNormal: (() => number) | null;

  /** Words that continue the sequence: five of batches, four of noise. */
  get state(): Uint32Array {
    return Uint32Array.from([...this.#epochStart, this.#taken, ...(this.#noise?.state ?? [])]);
  }

  /** How many rows the next batch has. */
  get nextLength(): number {
    const left = this.#samples - this.#taken;
    return Math.min(this.#batchSize, left > 0 ? left : this.#samples);
  }

  /** Rows of the next batch; valid until the next call. */
  next(): Int32Array {
    if (this.#taken >= this.#samples) {
      this.#epochStart = Uint32Array.from(this.#random.state);
      this.#order = this.#shuffled();
      this.#taken = 0;
    }
    const end = Math.min(this.#samples, this.#taken + this.#batchSize);
    const rows = this.#order.subarray(this.#taken, end);
    this.#taken = end;
    return rows;
  }

  /** Fisher and Yates' shuffle. */
  #shuffled(): Int32Array {
    const order = Int32Array.from({ length: this.#samples }, (_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.#random.nextIndex(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
