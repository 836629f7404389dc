import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../../src/net/construction/inputs.js';
import { forward } from '../../../src/net/forward.js';
import { type Matrix, takeRows } from '../../../src/net/matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher, covered } from '../../../src/net/metrics/best-match.js';
import {
  correlation as correlationAbove,
  RunningCorrelation,
  sumOfSquaresFloor,
} from '../../../src/net/metrics/correlation.js';
import { observability } from '../../../src/net/metrics/observability.js';
import type { Network } from '../../../src/net/network.js';
import { fanOutNorms } from '../../../src/net/nodes.js';
import { RandomStream } from '../../../src/net/random.js';
import { randomFlatNetwork, stackedLayers, withLayers } from '../../support/problems.js';

const seed = 11;
const point = { height: 1, width: 1 } as const;

const correlation = (teacher: Matrix, student: Matrix): Matrix =>
  correlationAbove(teacher, student, sumOfSquaresFloor);

const permuteNodes = (network: Network, order: readonly number[]): Network => {
  const [{ weight, bias, norm }] = network.hidden;
  const moved = Float64Array.from(order, (node) => bias?.[node] ?? 0);
  return { ...network, hidden: [{ weight: takeRows(weight, order), bias: moved, norm }] };
};

const column = ({ rows, columns, data }: Matrix, j: number): number[] =>
  Array.from({ length: rows }, (_, i) => data[i * columns + j]);

const pearson = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  return (
    dot((i) => (a[i] - ma) * (b[i] - mb)) /
    Math.sqrt((dot((i) => (a[i] - ma) ** 2) + 1e-10) * (dot((i) => (b[i] - mb) ** 2) + 1e-10))
  );
};

const twoNets = (d: number, m: number, n: number, samples: number, runSeed = seed) => {
  const random = RandomStream.of(runSeed, 'teacher');
  const [teacher, student] = [m, n].map((nodes) => randomFlatNetwork({ d, nodes, c: 3 }, 1, random));
  const x = gaussianData(samples, d, 1.5, random);
  const [t, s] = [teacher, student].map((network) => unitsOf(network, x));
  return { teacher, student, x, t, s };
};

const unitsOf = (network: Network, x: Matrix): Matrix => forward(network, x, point, false).layers[0].output;

describe('correlation', () => {
  test('equals a direct recomputation, column by column (100 seeds)', () => {
    fc.assert(
      fc.property(
        fc.record({ d: fc.integer({ min: 1, max: 6 }), m: fc.integer({ min: 1, max: 5 }) }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 0, max: 1000 }),
        ({ d, m }, samples, runSeed) => {
          const { t, s } = twoNets(d, m, m + 2, samples, runSeed);
          const result = correlation(t, s);
          expect([result.rows, result.columns]).toEqual([m, m + 2]);
          for (let j = 0; j < m; j++)
            for (let k = 0; k < m + 2; k++)
              expect(result.data[j * (m + 2) + k]).toBeCloseTo(pearson(column(t, j), column(s, k)), 10);
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  test('has a diagonal of 1 when the student is the teacher (seed 11)', () => {
    const { t } = twoNets(6, 4, 4, 200);
    const result = correlation(t, t);
    for (let j = 0; j < 4; j++) expect(result.data[j * 5]).toBeCloseTo(1, 9);
  });

  test('permuting student nodes permutes its columns (seed 11)', () => {
    const { t, s, student, x } = twoNets(6, 4, 5, 100);
    const order = [3, 0, 4, 1, 2];
    const before = correlation(t, s);
    const after = correlation(t, unitsOf(permuteNodes(student, order), x));
    order.forEach((from, to) => {
      expect(column(after, to)).toEqual(column(before, from));
    });
  });

  test('does not change when a node is scaled up, and never exceeds 1 (seed 11)', () => {
    const { t, s } = twoNets(6, 4, 5, 100);
    const scaled = { ...s, data: s.data.map((value) => 8 * value) };
    const before = correlation(t, s).data;
    const after = correlation(t, scaled).data;
    before.forEach((value, i) => {
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(after[i]).toBeCloseTo(value, 9);
    });
  });

  test('a dead node and a constant node correlate 0, not NaN (seed 11)', () => {
    const { t, s } = twoNets(6, 4, 5, 100);
    const hidden = { ...s, data: s.data.map((v, i) => [0, 7.3, v, v, v][i % 5]) };
    const result = correlation(t, hidden);
    for (const value of column(result, 0)) expect(value).toBe(0);
    for (const value of column(result, 1)) expect(Math.abs(value)).toBeLessThan(1e-8);
  });
});

test('a correlation of batches is that of the whole, and a small variance about a large mean is seen (seed 11)', () => {
  const { t, s } = twoNets(6, 4, 5, 100);
  const far = { ...s, data: s.data.map((value) => 1e6 + value) };
  const running = new RunningCorrelation(4, 5, sumOfSquaresFloor);
  for (let i = 0; i < 100; i += 25) {
    const rows = Array.from({ length: 25 }, (_, row) => i + row);
    running.add(takeRows(t, rows), takeRows(far, rows));
  }
  const wanted = correlation(t, s).data;
  running.correlation().data.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 7);
  });
});

describe('observability', () => {
  test('equals counting the samples on both sides (seed 11)', () => {
    const { t, s } = twoNets(3, 4, 5, 60);
    const result = observability(t, s);
    for (let j = 0; j < 4; j++)
      for (let k = 0; k < 5; k++) {
        const active = column(s, k).map((value) => value > 0);
        const positive = column(t, j).map((value) => value > 0);
        const above = active.filter((on, i) => on && positive[i]).length;
        const below = active.filter((on, i) => on && !positive[i]).length;
        expect(result.data[j * 5 + k]).toBe(Math.min(above, below));
      }
  });

  test('a node never observes its own boundary, nor does a dead one any (seed 11)', () => {
    const { t } = twoNets(3, 4, 4, 60);
    const own = observability(t, t);
    for (let j = 0; j < 4; j++) expect(own.data[j * 5]).toBe(0);
    const dead = { ...t, data: new Float64Array(t.data.length) };
    expect(Array.from(observability(t, dead).data)).toEqual(new Array(16).fill(0));
  });
});

describe('best matches', () => {
  const matrix: Matrix = { rows: 2, columns: 3, data: Float64Array.of(0.1, 0.7, 0.7, -0.2, -0.9, -0.1) };

  test('of teacher nodes are row maxima, the first of equals', () => {
    const best = bestMatchOfTeacher(matrix);
    expect(Array.from(best.correlation)).toEqual([0.7, -0.1]);
    expect(Array.from(best.node)).toEqual([1, 2]);
  });

  test('of student nodes are column maxima', () => {
    const best = bestMatchOfStudent(matrix);
    expect(Array.from(best.correlation)).toEqual([0.1, 0.7, 0.7]);
    expect(Array.from(best.node)).toEqual([0, 0, 0]);
  });

  test('pass over NaN unless a whole row is NaN', () => {
    const data = Float64Array.of(Number.NaN, 0.2, Number.NaN, Number.NaN);
    const best = bestMatchOfTeacher({ rows: 2, columns: 2, data });
    expect(Array.from(best.correlation)).toEqual([0.2, Number.NaN]);
    expect(Array.from(best.node)).toEqual([1, 0]);
  });

  test('cover a teacher node only strictly above the threshold', () => {
    expect(covered([0.5, 0.51, 0.96, Number.NaN], 0.5)).toBe(2);
  });
});

test('fan-out norms leave the output biases out', () => {
  const w2: Matrix = { rows: 3, columns: 2, data: Float64Array.of(3, 4, 0, -2, 100, 100) };
  const network = randomFlatNetwork({ d: 1, nodes: 2, c: 2 }, 1, RandomStream.of(seed, 'teacher'));
  expect(stackedLayers(withLayers(network, { w2 })).w2).toEqual(w2);
  expect(Array.from(fanOutNorms(withLayers(network, { w2 }), 0))).toEqual([5, 2]);
});
