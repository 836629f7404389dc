import { type Matrix, transpose } from '../matrix.js';
import { isSpecialized } from './is-specialized.js';

/** The best match of each node: how well it correlates, and with which node of the other network. */
export type BestMatches = { readonly correlation: Float64Array; readonly node: Int32Array };

/** Row maximum of a correlation matrix [m x n]; the first of equals; NaN only where a whole row is. */
export const bestMatchOfTeacher = ({ rows, columns, data }: Matrix): BestMatches => {
  const best = { correlation: new Float64Array(rows).fill(Number.NaN), node: new Int32Array(rows) };
  for (let j = 0; j < rows; j++)
    for (let k = 0; k < columns; k++) {
      const value = data[j * columns + k];
      if (Number.isNaN(value) || value <= best.correlation[j]) continue;
      best.correlation[j] = value;
      best.node[j] = k;
    }
  return best;
};

/** Column maximum of a correlation matrix [m x n]. */
export const bestMatchOfStudent = (matrix: Matrix): BestMatches => bestMatchOfTeacher(transpose(matrix));

/** Number of teacher nodes whose best match is above the threshold. */
export const covered = (bestCorrelation: ArrayLike<number>, threshold: number): number =>
  Array.from(bestCorrelation).filter((value) => isSpecialized(value, threshold)).length;
