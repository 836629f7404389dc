/** Ranks from 1, the mean rank where values are equal. */
const ranksOf = (values: readonly number[]): number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });

/** Spearman's rank correlation of pairs; NaN where either side does not vary. */
export const rankCorrelation = (a: readonly number[], b: readonly number[]): number => {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const mean = (a.length + 1) / 2;
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, at) => sum + (value - mean) * (q[at] - mean), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
};

/**
 * Spearman's rank correlation as a share of the largest that these values can have, 1 where larger values never go with
 * smaller ones: equal values leave open how they are ordered, which alone keeps the correlation from 1.
 */
export const orderAgreement = (a: readonly number[], b: readonly number[]): number => {
  const inOrder = (values: readonly number[]): number[] => [...values].sort((x, y) => x - y);
  return rankCorrelation(a, b) / rankCorrelation(inOrder(a), inOrder(b));
};
