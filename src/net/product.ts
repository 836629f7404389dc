import { type Matrix, zeros } from './matrix.js';

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

/** x w^T: [samples x in] [out x in] -> [samples x out]. Those that are a Product differ in how they round their sums. */
export type Product = (x: Matrix, weight: Matrix) => Matrix;

/** Every product rounded, and added in the order of the inputs. */
export const plainProduct: Product = (x, weight) => {
  const out = zeros(x.rows, weight.rows);
  const [{ columns: inner, data: inputs }, { data: weights }] = [x, weight];
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < weight.rows; k++) {
      let sum = 0;
      for (let j = 0; j < inner; j++) sum += inputs[i * inner + j] * weights[k * inner + j];
      out.data[i * weight.rows + k] = sum;
    }
  return out;
};

/** Rounded as BLAS does on processors with fused multiply-adds. */
export const fusedProduct: Product = (x, weight) => {
  const out = zeros(x.rows, weight.rows);
  const row = ({ columns, data }: Matrix, i: number): Float64Array =>
    data.subarray(i * columns, (i + 1) * columns);
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < weight.rows; k++) out.data[i * weight.rows + k] = fusedDot(row(x, i), row(weight, k));
  return out;
};
