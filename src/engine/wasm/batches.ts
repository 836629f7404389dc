import { EpochSampler, epochWords, type Problem } from '../../problem/index.js';
import { sources } from './task.js';

/** Runs steps of `batch` samples from a source (see `sources`, or where a list of indices lies); returns those done. */
export type RunSteps = (steps: number, batch: number, source: number) => number;

/** The source that steps go on from after some of it. */
export const sourceAfter = (source: number, steps: number, batch: number): number =>
  source > sources.wholeSet ? source + steps * batch * Int32Array.BYTES_PER_ELEMENT : source;

/** Where the samples of each step come from. */
export type Batches = {
  /** Runs steps; returns those done, fewer after a loss that is not finite. */
  readonly run: (steps: number) => number;
  /** The words that continue the sequence of batches. */
  readState: () => Uint32Array;
  writeState: (state: Uint32Array) => void;
};

/** Batches that the kernels draw with replacement, or the whole set at every step. `words`: the kernels' generator. */
export const kernelBatches = (
  source: 'drawn' | 'whole-set',
  batch: number,
  words: Uint32Array,
  runSteps: RunSteps,
): Batches => ({
  run: (steps) => runSteps(steps, batch, source === 'drawn' ? sources.sampled : sources.wholeSet),
  readState: () => Uint32Array.from(words),
  writeState: (state) => words.set(state),
});

/** A list of indices in the kernels' memory. */
export type IndexList = { readonly pointer: number; readonly indices: Int32Array };

/** Batches of given rows, as many at a time as the list holds; the last one possibly short. Returns the steps done. */
export const runListed = (
  rows: Int32Array,
  batch: number,
  { pointer, indices }: IndexList,
  runSteps: RunSteps,
): number => {
  const room = Math.floor(indices.length / batch) * batch;
  let done = 0;
  for (let start = 0; start < rows.length; ) {
    const left = rows.length - start;
    const size = Math.min(batch, left);
    const part = rows.subarray(start, start + Math.min(room, Math.floor(left / size) * size));
    indices.set(part);
    const steps = runSteps(part.length / size, size, pointer);
    done += steps;
    if (steps < part.length / size) break;
    start += part.length;
  }
  return done;
};

/**
 * Epochs without replacement: batches are listed for as many steps as the list holds. The noise between steps is drawn from
 * the kernels' generator.
 */
export class EpochBatches implements Batches {
  readonly #create: (state: Uint32Array) => EpochSampler;
  readonly #list: IndexList;
  readonly #runSteps: RunSteps;
  readonly #noiseWords: Uint32Array;
  #sampler: EpochSampler;

  /** `noiseWords`: of the kernels' generator. */
  constructor(
    { samplerState, trainingSet, batchSize }: Problem,
    list: IndexList,
    noiseWords: Uint32Array,
    runSteps: RunSteps,
  ) {
    const batch = batchSize ?? trainingSet.rows;
    this.#create = (words) => new EpochSampler(words, trainingSet.rows, batch);
    this.#list = list;
    this.#noiseWords = noiseWords;
    this.#runSteps = runSteps;
    this.#sampler = this.#create(samplerState);
  }

  run(steps: number): number {
    for (let done = 0; done < steps; ) {
      const before = this.#sampler.state;
      const length = this.#sampler.nextLength;
      const listed = this.#listBatches(steps - done, length);
      const carried = this.#runSteps(listed, length, this.#list.pointer);
      done += carried;
      if (carried < listed) {
        this.#returnTo(before, carried);
        return done;
      }
    }
    return steps;
  }

  readState(): Uint32Array {
    const { state } = this.#sampler;
    if (state.length > epochWords) state.set(this.#noiseWords, epochWords);
    return state;
  }

  writeState(state: Uint32Array): void {
    this.#sampler = this.#create(state);
    this.#noiseWords.set(state.subarray(epochWords));
  }

  /** Lists the next batches of one length, at most so many. Returns how many. */
  #listBatches(most: number, length: number): number {
    const { indices } = this.#list;
    let listed = 0;
    while (listed < most && (listed + 1) * length <= indices.length && this.#sampler.nextLength === length)
      indices.set(this.#sampler.next(), length * listed++);
    return listed;
  }

  /** The sampler as it was after so many batches from a state on. */
  #returnTo(state: Uint32Array, batches: number): void {
    this.#sampler = this.#create(state);
    for (let i = 0; i < batches; i++) this.#sampler.next();
  }
}
