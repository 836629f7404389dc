import { expect, test } from 'vitest';
import type { Network } from '../../src/net/network.js';
import { incomingAngle } from '../../src/net/nodes.js';

/** A network of one hidden layer with these incoming weights. */
const networkOf = (...rows: number[][]): Network => ({
  hidden: [
    {
      weight: { rows: rows.length, columns: rows[0].length, data: new Float64Array(rows.flat()) },
      bias: null,
      norm: null,
    },
  ],
  final: { weight: { rows: 1, columns: rows.length, data: new Float64Array(rows.length) }, bias: null },
  convolutional: false,
  activation: 'rectifier',
  slope: 0,
  openAtZero: false,
  normBeforeRelu: false,
  storage: 'arrays',
});

test('the angle between incoming weights is in degrees, whatever their lengths', () => {
  const a = networkOf([1, 0], [0, 0]);
  const b = networkOf([5, 5], [-2, 0], [3, 0]);
  expect(incomingAngle(a, 0, b, 0, 0)).toBeCloseTo(45, 9);
  expect(incomingAngle(a, 0, b, 1, 0)).toBeCloseTo(180, 9);
  expect(incomingAngle(a, 0, b, 2, 0)).toBe(0);
});

test('there is none with a node without weights, or of other inputs', () => {
  const a = networkOf([1, 0], [0, 0]);
  expect(incomingAngle(a, 1, a, 0, 0)).toBeNull();
  expect(incomingAngle(a, 0, networkOf([1, 0, 0]), 0, 0)).toBeNull();
});
