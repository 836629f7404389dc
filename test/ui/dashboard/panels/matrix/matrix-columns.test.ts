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
        expect(columns.reduce((sum, { width }) => sum + width, 0)).toBeLessThanOrEqual(room);
        const held = columns.map(({ students }) => students);
        expect(held.every(({ length }) => length > 0)).toBe(true);
        expect(held.flat().sort((a, b) => a - b)).toEqual([...learned.keys()]);
        // Around the one that is asked about nothing is folded.
        if (around !== null) expect(held.find((students) => students.includes(around))).toEqual([around]);
      }
    }),
    { seed: 41, numRuns: 300 },
  );
});

const foldedIn = (learned: readonly (number | null)[], teachers: number, room: number) =>
  matrixColumns({
    ...{ teachers: [...new Array(teachers).keys()], correlations: correlationsOf(learned, teachers) },
    ...{ order: [...learned.keys()], threshold, room, around: null },
  });

test('student nodes of the same teacher node share a column wide enough for their number', () => {
  const learned = [0, 1, 2, 0, 0, 2, 0, ...new Array(93).fill(null)];
  const columns = foldedIn(learned, 3, 20);
  // Up to three side by side take no more room than their number.
  expect(columns.slice(0, 4)).toEqual([
    { students: [0, 3, 4, 6], width: 3 },
    { students: [1], width: 1 },
    { students: [2], width: 1 },
    { students: [5], width: 1 },
  ]);
  expect(columns).toHaveLength(18);
});

test('where room is left the smallest groups unfold, and of the first that does not fit a part', () => {
  const learned = [...new Array(110).fill(0), ...new Array(10).fill(1), ...new Array(4).fill(2), null];
  const held = (room: number) => foldedIn(learned, 3, room).map(({ students }) => students.length);
  expect(held(12)).toEqual([110, 10, 1, 1, 1, 1, 1]);
  expect(held(22)).toEqual([110, ...new Array(15).fill(1)]);
  expect(held(40)).toEqual([...new Array(19).fill(1), 91, ...new Array(15).fill(1)]);
});

test('where columns do not suffice, those of unlearned teacher nodes join the others, then neighbours share theirs', () => {
  const learned = [...new Array(5).fill(0), ...new Array(15).fill(1), ...new Array(30).fill(null)];
  // On the diagonal the nodes of teacher nodes 0 and 1, which have learned both, and of 18 unlearned ones.
  const order = [0, 5, ...[...learned.keys()].filter((student) => student !== 0 && student !== 5)];
  const choice = { correlations: correlationsOf(learned, 20), threshold, order, around: null };
  const columns = matrixColumns({ ...choice, teachers: [...new Array(20).keys()], room: 15 });
  expect(columns.slice(0, 2).map(({ students, width }) => [students.length, width])).toEqual([
    [5, 3],
    [15, 4],
  ]);
  const many = Array.from({ length: 60 }, (_, student) => student >> 1);
  expect(foldedIn(many, 30, 20).every(({ width }) => width === 1)).toBe(true);
});

test('with room for all each has its own, in the order given', () => {
  const choice = { teachers: [0], correlations: [[0.99, 0.99, 0.1]], threshold, room: 3, around: null };
  const columns = matrixColumns({ ...choice, order: [2, 0, 1] });
  expect(columns.map(({ students }) => students)).toEqual([[2], [0], [1]]);
});

test('a column is asked about at the student node that correlates most', () => {
  expect(bestOf({ students: [3, 1, 2], width: 1 }, [0, 0.5, 0.9, 0.7])).toBe(2);
  expect(bestOf({ students: [0, 1], width: 1 }, [Number.NaN, 0.1])).toBe(1);
});
