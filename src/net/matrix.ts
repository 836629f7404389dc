import { square } from './arithmetic/power.js';

/** A dense row-major matrix in double precision; `at(i, j)` is `data[i * columns + j]`. */
export type Matrix = {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
};

export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
});

export const copy = (a: Matrix): Matrix => ({ ...a, data: Float64Array.from(a.data) });

/** a b. Shapes [p x q] [q x r] -> [p x r]. */
export const multiply = (a: Matrix, b: Matrix): Matrix => {
  const out = zeros(a.rows, b.columns);
  const [{ columns: inner, data: scales }, { columns: width, data: terms }] = [a, b];
  for (let i = 0; i < a.rows; i++) {
    const sums = out.data.subarray(i * width, (i + 1) * width);
    for (let k = 0; k < inner; k++) {
      const scale = scales[i * inner + k];
      for (let j = 0; j < width; j++) sums[j] += scale * terms[k * width + j];
    }
  }
  return out;
};

/** a + b. */
export const add = (a: Matrix, b: Matrix): Matrix => {
  const out = zeros(a.rows, a.columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] + b.data[i];
  return out;
};

export const transpose = (a: Matrix): Matrix => {
  const out = zeros(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) out.data[j * a.rows + i] = a.data[i * a.columns + j];
  return out;
};

/** Euclidean length of a row, over all its columns. */
export const rowNorm = (a: Matrix, row: number): number => {
  let sum = 0;
  for (let j = 0; j < a.columns; j++) sum += square(a.data[row * a.columns + j]);
  return Math.sqrt(sum);
};

/** The rows at these indices, in this order, repeats included. Shape [indices.length x columns]. */
export const takeRows = (a: Matrix, indices: ArrayLike<number>): Matrix => {
  const out = zeros(indices.length, a.columns);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i] * a.columns;
    out.data.set(a.data.subarray(start, start + a.columns), i * a.columns);
  }
  return out;
};

/** The columns at these indices, in this order. [rows x indices.length] */
export const takeColumns = ({ rows, columns, data }: Matrix, indices: readonly number[]): Matrix => {
  const out = zeros(rows, indices.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < indices.length; j++)
      out.data[i * indices.length + j] = data[i * columns + indices[j]];
  return out;
};
