/** Splits a double into two halves of 26 bits (Dekker 1971). */
const splitter = 2 ** 27 + 1;

/** The rounding error of the product a b, exactly. Source: Dekker 1971, two-product. */
const productError = (a: number, b: number, product: number): number => {
  const [wideA, wideB] = [splitter * a, splitter * b];
  const highA = wideA - (wideA - a);
  const highB = wideB - (wideB - b);
  const [lowA, lowB] = [a - highA, b - highB];
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
};

/** a b + c rounded once, but for rare ties. Source: Knuth, two-sum, on top of Dekker's product. */
const multiplyAdd = (a: number, b: number, c: number): number => {
  const product = a * b;
  const sum = product + c;
  const part = sum - product;
  const sumError = product - (sum - part) + (c - part);
  return sum + (sumError + productError(a, b, product));
};

/**
 * a . b summed in order with fused multiply-adds, as BLAS does on processors that have them. Only its last bits
 * differ from a plain sum; they decide where a sum cancels.
 */
export const fusedDot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum = multiplyAdd(a[i], b[i], sum);
  return sum;
};
