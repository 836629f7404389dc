import { expect, test } from 'vitest';
import { lanczosExtremes, tridiagonalEigenvalues } from '../../../src/net/curvature/lanczos.js';
import { RandomStream } from '../../../src/net/random.js';

const gaussian = (length: number, random: RandomStream): Float64Array =>
  new Float64Array(length).map(() => random.nextNormal());

test('a chain of springs has the eigenvalues 2 - 2 cos(pi k / (n + 1)), and the last components of its sines', () => {
  const n = 17;
  const { values, last } = tridiagonalEigenvalues(new Array(n).fill(2), new Array(n - 1).fill(-1));
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  order.forEach((at, i) => {
    const angle = (Math.PI * (i + 1)) / (n + 1);
    expect(values[at]).toBeCloseTo(2 - 2 * Math.cos(angle), 13);
    expect(Math.abs(last[at])).toBeCloseTo(Math.sqrt(2 / (n + 1)) * Math.abs(Math.sin(n * angle)), 13);
  });
});

test('a diagonal matrix has its ends found, each within the error that is stated (seed 5)', () => {
  const diagonal = Float64Array.from({ length: 400 }, (_, i) => -3 + (i / 399) ** 2 * 13);
  const { largest, smallest, products } = lanczosExtremes(
    (vector) => vector.map((value, i) => diagonal[i] * value),
    gaussian(400, RandomStream.of(5, 'curvature')),
    { mostProducts: 200, accuracy: 1e-8 },
  );
  expect(Math.abs(largest.value - 10)).toBeLessThanOrEqual(largest.error + 1e-12);
  expect(Math.abs(smallest.value + 3)).toBeLessThanOrEqual(smallest.error + 1e-12);
  expect(largest.error).toBeLessThan(1e-6);
  expect(products).toBe(200);
});

test('a matrix of few different eigenvalues ends as soon as nothing new is left', () => {
  const { largest, smallest, products } = lanczosExtremes(
    (vector) => vector.map((value, i) => (i % 3 === 0 ? 4 : -1) * value),
    gaussian(50, RandomStream.of(6, 'curvature')),
    { mostProducts: 40, accuracy: 0 },
  );
  expect([largest.value, smallest.value]).toEqual([expect.closeTo(4, 12), expect.closeTo(-1, 12)]);
  expect(products).toBe(2);
});
