import { expect, test } from 'vitest';
import { power } from '../../src/net/power.js';

test('powers of whole and half exponents are exact where a double can be, others within some roundings', () => {
  expect([power(7, 0), power(7, 1), power(3, 5), power(0.5, 10), power(2, 20)]).toEqual([
    1,
    7,
    243,
    2 ** -10,
    1048576,
  ]);
  expect([power(4, 0.5), power(9, 1.5), power(16, 2.5)]).toEqual([2, 27, 1024]);
  for (const [base, exponent] of [
    [19, 0.3],
    [3, 2.75],
    [0.999, 12345],
    [0.9, 300],
  ])
    expect(power(base, exponent) / base ** exponent).toBeCloseTo(1, 11);
});
