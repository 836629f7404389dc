/** Least time on the clock that a way of working is judged by, in milliseconds: some time slices of a busy machine. */
const window = 30;
/** Milliseconds on one way until the other is tried: after a change of ways, and at most. */
const leastRest = 120;
const mostRest = 2000;

/** Steps on so many threads, and what one took of late; null until that is known. */
type Way = { readonly threads: number; msPerStep: number | null };

/**
 * Whether an engine's threads share its steps, or the first goes alone. Sharing pays where the cores are free; where
 * other programs want them, threads wait for those that the system keeps from running, and wake each other for nothing.
 * Only the clock tells: the way that was faster of late is taken, and the other tried for a window now and then, the more
 * rarely the longer it has been slower. Bits depend on neither.
 */
export class TeamOrAlone {
  readonly #clock: () => number;
  #taken: Way;
  #other: Way;
  #triesOther = false;
  /** Steps of the current window, and the milliseconds that they took. */
  #steps = 0;
  #ms = 0;
  /** Milliseconds until the other way is tried: at the start, after the first window. */
  #rest = leastRest;
  #left = 0;

  /** `clock`: milliseconds, never going back. */
  constructor(threads: number, clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#taken = { threads, msPerStep: null };
    this.#other = { threads: 1, msPerStep: null };
  }

  /**
   * Runs steps by `train`, which is told how many, on how many threads, and how many went before; it returns those
   * done: fewer where training is to stop. Returns those done.
   */
  run(steps: number, train: (steps: number, threads: number, before: number) => number): number {
    for (let done = 0; done < steps; ) {
      const asked = Math.min(steps - done, this.#stepsToJudge);
      const start = this.#clock();
      const trained = train(asked, this.#current.threads, done);
      this.#note(trained, this.#clock() - start);
      done += trained;
      if (trained < asked) return done;
    }
    return steps;
  }

  get #current(): Way {
    return this.#triesOther ? this.#other : this.#taken;
  }

  /** About as many steps as fill the window up; one where there is nothing to tell from. */
  get #stepsToJudge(): number {
    const msPerStep = this.#steps > 0 ? this.#ms / this.#steps : this.#current.msPerStep;
    return msPerStep ? Math.max(1, Math.ceil((window - this.#ms) / msPerStep)) : 1;
  }

  #note(steps: number, ms: number): void {
    this.#steps += steps;
    this.#ms += ms;
    if (this.#ms < window) return;
    if (this.#triesOther) this.#endTrial(this.#ms / this.#steps);
    else this.#goOn(this.#ms / this.#steps);
    this.#steps = 0;
    this.#ms = 0;
  }

  #goOn(measured: number): void {
    const way = this.#taken;
    way.msPerStep = (measured + (way.msPerStep ?? measured)) / 2;
    this.#left -= this.#ms;
    this.#triesOther = this.#left <= 0;
  }

  /** Takes the faster way, for as long as the trial's outcome says. */
  #endTrial(measured: number): void {
    this.#other.msPerStep = measured;
    const isFaster = measured < (this.#taken.msPerStep ?? 0);
    if (isFaster) [this.#taken, this.#other] = [this.#other, this.#taken];
    this.#rest = isFaster ? leastRest : Math.min(mostRest, 2 * this.#rest);
    this.#left = this.#rest;
    this.#triesOther = false;
  }
}
