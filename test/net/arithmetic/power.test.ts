import { expect, test } from 'vitest';
import { power } from '../../../src/net/arithmetic/power.js';

test.each([
  // What Node 22 has for `**`; the C library behind later ones differs in the last bits.
  [0.9, 4, 0.6561000000000001],
  [0.9, 42, 0.011972515182562031],
  [0.9, 4.5, 0.6224311118509422],
  [0.9, 20.5, 0.11533774164292947],
])('%d to the power of %d has the bits that logs were recorded with', (base, exponent, expected) => {
  expect(power(base, exponent)).toBe(expected);
});

test('powers are within a unit in the last place of the C library', () => {
  const apart = [0.3, 0.9, 0.999, 1, 1.4, 1.6, 2, 7, 250].flatMap((base) =>
    [0, 0.5, 1, 1.5, 2, 3, 17, 100, 123.25].map((exponent) => {
      const expected = base ** exponent;
      return Math.abs(power(base, exponent) - expected) / expected;
    }),
  );
  expect(Math.max(...apart)).toBeLessThan(2 ** -52);
});
