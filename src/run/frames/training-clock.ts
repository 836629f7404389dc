/** Training time that the speed is measured over. */
const windowSeconds = 1;

/**
 * Measures the time that a run trains, evaluation included and pauses excluded, and its speed: over the last second, and no
 * less than from one frame to the next, so that where these are far apart an evaluation counts as often as it is made.
 */
export class TrainingClock {
  readonly #clock: () => number;
  readonly #marks: { readonly seconds: number; readonly step: number }[] = [];
  /** Training time before the latest two frames were taken, the earlier one first. */
  #frames: readonly number[] = [];
  #trainedMs = 0;

  /** `clock`: milliseconds, never going back. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get trainingSeconds(): number {
    return this.#trainedMs / 1000;
  }

  get stepsPerSecond(): number {
    if (this.#marks.length < 2) return 0;
    const [first, last] = [this.#marks[0], this.#marks[this.#marks.length - 1]];
    return last.seconds > first.seconds ? (last.step - first.step) / (last.seconds - first.seconds) : 0;
  }

  /** Adds the time of a piece of training, which returns the step that it reached. */
  measure(train: () => number): void {
    const started = this.#clock();
    const step = train();
    this.#trainedMs += this.#clock() - started;
    this.#mark(this.trainingSeconds, step);
  }

  /** Goes on from the time that a run had trained for when it was left. */
  goOnFrom(seconds: number): void {
    this.#trainedMs = seconds * 1000;
    this.resetSpeed();
  }

  /** Drops the steps before a jump from the speed: a jump is no training. */
  resetSpeed(): void {
    this.#marks.length = 0;
    this.#frames = [];
  }

  /** Says that a frame is taken, whose evaluation the piece of training under way includes. */
  frameTaken(): void {
    this.#frames = [...this.#frames, this.trainingSeconds].slice(-2);
  }

  #mark(seconds: number, step: number): void {
    this.#marks.push({ seconds, step });
    const from = Math.min(seconds - windowSeconds, this.#frames[0] ?? seconds);
    while (this.#marks.length > 2 && this.#marks[1].seconds <= from) this.#marks.shift();
  }
}
