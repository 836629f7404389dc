import type { Matrix } from '../matrix.js';
import { arcsine, covariance } from './gaussian-averages.js';

/**
 * 1 less the correlation from which two numbers count as of one sign: an angle of 1e-3. The average is then wrong by as small
 * a share, where rounding would be larger than the difference.
 */
const same = 5e-7;

const correlation = (c: Matrix, i: number, j: number): number =>
  covariance(c, i, j) / Math.sqrt(covariance(c, i, i) * covariance(c, j, j)) || 0;

/** Covariance of j and k given that x_i = 0. */
const givenOne = (c: Matrix, i: number, j: number, k: number): number =>
  covariance(c, j, k) - (covariance(c, i, j) * covariance(c, i, k)) / covariance(c, i, i);

/** Covariance of j and k given that x_i = x_l = 0. */
const givenTwo = (c: Matrix, [i, l]: Pair, j: number, k: number): number =>
  givenOne(c, i, j, k) - (givenOne(c, i, j, l) * givenOne(c, i, k, l)) / givenOne(c, i, l, l);

type Pair = readonly [number, number];

/** Probability that both of two numbers of this correlation are positive. Source: Sheppard 1899. */
const quadrant = (sine: number): number => 1 / 4 + arcsine(sine) / (2 * Math.PI);

/** Nodes and weights of Gauss-Legendre quadrature on [0, pi/2], by Newton's method. */
const legendre = (count: number): readonly { readonly at: number; readonly weight: number }[] =>
  Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < 8; round++) {
      let before = 1;
      let now = x;
      // Every start of the program comes by here: taking lists apart would cost it ten times as long.
      for (let n = 2; n <= count; n++) {
        const next = ((2 * n - 1) * x * now - (n - 1) * before) / n;
        before = now;
        now = next;
      }
      slope = (count * (x * now - before)) / (x * x - 1);
      x -= now / slope;
    }
    const half = Math.PI / 4;
    return { at: half * (1 + x), weight: (2 * half) / ((1 - x * x) * slope * slope) };
  });

const nodes = legendre(24);

/** Correlations of four numbers, [4 x 4]. */
const correlationsOf = (c: Matrix, signs: readonly number[]): Float64Array =>
  Float64Array.from({ length: 16 }, (_, at) => correlation(c, signs[at >> 2], signs[at & 3]));

/** Ways to part four numbers in two: one of them as bits. */
const parts = [1, 2, 4, 8, 3, 5, 6] as const;

const isAcross = (part: number, i: number, j: number): boolean => ((part >> i) & 1) !== ((part >> j) & 1);

/** The pairs of four numbers, each with the other two. */
const pairs = [
  [0, 1, 2, 3],
  [0, 2, 1, 3],
  [0, 3, 1, 2],
  [1, 2, 0, 3],
  [1, 3, 0, 2],
  [2, 3, 0, 1],
] as const;

const largestAcross = (r: Float64Array, part: number): number =>
  pairs.reduce((most, [i, j]) => (isAcross(part, i, j) ? Math.max(most, Math.abs(r[4 * i + j])) : most), 0);

/** Correlation of the last two of four numbers, given that the first two are 0, from the correlations. */
const partial = (r: Float64Array, i: number, j: number, k: number, l: number): number => {
  const [ij, ik, jk] = [r[4 * i + j], r[4 * i + k], r[4 * j + k]];
  const [il, jl, kl] = [r[4 * i + l], r[4 * j + l], r[4 * k + l]];
  const rest = 1 - ij * ij;
  const ofK = rest - ik * ik - jk * jk + 2 * ij * ik * jk;
  const ofL = rest - il * il - jl * jl + 2 * ij * il * jl;
  return (rest * kl - ik * il - jk * jl + ij * (ik * jl + jk * il)) / Math.sqrt(ofK * ofL);
};

/**
 * Probability that four numbers are positive. They are parted in two where they correlate least, and the correlations across
 * grow from 0 to what they are, by cos y; the derivative is known, and its integral is taken in s, y = width sinh s, for
 * nearly equal numbers make it steep at the end. Source: Plackett 1954, "A reduction formula for normal multivariate
 * integrals".
 */
const orthantOfFour = (c: Matrix, signs: readonly number[]): number => {
  const whole = correlationsOf(c, signs);
  const part = parts.reduce((best, one) =>
    largestAcross(whole, one) < largestAcross(whole, best) ? one : best,
  );
  const across = pairs.filter(([i, j]) => isAcross(part, i, j));
  const inPart = (bit: number): number[] => signs.filter((_, at) => ((part >> at) & 1) === bit);
  let sum = orthantProbability(c, inPart(0)) * orthantProbability(c, inPart(1));
  const largest = largestAcross(whole, part);
  const width = Math.sqrt(Math.max(1e-16, 1 - largest * largest));
  const end = Math.asinh(Math.PI / 2 / width);
  const r = Float64Array.from(whole);
  for (const { at, weight } of nodes) {
    const s = (at / (Math.PI / 2)) * end;
    const y = width * Math.sinh(s);
    const t = Math.cos(y);
    const step = (weight / (Math.PI / 2)) * end * width * Math.cosh(s) * Math.sin(y);
    for (const [i, j] of across) r[4 * i + j] = r[4 * j + i] = t * whole[4 * i + j];
    for (const [i, j, k, l] of across) {
      const now = r[4 * i + j];
      const density = whole[4 * i + j] / (2 * Math.PI * Math.sqrt(1 - now * now));
      sum += step * density * quadrant(partial(r, i, j, k, l));
    }
  }
  return sum;
};

/** Probability that all of up to four different numbers are positive. */
export const orthantProbability = (c: Matrix, signs: readonly number[]): number => {
  const [a, b, d] = signs;
  switch (signs.length) {
    case 1:
      return 1 / 2;
    case 2:
      return quadrant(correlation(c, a, b));
    case 3: {
      const angles =
        arcsine(correlation(c, a, b)) + arcsine(correlation(c, a, d)) + arcsine(correlation(c, b, d));
      return 1 / 8 + angles / (4 * Math.PI);
    }
    default:
      return orthantOfFour(c, signs);
  }
};

/** Probability that the others of `signs` are positive, given that the two of `pair` are 0. */
const orthantGiven = (c: Matrix, pair: Pair, signs: readonly number[]): number => {
  const [j, k] = signs.filter((sign) => !pair.includes(sign));
  if (j === undefined) return 1;
  if (k === undefined) return 1 / 2;
  return quadrant(givenTwo(c, pair, j, k) / Math.sqrt(givenTwo(c, pair, j, j) * givenTwo(c, pair, k, k)));
};

/** The first of all numbers that has the same sign as this one: every average that has either has that one. */
const firstAlike = (c: Matrix, sign: number): number => {
  for (let i = 0; i < sign; i++) if (correlation(c, i, sign) > 1 - same) return i;
  return sign;
};

/** Numbers of which each has a sign of its own; null where two always have opposite signs. */
const independentSigns = (c: Matrix, signs: readonly number[]): readonly number[] | null => {
  const kept = [...new Set(signs.map((sign) => firstAlike(c, sign)))];
  const isEmpty = kept.some((i) => kept.some((j) => correlation(c, i, j) < same - 1));
  return isEmpty ? null : kept;
};

/**
 * < x_k x_l > over where the numbers of `signs`, one to four, are positive: twice by parts, which leaves the probability
 * of the orthant, and those of its edges times the density on them.
 */
export const secondMoment = (c: Matrix, k: number, l: number, signs: readonly number[]): number => {
  const kept = independentSigns(c, signs);
  if (kept === null) return 0;
  let sum = covariance(c, k, l) * orthantProbability(c, kept);
  for (const i of kept) {
    const across = i === l ? 0 : covariance(c, k, i);
    if (across === 0) continue;
    for (const j of kept) {
      if (j === i || covariance(c, j, j) === 0) continue;
      const density = 1 / (2 * Math.PI * Math.sqrt(covariance(c, i, i) * givenOne(c, i, j, j)));
      sum += across * givenOne(c, i, l, j) * density * orthantGiven(c, [i, j], kept);
    }
  }
  return sum;
};
