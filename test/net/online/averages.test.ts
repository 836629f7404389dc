import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../src/net/matrix.js';
import { covarianceChange } from '../../../src/net/online/equations.js';
import { erfAverages } from '../../../src/net/online/erf-averages.js';
import type { GaussianAverages } from '../../../src/net/online/gaussian-averages.js';
import { couplingsOf, covarianceOf, expectedLoss } from '../../../src/net/online/order-parameters.js';
import { orthantProbability, secondMoment } from '../../../src/net/online/orthants.js';
import { reluAverages } from '../../../src/net/online/relu-averages.js';
import { Trajectory } from '../../../src/net/online/trajectory.js';
import { matrixOf, networkOf } from '../../support/theory.js';

type Case = readonly [number, number, number, number];
type Fixture = {
  readonly covariance: number[][];
  readonly cases: Case[];
  readonly erf: number[][];
  readonly relu: { readonly values: number[][]; readonly standardErrors: number[][] };
  readonly course: {
    readonly students: number;
    readonly rate: number;
    readonly noiseVariance: number;
    readonly times: number[];
    readonly covariances: number[][][];
  };
};
const fixture: Fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'online', 'averages.json'), 'utf8'),
);
const covariance = matrixOf(fixture.covariance);

const allOf = ({ i2, j2, i3, i4 }: GaussianAverages, [i, j, k, l]: Case): number[] => [
  i2(covariance, i, j),
  j2(covariance, i, j),
  i3(covariance, i, j, k),
  i4(covariance, i, j, k, l),
];

describe('averages over Gaussian pre-activations', () => {
  test.each(fixture.cases.map((nodes, at) => [nodes, at] as const))(
    'of erf are those of a quadrature: nodes %j',
    (nodes, at) => {
      allOf(erfAverages, nodes).forEach((value, which) => {
        expect(value).toBeCloseTo(fixture.erf[at][which], 9);
      });
    },
  );

  test.each(fixture.cases.map((nodes, at) => [nodes, at] as const))(
    'of ReLU are those of samples: nodes %j',
    (nodes, at) => {
      const { values, standardErrors } = fixture.relu;
      allOf(reluAverages, nodes).forEach((value, which) => {
        expect(Math.abs(value - values[at][which])).toBeLessThan(5 * standardErrors[at][which] + 1e-12);
      });
    },
  );

  test('of a node that is 0 are finite', () => {
    const withZero = matrixOf([
      [0, 0, 0],
      [0, 1, 0.2],
      [0, 0.2, 1],
    ]);
    for (const { i2, j2, i3, i4 } of [erfAverages, reluAverages]) {
      expect([i2(withZero, 0, 1), i3(withZero, 0, 0, 1)]).toEqual([0, 0]);
      expect(j2(withZero, 0, 1)).toBeGreaterThan(0);
      expect(i4(withZero, 0, 1, 1, 2)).toBeGreaterThan(0);
    }
  });
});

describe('four Gaussian numbers', () => {
  const equal = (rho: number): Matrix =>
    matrixOf([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : rho))));

  test.each([
    [0, 1 / 16],
    [1 / 2, 1 / 5],
  ])('that all correlate by %d are all positive with probability %d', (rho, probability) => {
    expect(orthantProbability(equal(rho), [0, 1, 2, 3])).toBeCloseTo(probability, 13);
  });

  test('of which two are nearly the other two: differences keep their size', () => {
    const shares = [1e-2, 1e-3, 1e-4, 1e-5].map((size) => {
      const vectors = [
        [1, 0.3, 0, 0],
        [0.2, 1, 0, 0],
        [1, 0.3, size, 0],
        [0.2, 1, size / 2, 0.4 * size],
      ];
      const c = matrixOf(
        vectors.map((a) => vectors.map((b) => a.reduce((sum, value, at) => sum + value * b[at], 0))),
      );
      const moment = (k: number, l: number): number => secondMoment(c, k, l, [0, 1, k, l]);
      return (moment(2, 3) - moment(2, 1) - moment(0, 3) + moment(0, 1)) / size ** 2;
    });
    // In the limit half the density's share of the quadrant: <(x_2 - x_0)(x_3 - x_1)> = size^2 / 2.
    for (const share of shares) expect(Math.abs(share - shares[3])).toBeLessThan(2e-3);
    expect(shares[3]).toBeCloseTo(0.1639, 3);
  });
});

describe('the course of order parameters', () => {
  const { students, rate, noiseVariance, times, covariances } = fixture.course;
  const start = matrixOf(covariances[0]);
  const signs = covariances[0].map((_, node) => (node < students ? -1 : 1));
  const couplings = matrixOf(signs.map((a) => signs.map((b) => a * b)));
  const setting = { averages: erfAverages, students, couplings, batchSize: 1, noiseVariance };
  const course = () =>
    new Trajectory((_, data) => covarianceChange(setting, { ...start, data }, rate).data, start.data);

  test('is that of SciPy with the equations written down anew', () => {
    const found = course();
    times.forEach((time, at) => {
      const expected = covariances[at].flat();
      found.at(time)?.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(3e-5);
      });
    });
  });

  test('is the same in whatever order it is asked for', () => {
    const [forth, back] = [course(), course()];
    const asked = [0, 0.3, 2, 7.7, 31];
    const found = asked.map((time) => forth.at(time));
    expect(asked.toReversed().map((time) => back.at(time))).toEqual(found.toReversed());
  });
});

describe('a trajectory', () => {
  test('keeps to its tolerance, across jumps of the derivative too', () => {
    const decay = new Trajectory(
      (time, [x]) => Float64Array.of(time < 1.5 ? -x : -3 * x),
      Float64Array.of(1),
      [1.5],
    );
    for (const time of [0.5, 1.5, 2, 4]) {
      const expected = Math.exp(-time - 2 * Math.max(0, time - 1.5));
      expect(decay.at(time)?.[0]).toBeCloseTo(expected, 4);
    }
  });

  test('ends where the solution does', () => {
    const blowing = new Trajectory((_, [x]) => Float64Array.of(x * x), Float64Array.of(1));
    expect(blowing.at(0.9)?.[0]).toBeCloseTo(10, 2);
    expect(blowing.at(1.1)).toBeNull();
  });
});

describe('the closed-form loss of committees by hand', () => {
  const lossOf = (
    averages: GaussianAverages,
    student: readonly number[][],
    of: readonly number[][],
  ): number => {
    const machines = [student, of].map((all) => networkOf(all.map(([v, ...w]) => ({ w, v: [v] }))));
    const pair = { student: machines[0], teacher: machines[1], dataStd: 1 };
    return expectedLoss(averages, covarianceOf(pair), couplingsOf(pair), 1);
  };
  // Fan-out, then incoming weights.
  const [x, y] = [
    [1, 1, 0],
    [1, 0, 1],
  ];
  // <erf(z / sqrt 2)^2> = 1/3 and <relu(z)^2> = 1/2 of a standard Gaussian z.
  test.each([
    ['erf', erfAverages, 1 / 3, 4 / 3],
    ['ReLU', reluAverages, 1 / 2, 1],
  ] as const)('of %s', (_, averages, alone, ofMirror) => {
    expect(lossOf(averages, [x, y], [x, y])).toBeGreaterThanOrEqual(0);
    expect(lossOf(averages, [x, y], [y, x])).toBeLessThan(1e-15);
    expect(lossOf(averages, [[1, 0, 0]], [x])).toBeCloseTo(alone, 14);
    expect(lossOf(averages, [x.map((value, i) => (i === 0 ? value : -value))], [x])).toBeCloseTo(
      ofMirror,
      14,
    );
    const halves = [0.5, 0.5].map((v) => [v, 1, 0]);
    expect(lossOf(averages, halves, [x])).toBeLessThan(1e-15);
    // Orthogonal nodes: twice each one's own, less twice the product of their means, which is 0 of an odd function.
    const mean = averages === reluAverages ? 1 / (2 * Math.PI) : 0;
    expect(lossOf(averages, [y], [x])).toBeCloseTo(2 * (alone - mean), 14);
  });
});
