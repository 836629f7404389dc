import { fusedDot } from './fused-dot.js';
import { type Matrix, multiply, transpose, zeros } from './matrix.js';

/** x w^T: [samples x in] [out x in] -> [samples x out]. Those that are a Product differ in how they round their sums. */
export type Product = (x: Matrix, weight: Matrix) => Matrix;

/** Every product rounded, and added in the order of the inputs. */
export const plainProduct: Product = (x, weight) => multiply(x, transpose(weight));

/** Rounded as BLAS does on processors with fused multiply-adds. */
export const fusedProduct: Product = (x, weight) => {
  const out = zeros(x.rows, weight.rows);
  const row = ({ columns, data }: Matrix, i: number): Float64Array =>
    data.subarray(i * columns, (i + 1) * columns);
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < weight.rows; k++) out.data[i * weight.rows + k] = fusedDot(row(x, i), row(weight, k));
  return out;
};
