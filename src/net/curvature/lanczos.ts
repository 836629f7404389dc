/** An eigenvalue of a matrix that is known by its products only. */
export type Ritz = {
  readonly value: number;
  /** The matrix has an eigenvalue this close: the length of what is left of H v - value v. */
  readonly error: number;
};

export type Extremes = {
  readonly largest: Ritz;
  readonly smallest: Ritz;
  /** Products that were taken. */
  readonly products: number;
};

type LanczosOptions = {
  readonly mostProducts: number;
  /** Error, as a share of the eigenvalue largest in size, at which both ends are known well enough. */
  readonly accuracy: number;
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const scaled = (a: Float64Array, factor: number): Float64Array => a.map((value) => factor * value);

/** a += factor b. Mutates `a`. */
const addScaled = (a: Float64Array, factor: number, b: Float64Array): void => {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
};

const mostSweeps = 50;

/** One implicit QL sweep over rows [from, to]. Mutates all three. Source: EISPACK, tql2. */
const sweep = (
  diagonal: Float64Array,
  beside: Float64Array,
  last: Float64Array,
  from: number,
  to: number,
): void => {
  const ratio = (diagonal[from + 1] - diagonal[from]) / (2 * beside[from]);
  const root = Math.hypot(ratio, 1);
  let g = diagonal[to] - diagonal[from] + beside[from] / (ratio + (ratio >= 0 ? root : -root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = to - 1; i >= from; i--) {
    const f = sine * beside[i];
    const b = cosine * beside[i];
    const length = Math.hypot(f, g);
    beside[i + 1] = length;
    if (length === 0) {
      diagonal[i + 1] -= shift;
      beside[to] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    const next = diagonal[i + 1] - shift;
    const turn = (diagonal[i] - next) * sine + 2 * cosine * b;
    shift = sine * turn;
    diagonal[i + 1] = next + shift;
    g = cosine * turn - b;
    const component = last[i + 1];
    last[i + 1] = sine * last[i] + cosine * component;
    last[i] = cosine * last[i] - sine * component;
  }
  diagonal[from] -= shift;
  beside[from] = g;
  beside[to] = 0;
};

/**
 * Eigenvalues of the symmetric tridiagonal matrix of this diagonal [n] and the one beside it [n - 1], with the last component of each
 * unit eigenvector, in no order. Source: EISPACK, tql2; Golub and Welsch 1969 for keeping one row of the vectors.
 */
export const tridiagonalEigenvalues = (
  diagonal: readonly number[],
  beside: readonly number[],
): { readonly values: Float64Array; readonly last: Float64Array } => {
  const values = Float64Array.from(diagonal);
  const n = values.length;
  const offs = new Float64Array(n);
  offs.set(beside);
  const last = new Float64Array(n);
  last[n - 1] = 1;
  for (let from = 0; from < n; from++)
    for (let sweeps = 0; sweeps < mostSweeps; sweeps++) {
      let to = from;
      while (to < n - 1) {
        const size = Math.abs(values[to]) + Math.abs(values[to + 1]);
        if (Math.abs(offs[to]) <= Number.EPSILON * size) break;
        to++;
      }
      if (to === from) break;
      sweep(values, offs, last, from, to);
    }
  return { values, last };
};

const extremesOf = (diagonal: readonly number[], beside: readonly number[], left: number): Extremes => {
  const { values, last } = tridiagonalEigenvalues(diagonal, beside);
  const at = (i: number): Ritz => ({ value: values[i], error: Math.abs(left * last[i]) });
  const ends = values.reduce(
    ([low, high], value, i) => [value < values[low] ? i : low, value > values[high] ? i : high],
    [0, 0],
  );
  return { smallest: at(ends[0]), largest: at(ends[1]), products: diagonal.length };
};

/** Length of a new vector, of the products that it is left of, that is rounding: no direction is left. */
const exhausted = 1e-12;
/** Products between two looks at the ends. */
const lookEvery = 5;

/**
 * The largest and the smallest eigenvalue of a symmetric matrix, from products with it alone, by Lanczos' method from a
 * start vector; ends early where both are accurate, or the vectors' space is exhausted. Vectors are not kept and not made
 * orthogonal again: that is lost only once an end has been found, and gives copies of it. Source: Lanczos 1950; Paige 1980.
 */
export const lanczosExtremes = (
  times: (vector: Float64Array) => Float64Array,
  start: Float64Array,
  { mostProducts, accuracy }: LanczosOptions,
): Extremes => {
  let vector = scaled(start, 1 / Math.sqrt(dot(start, start)));
  let before: Float64Array = new Float64Array(vector.length);
  const [diagonal, beside]: [number[], number[]] = [[], []];
  for (let product = 1; ; product++) {
    const next = times(vector);
    addScaled(next, -(beside.at(-1) ?? 0), before);
    const alpha = dot(next, vector);
    addScaled(next, -alpha, vector);
    diagonal.push(alpha);
    const left = Math.sqrt(dot(next, next));
    const isLast = product >= mostProducts || left <= exhausted * (Math.abs(alpha) + (beside.at(-1) ?? 0));
    if (isLast || product % lookEvery === 0) {
      const found = extremesOf(diagonal, beside, left);
      const { largest, smallest } = found;
      const size = Math.max(Math.abs(largest.value), Math.abs(smallest.value));
      if (isLast || Math.max(largest.error, smallest.error) <= accuracy * size) return found;
    }
    beside.push(left);
    before = vector;
    vector = scaled(next, 1 / left);
  }
};
