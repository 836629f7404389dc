/** Change of a state in one unit of time. */
export type Derivative = (time: number, state: Float64Array) => Float64Array;

/** A state and its change at a time that a step has come to. */
type Point = { readonly time: number; readonly state: Float64Array; readonly change: Float64Array };

// Dormand and Prince 1980, "A family of embedded Runge-Kutta formulae": order 5, and its difference from order 4.
const stages = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const;
const places = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const;
const errors = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;

/** Error of a step that is let pass, of numbers up to 1; of larger ones a share of the largest. */
const tolerance = 1e-7;
const firstStep = 1e-3;
const longestStep = 2;
/** Shorter steps, and larger numbers, end the solution: it has diverged. */
const shortestStep = 1e-9;
const largestNumber = 1e6;

const combined = (
  state: Float64Array,
  step: number,
  weights: readonly number[],
  slopes: readonly Float64Array[],
): Float64Array =>
  state.map((value, i) => value + step * weights.reduce((sum, weight, s) => sum + weight * slopes[s][i], 0));

/**
 * The solution of ordinary differential equations from a state on, by steps of Dormand and Prince's of a length that
 * follows the error, read off anywhere by cubic interpolation. What it is at a time depends on nothing that was asked before.
 */
export class Trajectory {
  readonly #derivative: Derivative;
  /** Times at which the derivative jumps, ascending: no step goes across one. */
  readonly #breaks: readonly number[];
  readonly #points: Point[];
  #length = firstStep;
  #hasEnded = false;

  constructor(derivative: Derivative, start: Float64Array, breaks: readonly number[] = []) {
    this.#derivative = derivative;
    this.#breaks = breaks;
    this.#points = [{ time: 0, state: start, change: derivative(0, start) }];
  }

  /** The state at a time from 0 on; null where the solution does not reach it. */
  at(time: number): Float64Array | null {
    while (this.#last.time < time && !this.#hasEnded) this.#step();
    const after = this.#points.findIndex((point) => point.time >= time);
    if (after === -1) return null;
    if (after === 0) return this.#points[0].state;
    return between(this.#points[after - 1], this.#points[after], time);
  }

  get #last(): Point {
    return this.#points[this.#points.length - 1];
  }

  /** One step that keeps to the tolerance, or the end. */
  #step(): void {
    const { time, state } = this.#last;
    const limit = this.#breaks.find((jump) => jump > time) ?? Number.POSITIVE_INFINITY;
    // What holds just behind a jump is the change from there on.
    const change = this.#breaks.includes(time) ? this.#derivative(time, state) : this.#last.change;
    for (;;) {
      const reaches = time + this.#length >= limit;
      const length = reaches ? limit - time : this.#length;
      const slopes = [change];
      let next = state;
      for (const [s, weights] of stages.entries()) {
        next = combined(state, length, weights, slopes);
        // At a jump the derivative is that of before it.
        const at = reaches && places[s] === 1 ? time + length * (1 - 1e-12) : time + length * places[s];
        slopes.push(this.#derivative(at, next));
      }
      const scale = Math.max(1, largest(state));
      const error = (length * largest(combined(new Float64Array(state.length), 1, errors, slopes))) / scale;
      const grows = 0.9 * (tolerance / Math.max(error, 1e-300)) ** 0.2;
      this.#length = Math.min(longestStep, length * Math.max(0.2, Math.min(4, grows || 0.2)));
      if (error <= tolerance && scale <= largestNumber) {
        this.#points.push({ time: reaches ? limit : time + length, state: next, change: slopes[6] });
        return;
      }
      if (this.#length < shortestStep || scale > largestNumber) {
        this.#hasEnded = true;
        return;
      }
    }
  }
}

const largest = (values: Float64Array): number =>
  values.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : Number.POSITIVE_INFINITY),
    0,
  );

/** Hermite's cubic. */
const between = (from: Point, to: Point, time: number): Float64Array => {
  const length = to.time - from.time;
  const u = (time - from.time) / length;
  const [a, b] = [(1 + 2 * u) * (1 - u) ** 2, u * u * (3 - 2 * u)];
  const [c, d] = [length * u * (1 - u) ** 2, length * u * u * (u - 1)];
  return from.state.map((value, i) => a * value + b * to.state[i] + c * from.change[i] + d * to.change[i]);
};
