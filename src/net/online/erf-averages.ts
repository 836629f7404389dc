import type { Matrix } from '../matrix.js';
import { arcsine, covariance, type GaussianAverages } from './gaussian-averages.js';

/** c_ii + 1. */
const oneMore = (c: Matrix, i: number): number => 1 + covariance(c, i, i);

/** Of g(x) = erf(x / sqrt 2). Source: Saad and Solla 1995, "On-line learning in soft committee machines", appendix A. */
export const erfAverages: GaussianAverages = {
  i2: (c, i, j) => (2 / Math.PI) * arcsine(covariance(c, i, j) / Math.sqrt(oneMore(c, i) * oneMore(c, j))),

  j2: (c, i, j) => 2 / Math.PI / Math.sqrt(oneMore(c, i) * oneMore(c, j) - covariance(c, i, j) ** 2),

  i3: (c, i, j, k) => {
    const [cij, cik, cjk] = [covariance(c, i, j), covariance(c, i, k), covariance(c, j, k)];
    const determinant = oneMore(c, i) * oneMore(c, k) - cik * cik;
    return ((2 / Math.PI) * (cjk * oneMore(c, i) - cij * cik)) / (Math.sqrt(determinant) * oneMore(c, i));
  },

  i4: (c, i, j, k, l) => {
    const [oi, oj, cij] = [oneMore(c, i), oneMore(c, j), covariance(c, i, j)];
    const [cik, cil, cjk, cjl] = [
      covariance(c, i, k),
      covariance(c, i, l),
      covariance(c, j, k),
      covariance(c, j, l),
    ];
    const determinant = oi * oj - cij * cij;
    const across =
      determinant * covariance(c, k, l) - cjk * cjl * oi - cik * cil * oj + cij * (cik * cjl + cil * cjk);
    const ofK = determinant * oneMore(c, k) - cjk * cjk * oi - cik * cik * oj + 2 * cij * cik * cjk;
    const ofL = determinant * oneMore(c, l) - cjl * cjl * oi - cil * cil * oj + 2 * cij * cil * cjl;
    return (4 / Math.PI ** 2 / Math.sqrt(determinant)) * arcsine(across / Math.sqrt(ofK * ofL));
  },
};
