/** Weights of the past that the smoothing key goes through. */
export const smoothings: readonly number[] = [0, 0.6, 0.9];

/**
 * Exponential moving average of one value a column, `weight` being that of the past. Starts unbiased: divided by the
 * weights so far. What is not finite stays as it is
 * and counts for nothing. Source: Kingma, Ba 2015, bias correction.
 */
export const smoothed = (line: readonly number[], weight: number): number[] => {
  if (weight === 0) return [...line];
  let sum = 0;
  let weights = 0;
  return line.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = weight * sum + (1 - weight) * value;
    weights = weight * weights + (1 - weight);
    return sum / weights;
  });
};
