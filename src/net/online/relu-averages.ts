import { arcsine, covariance, type GaussianAverages } from './gaussian-averages.js';
import { secondMoment } from './orthants.js';

/** Of g(x) = max(x, 0). Source: Goldt et al. 2019, supplement; i4 by parts, see `secondMoment`. */
export const reluAverages: GaussianAverages = {
  i2: (c, i, j) => {
    const [cii, cij, cjj] = [covariance(c, i, i), covariance(c, i, j), covariance(c, j, j)];
    const sine = cij / Math.sqrt(cii * cjj);
    const height = Math.sqrt(Math.max(0, cii * cjj - cij * cij));
    return cij / 4 + (height + cij * arcsine(sine)) / (2 * Math.PI);
  },

  j2: (c, i, j) =>
    1 / 4 +
    arcsine(covariance(c, i, j) / Math.sqrt(covariance(c, i, i) * covariance(c, j, j))) / (2 * Math.PI),

  i3: (c, i, j, k) => {
    const [cii, cik, ckk] = [covariance(c, i, i), covariance(c, i, k), covariance(c, k, k)];
    const height = Math.sqrt(Math.max(0, cii * ckk - cik * cik));
    const angle = arcsine(cik / Math.sqrt(cii * ckk));
    const atBoundary = cii === 0 ? 0 : (covariance(c, i, j) * height) / (2 * Math.PI * cii);
    return atBoundary + covariance(c, j, k) * (1 / 4 + angle / (2 * Math.PI));
  },

  i4: (c, i, j, k, l) => secondMoment(c, k, l, [i, j, k, l]),
};
