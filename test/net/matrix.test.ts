import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../src/net/construction/inputs.js';
import { type Matrix, multiply, takeRows, transpose } from '../../src/net/matrix.js';
import { RandomStream } from '../../src/net/random.js';

describe('matrices', () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 99 }))
    .map(([rows, columns, runSeed]) => gaussianData(rows, columns, 1, RandomStream.of(runSeed, 'student')));

  test('(a b)^T = b^T a^T', () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 4 }), (a, columns) => {
        const b = gaussianData(a.columns, columns, 1, RandomStream.of(1, 'teacher'));
        const left = transpose(multiply(a, b));
        const right = multiply(transpose(b), transpose(a));
        left.data.forEach((value, i) => {
          expect(value).toBeCloseTo(right.data[i], 12);
        });
      }),
      { seed: 4 },
    );
  });

  test('taking rows repeats and reorders them', () => {
    const a: Matrix = { rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    expect(Array.from(takeRows(a, [1, 0, 1]).data)).toEqual([3, 4, 1, 2, 3, 4]);
  });
});
