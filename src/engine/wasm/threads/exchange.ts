import { type DeepJob, jobNumbers, jobWords, readJob, writeJob } from './job.js';

/**
 * Words before the job's own. The claim counts jobs in its upper bits and the parts of the job that have been taken
 * in the lower ones, so that a thread that comes late takes nothing of a job that it has not seen.
 */
const claim = 0;
const doneCount = 1;
const failedCount = 2;
const ended = 3;
const headWords = 4;
export const exchangeWords = headWords + jobWords;

const partBits = 8;
const partMask = (1 << partBits) - 1;
/** Most threads of an engine: their parts are counted in the claim's lower bits. */
export const mostThreads = partMask;

/**
 * Looks at a word that another thread is about to change before a thread sleeps: some 50 µs, longer than threads
 * usually wait for each other within a step. Where other programs want the processors, longer looking costs them and
 * us a time slice each.
 */
const looks = 5_000;

/** Waits until a word is no longer what it was. */
const awaitChange = (words: Int32Array, index: number, was: number): void => {
  for (let i = 0; i < looks; i++) if (Atomics.load(words, index) !== was) return;
  while (Atomics.load(words, index) === was) Atomics.wait(words, index, was);
};

/** Where in the memory the exchange and its jobs' numbers lie, in bytes, and for how many threads. */
type ExchangePlace = {
  readonly exchange: number;
  readonly exchangeNumbers: number;
  readonly threads: number;
};

/**
 * Hands jobs to threads in shared memory. A job has as many parts as the engine has threads; each part is taken by
 * whichever thread comes first, so that a helper that the system keeps from running holds nobody up.
 */
export class DeepExchange {
  readonly #words: Int32Array;
  readonly #job: Int32Array;
  readonly #numbers: Float64Array;
  readonly #parts: number;

  constructor({ exchange, exchangeNumbers, threads }: ExchangePlace, memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory, exchange, exchangeWords);
    this.#job = this.#words.subarray(headWords);
    this.#numbers = new Float64Array(memory, exchangeNumbers, jobNumbers);
    this.#parts = threads;
  }

  /** Offers a job, of which all parts of the one before are done. */
  post(job: DeepJob): void {
    writeJob(job, this.#job, this.#numbers);
    Atomics.store(this.#words, doneCount, 0);
    const jobs = Atomics.load(this.#words, claim) >> partBits;
    Atomics.store(this.#words, claim, (jobs + 1) << partBits);
    Atomics.notify(this.#words, claim);
  }

  /** Takes a part of the job that is offered; null when none is left. */
  take(): number | null {
    for (;;) {
      const was = Atomics.load(this.#words, claim);
      const part = was & partMask;
      if (part >= this.#parts) return null;
      if (Atomics.compareExchange(this.#words, claim, was, was + 1) === was) return part;
    }
  }

  /** The job that a part has been taken of. */
  get job(): DeepJob {
    return readJob(this.#job, this.#numbers);
  }

  /** A part is done, or has failed. */
  finish(succeeded: boolean): void {
    if (!succeeded) Atomics.add(this.#words, failedCount, 1);
    Atomics.add(this.#words, doneCount, 1);
    Atomics.notify(this.#words, doneCount);
  }

  /** Returns when every part is done. Errors: when one of them has failed. */
  awaitAll(): void {
    for (;;) {
      const done = Atomics.load(this.#words, doneCount);
      if (done === this.#parts) break;
      awaitChange(this.#words, doneCount, done);
    }
    if (Atomics.load(this.#words, failedCount) > 0) throw new Error('a thread of the engine has failed');
  }

  /** Blocks a helper until there may be a part to take. False: it is to end. */
  awaitJob(): boolean {
    const was = Atomics.load(this.#words, claim);
    if (Atomics.load(this.#words, ended) !== 0) return false;
    if ((was & partMask) >= this.#parts) awaitChange(this.#words, claim, was);
    return Atomics.load(this.#words, ended) === 0;
  }

  /** Tells the helpers to end; no part of a job is left. */
  end(): void {
    Atomics.store(this.#words, ended, 1);
    Atomics.add(this.#words, claim, 1);
    Atomics.notify(this.#words, claim);
  }
}
