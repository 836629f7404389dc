import { describe, expect, test } from 'vitest';
import { forward } from '../../src/net/forward.js';
import { type Matrix, multiply, transpose } from '../../src/net/matrix.js';
import type { Network } from '../../src/net/network.js';
import { gradientStatistics, hiddenProduct } from '../../src/parity/gradient-statistics.js';
import { randomProblem, stackedLayers } from '../support/problems.js';

const { teacher, student, trainingSet, grid } = randomProblem({ d: 4, m: 3, n: 5, c: 3, batch: 6, rows: 30 });
const passOf = (network: Network) => forward(network, trainingSet, grid, false);
const [t, s] = [passOf(teacher), passOf(student)];
const [h, g] = [t, s].map(({ layers }) => layers[0].output);
const at = (a: Matrix, i: number, j: number): number => (j < a.columns ? a.data[i * a.columns + j] : 1);

test('hidden products are means of products', () => {
  const product = hiddenProduct(h, g);
  expect([product.rows, product.columns]).toEqual([3, 5]);
  for (let j = 0; j < 3; j++)
    for (let k = 0; k < 5; k++) {
      let sum = 0;
      for (let i = 0; i < 30; i++) sum += at(h, i, j) * at(g, i, k);
      expect(product.data[j * 5 + k]).toBeCloseTo(sum / 30, 12);
    }
});

describe('gradient statistics', () => {
  test('equal the closed form of the lowest layer, g_k = gate (sum alpha h* - sum beta h + v.(b*-b))', () => {
    const { g1, g2 } = gradientStatistics(student, s, t.output);
    const [{ w2: of }, { w2: from }] = [stackedLayers(teacher), stackedLayers(student)];
    const alpha = multiply(from, transpose(of));
    const beta = multiply(from, transpose(from));
    for (let k = 0; k <= 5; k++) {
      let sum = 0;
      for (let i = 0; i < 30; i++) {
        let gradient = 0;
        for (let j = 0; j <= 3; j++) gradient += alpha.data[k * 4 + j] * at(h, i, j);
        for (let l = 0; l <= 5; l++) gradient -= beta.data[k * 6 + l] * at(g, i, l);
        if (at(g, i, k) > 0) sum += gradient ** 2;
      }
      expect(g1[k] / (sum / 30)).toBeCloseTo(1, 10);
    }
    for (let o = 0; o < 3; o++) {
      let sum = 0;
      for (let i = 0; i < 30; i++) sum += (at(t.output, i, o) - at(s.output, i, o)) ** 2;
      expect(g2[o]).toBeCloseTo(sum / 30, 10);
    }
  });

  test('are all zero when the student is the teacher', () => {
    const { gradW1Norm, gradW2Norm, g1, g2 } = gradientStatistics(teacher, t, t.output);
    expect([gradW1Norm, gradW2Norm, ...g1, ...g2]).toEqual(new Array(9).fill(0));
  });
});
