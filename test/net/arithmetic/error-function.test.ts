import { expect, test } from 'vitest';
import { erf } from '../../../src/net/arithmetic/error-function.js';

// Values of Python's math.erf, which is the C library's.
test.each([
  [0, 0],
  [1e-10, 1.1283791670955126e-10],
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [0.84374, 0.7672201241832406],
  [0.85, 0.7706680576083526],
  [1, 0.8427007929497149],
  [1.3, 0.9340079449406524],
  [2, 0.9953222650189527],
  [2.9, 0.9999589021219005],
  [3.5, 0.9999992569016276],
  [5, 0.9999999999984626],
])('erf(%d) is %d, and odd', (x, value) => {
  expect(Math.abs(erf(x) / (value || 1) - (value ? 1 : 0))).toBeLessThan(3e-16);
  expect(erf(-x)).toBe(-erf(x));
});

test('erf is 1 far out, and NaN of NaN', () => {
  expect([erf(6), erf(40), erf(Number.POSITIVE_INFINITY), erf(Number.NaN)]).toEqual([1, 1, 1, Number.NaN]);
});
