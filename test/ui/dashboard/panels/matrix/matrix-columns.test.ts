import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOf, matrixColumns } from '../../../../../src/ui/dashboard/panels/matrix/matrix-columns.js';

const threshold = 0.95;

/** Correlations of m teacher nodes with n student nodes, of which the last ones have learned none. */
const correlationsOf = (learned: readonly (number | null)[], m: number): number[][] =>
  Array.from({ length: m }, (_, teacher) => learned.map((of) => (of === teacher ? 0.99 : 0.3)));

const anyRun = fc.integer({ min: 1, max: 20 }).chain((m) =>
  fc.record({
    m: fc.constant(m),
    learned: fc.array(fc.option(fc.nat(m - 1)), { minLength: m, maxLength: 300 }),
    room: fc.integer({ min: 3, max: 120 }),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  }),
);

test('every student node has one column, in no more columns than there is room for, fast-check seed 41', () => {
  fc.assert(
    fc.property(anyRun, ({ m, learned, room, at }) => {
      const order = [...learned.keys()].reverse();
      const correlations = correlationsOf(learned, m);
      const teachers = [...correlations.keys()];
      const asked = Math.floor(at * order.length);
      for (const around of [null, asked]) {
        const columns = matrixColumns({ order, teachers, correlations, threshold, room, around });
        expect(columns.length).toBeLessThanOrEqual(room);
        expect(columns.every(({ length }) => length > 0)).toBe(true);
        expect(columns.flat().sort((a, b) => a - b)).toEqual([...learned.keys()]);
        // Around the one that is asked about nothing is folded.
        if (around !== null) expect(columns.find((column) => column.includes(around))).toEqual([around]);
      }
    }),
    { seed: 41, numRuns: 300 },
  );
});

test('student nodes of the same teacher node share a column where not all have one', () => {
  const learned = [0, 1, 2, 0, 0, 2, ...new Array(94).fill(null)];
  const choice = { teachers: [0, 1, 2], correlations: correlationsOf(learned, 3), threshold, room: 20 };
  const columns = matrixColumns({ ...choice, order: [...learned.keys()], around: null });
  expect(columns.slice(0, 3)).toEqual([[0, 3, 4], [1], [2, 5]]);
  expect(columns).toHaveLength(20);
});

test('student nodes of the same teacher node have columns of their own as far as there are any to spare', () => {
  const learned = [...new Array(30).fill(0), 1, 1, 1, 2, 2, ...new Array(5).fill(null)];
  const choice = { teachers: [0, 1, 2], correlations: correlationsOf(learned, 3), threshold, room: 12 };
  const columns = matrixColumns({ ...choice, order: [...learned.keys()], around: null });
  expect(columns.map(({ length }) => length)).toEqual([15, 15, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test('with room for all each has its own, in the order given', () => {
  const choice = { teachers: [0], correlations: [[0.99, 0.99, 0.1]], threshold, room: 3, around: null };
  expect(matrixColumns({ ...choice, order: [2, 0, 1] })).toEqual([[2], [0], [1]]);
});

test('a column is asked about at the student node that correlates most', () => {
  expect(bestOf([3, 1, 2], [0, 0.5, 0.9, 0.7])).toBe(2);
  expect(bestOf([0, 1], [Number.NaN, 0.1])).toBe(1);
});
