import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../../src/net/construction/inputs.js';
import { type Matrix, multiply, transpose, zeros } from '../../../src/net/matrix.js';
import {
  bestMatchOfStudent,
  bestMatchOfTeacher,
  correlation,
  covered,
  gradientStatistics,
  hiddenProduct,
  observability,
} from '../../../src/net/metrics/metrics.js';
import { fanOutNorms } from '../../../src/net/network.js';
import { RandomStream } from '../../../src/net/random.js';
import { type Activations, forward, type TwoLayer } from '../../../src/net/two-layer.js';

const seed = 11;

const randomNet = (d: number, nodes: number, c: number, stream: RandomStream): TwoLayer => ({
  w1: gaussianData(d + 1, nodes, 1, stream),
  w2: gaussianData(nodes + 1, c, 1, stream),
});

const permuteNodes = ({ w1, w2 }: TwoLayer, order: readonly number[]): TwoLayer => {
  const [p1, p2] = [zeros(w1.rows, w1.columns), zeros(w2.rows, w2.columns)];
  order.forEach((from, to) => {
    for (let i = 0; i < w1.rows; i++) p1.data[i * w1.columns + to] = w1.data[i * w1.columns + from];
    p2.data.set(w2.data.subarray(from * w2.columns, (from + 1) * w2.columns), to * w2.columns);
  });
  p2.data.set(w2.data.subarray(-w2.columns), order.length * w2.columns);
  return { w1: p1, w2: p2 };
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
  const stream = RandomStream.of(runSeed, 'teacher');
  const teacher = randomNet(d, m, 3, stream);
  const student = randomNet(d, n, 3, stream);
  const x = gaussianData(samples, d, 1.5, stream);
  return { teacher, student, x, t: forward(teacher, x, true), s: forward(student, x, true) };
};

describe('correlation', () => {
  test('equals a direct recomputation, column by column (100 seeds)', () => {
    fc.assert(
      fc.property(
        fc.record({ d: fc.integer({ min: 1, max: 6 }), m: fc.integer({ min: 1, max: 5 }) }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 0, max: 1000 }),
        ({ d, m }, samples, runSeed) => {
          const { t, s } = twoNets(d, m, m + 2, samples, runSeed);
          const result = correlation(t.hidden, s.hidden);
          expect([result.rows, result.columns]).toEqual([m, m + 2]);
          for (let j = 0; j < m; j++)
            for (let k = 0; k < m + 2; k++)
              expect(result.data[j * (m + 2) + k]).toBeCloseTo(
                pearson(column(t.hidden, j), column(s.hidden, k)),
                10,
              );
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  test('has a diagonal of 1 when the student is the teacher (seed 11)', () => {
    const { t } = twoNets(6, 4, 4, 200);
    const result = correlation(t.hidden, t.hidden);
    for (let j = 0; j < 4; j++) expect(result.data[j * 5]).toBeCloseTo(1, 9);
  });

  test('permuting student nodes permutes its columns (seed 11)', () => {
    const { t, s, student, x } = twoNets(6, 4, 5, 100);
    const order = [3, 0, 4, 1, 2];
    const before = correlation(t.hidden, s.hidden);
    const after = correlation(t.hidden, forward(permuteNodes(student, order), x, true).hidden);
    order.forEach((from, to) => {
      expect(column(after, to)).toEqual(column(before, from));
    });
  });

  test('does not change when a node is scaled up, and never exceeds 1 (seed 11)', () => {
    const { t, s } = twoNets(6, 4, 5, 100);
    const scaled = { ...s.hidden, data: s.hidden.data.map((value) => 8 * value) };
    const before = correlation(t.hidden, s.hidden).data;
    const after = correlation(t.hidden, scaled).data;
    before.forEach((value, i) => {
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(after[i]).toBeCloseTo(value, 9);
    });
  });

  test('a dead node and a constant node correlate 0, not NaN (seed 11)', () => {
    const { t, s } = twoNets(6, 4, 5, 100);
    const hidden = { ...s.hidden, data: s.hidden.data.map((v, i) => [0, 7.3, v, v, v, v][i % 6]) };
    const result = correlation(t.hidden, hidden);
    for (const value of column(result, 0)) expect(value).toBe(0);
    for (const value of column(result, 1)) expect(Math.abs(value)).toBeLessThan(1e-8);
  });
});

describe('observability', () => {
  test('equals counting the samples on both sides (seed 11)', () => {
    const { t, s } = twoNets(3, 4, 5, 60);
    const result = observability(t.hidden, s.hidden);
    for (let j = 0; j < 4; j++)
      for (let k = 0; k < 5; k++) {
        const active = column(s.hidden, k).map((value) => value > 0);
        const positive = column(t.hidden, j).map((value) => value > 0);
        const above = active.filter((on, i) => on && positive[i]).length;
        const below = active.filter((on, i) => on && !positive[i]).length;
        expect(result.data[j * 5 + k]).toBe(Math.min(above, below));
      }
  });

  test('a node never observes its own boundary, nor does a dead one any (seed 11)', () => {
    const { t } = twoNets(3, 4, 4, 60);
    const own = observability(t.hidden, t.hidden);
    for (let j = 0; j < 4; j++) expect(own.data[j * 5]).toBe(0);
    const dead = { ...t.hidden, data: new Float64Array(t.hidden.data.length) };
    expect(Array.from(observability(t.hidden, dead).data)).toEqual(new Array(16).fill(0));
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
  expect(Array.from(fanOutNorms({ w1: zeros(2, 2), w2 }, 0))).toEqual([5, 2]);
});

test('hidden products are means of products without the constant unit (seed 11)', () => {
  const { t, s } = twoNets(3, 2, 3, 20);
  const product = hiddenProduct(t.hidden, s.hidden);
  const full = multiply(transpose(t.hidden), s.hidden);
  expect([product.rows, product.columns]).toEqual([2, 3]);
  for (let j = 0; j < 2; j++)
    for (let k = 0; k < 3; k++) expect(product.data[j * 3 + k]).toBeCloseTo(full.data[j * 4 + k] / 20, 12);
});

describe('gradient statistics', () => {
  test('equal the closed form of the lowest layer, g_k = gate (sum alpha h* - sum beta h + v.(b*-b)) (seed 11)', () => {
    const { teacher, student, t, s } = twoNets(4, 3, 5, 30);
    const n = 5;
    const { g1, g2 } = gradientStatistics(student, s, t.output);
    const alpha = multiply(student.w2, transpose(teacher.w2));
    const beta = multiply(student.w2, transpose(student.w2));
    for (let k = 0; k <= n; k++) {
      let sum = 0;
      for (let i = 0; i < 30; i++) {
        let g = 0;
        for (let j = 0; j <= 3; j++) g += alpha.data[k * 4 + j] * t.hidden.data[i * 4 + j];
        for (let l = 0; l <= n; l++) g -= beta.data[k * (n + 1) + l] * s.hidden.data[i * (n + 1) + l];
        sum += s.gate[i * (n + 1) + k] * g ** 2;
      }
      expect(g1[k] / (sum / 30)).toBeCloseTo(1, 10);
    }
    for (let o = 0; o < 3; o++) {
      const errors = column(t.output, o).map((y, i) => y - column(s.output, o)[i]);
      expect(g2[o]).toBeCloseTo(errors.reduce((sum, e) => sum + e * e, 0) / 30, 10);
    }
  });

  test('are all zero when the student is the teacher (seed 11)', () => {
    const { teacher, t } = twoNets(4, 3, 3, 30);
    const activations: Activations = t;
    const statistics = gradientStatistics(teacher, activations, t.output);
    expect([statistics.gradW1Norm, statistics.gradW2Norm]).toEqual([0, 0]);
    expect(Array.from(statistics.g1)).toEqual([0, 0, 0, 0]);
  });
});
