/** Training time that the reading looks back over. */
const windowSeconds = 1;

/** Steps per second over the last second of training, evaluation included and pauses excluded. */
export class Speedometer {
  readonly #marks: { readonly seconds: number; readonly step: number }[] = [];

  /** Notes that `step` had been reached after this many seconds of training. */
  mark(seconds: number, step: number): void {
    this.#marks.push({ seconds, step });
    while (this.#marks.length > 2 && this.#marks[1].seconds <= seconds - windowSeconds) this.#marks.shift();
  }

  /** Forgets everything before a jump in steps that was no training. */
  reset(): void {
    this.#marks.length = 0;
  }

  get stepsPerSecond(): number {
    if (this.#marks.length < 2) return 0;
    const [first, last] = [this.#marks[0], this.#marks[this.#marks.length - 1]];
    return last.seconds > first.seconds ? (last.step - first.step) / (last.seconds - first.seconds) : 0;
  }
}
