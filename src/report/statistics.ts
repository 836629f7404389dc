const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Arithmetic mean; NaN of no values. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Sample standard deviation (n - 1); NaN of fewer than two values. */
export const standardDeviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return values.length < 2
    ? Number.NaN
    : Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
};

/** A share of trials, with the interval that holds the true rate with 95 % confidence. */
export type Rate = {
  readonly successes: number;
  readonly trials: number;
  /** NaN without trials. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
};

/** Two-sided 95 % point of the normal distribution. */
const confidence = 1.959964;

/**
 * Rate of success with Wilson's score interval, which stays inside [0, 1] and keeps a width at rates of 0 and 1.
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
 */
export const wilsonRate = (successes: number, trials: number): Rate => {
  const share = successes / trials;
  const z2 = confidence * confidence;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (confidence / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  // Rounding can leave the interval a hair beside a rate of exactly 0 or 1.
  return {
    successes,
    trials,
    share,
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  };
};
