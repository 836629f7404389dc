import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlationDifference, judged } from '../../src/words/numbers.js';

test('a correlation beside a threshold never contradicts the verdict, fast-check seed 5', () => {
  const near = fc.double({ min: 0.949, max: 0.951, noNaN: true });
  const anywhere = fc.double({ min: -1, max: 1, noNaN: true });
  const threshold = fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.9495);
  fc.assert(
    fc.property(fc.oneof(near, anywhere), threshold, (value, tau) => {
      const shown = Number(judged(value, tau).replace('-.', '-0.'));
      expect(shown > tau).toBe(value > tau);
      expect(Math.abs(shown - value)).toBeLessThanOrEqual(1.5e-3);
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test.each([
  [0.9499, '0.949'],
  [0.95, '0.950'],
  [0.9501, '0.951'],
  [0.997, '0.997'],
  [-0.1234, '-.123'],
])('%d beside 0.95 is shown as %s', (value, shown) => {
  expect(judged(value, 0.95)).toBe(shown);
});

test('a difference of correlations that rounds to nothing is not below nothing', () => {
  expect([-0.0131, -0.0004, 0, 0.0126, Number.NaN].map(correlationDifference)).toEqual([
    '-0.013',
    '+0.000',
    '+0.000',
    '+0.013',
    '-',
  ]);
});
