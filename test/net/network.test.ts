import { describe, expect, test } from 'vitest';
import { backward, gradientArrays } from '../../src/net/backward.js';
import { forward } from '../../src/net/forward.js';
import { lossGradient } from '../../src/net/loss.js';
import type { Matrix } from '../../src/net/matrix.js';
import { copyNetwork, type Network, slopeAt, trainedArrays } from '../../src/net/network.js';
import { inputRows } from '../../src/net/patches.js';
import { fusedDot } from '../../src/net/product.js';
import type { Problem } from '../../src/problem/problem.js';
import { deepProblem, deepVariants, normAndImageVariants } from '../support/deep-problems.js';
import { randomProblem } from '../support/problems.js';

const flat = { d: 4, m: 3, n: 5, c: 2, batch: 6 };
const problems: Readonly<Record<string, Problem>> = {
  'one hidden layer, half squared errors': randomProblem(flat),
  'one erf layer, half squared errors': randomProblem(flat, { erf: true }),
  'one leaky layer, half squared errors': randomProblem(flat, { leak: 0.2 }),
  'one linear layer, half squared errors': randomProblem(flat, { relu: false }),
  ...Object.fromEntries(
    Object.entries({ ...deepVariants, ...normAndImageVariants }).map(([name, options]) => [
      name,
      deepProblem(options),
    ]),
  ),
};

const samples = ({ trainingSet }: Problem, count: number): Matrix => ({
  rows: count,
  columns: trainingSet.columns,
  data: trainingSet.data.slice(0, count * trainingSet.columns),
});

/** Distance of the closest pre-activation to the kink at 0. */
const distanceToKink = (network: Network, x: Matrix, grid: { height: number; width: number }): number =>
  Math.min(
    ...forward(copyNetwork(network), x, grid, true).layers.map(({ preActivation }) =>
      preActivation.data.reduce((least, value) => Math.min(least, Math.abs(value)), 1),
    ),
  );

/** What a step descends: half squared errors are reported doubled, as a mean over outputs. */
const objectiveOf = ({ rule: { loss } }: Problem, output: Matrix, target: Matrix): number =>
  lossGradient(loss, output, target).loss * (loss === 'half-squared-error' ? output.columns / 2 : 1);

describe('gradients', () => {
  test.each(Object.entries(problems))('equal central differences: %s', (_, problem) => {
    const { teacher, grid, rule } = problem;
    const student = copyNetwork(problem.student);
    const x = inputRows(samples(problem, 6), grid);
    const target = forward(teacher, x, grid, false).output;
    const objective = (): number =>
      objectiveOf(problem, forward(copyNetwork(student), x, grid, true).output, target);
    const margin = distanceToKink(student, x, grid);
    const h = Math.min(1e-5, margin / 100);
    const pass = forward(copyNetwork(student), x, grid, true);
    const { gradient, divisor } = lossGradient(rule.loss, pass.output, target);
    const gradients = gradientArrays(backward(student, pass, gradient));
    trainedArrays(student).forEach((weights, p) => {
      for (let i = 0; i < weights.length; i += 3) {
        const kept = weights[i];
        weights[i] = kept + h;
        const above = objective();
        weights[i] = kept - h;
        const below = objective();
        weights[i] = kept;
        expect((above - below) / (2 * h)).toBeCloseTo(gradients[p][i] / divisor, 4);
      }
    });
  });
});

describe('the gate', () => {
  const { student, trainingSet, grid } = randomProblem(flat);
  const at = (network: Network, ...values: number[]): number[] =>
    values.map((value) => slopeAt(network, value));

  test.each([
    [true, 1],
    [false, 0],
  ])('at exactly 0, open %s, passes %d of the gradient', (openAtZero, passed) => {
    const network = { ...student, openAtZero };
    expect(at(network, -1e-300, 0, -0, 1e-300)).toEqual([0, passed, passed, 1]);
    expect(at({ ...network, slope: 0.2 }, -1, 1)).toEqual([0.2, 1]);
    expect(at({ ...network, slope: 1 }, -1, 0, 1)).toEqual([1, 1, 1]);
  });

  test('cuts units below 0, multiplies them by the slope of a leaky network, and keeps NaN', () => {
    const { linear, output } = forward(student, trainingSet, grid, false).layers[0];
    const leaky = forward({ ...student, slope: 0.3 }, trainingSet, grid, false).layers[0].output;
    expect(linear.data.some((value) => value < 0)).toBe(true);
    expect(output.data).toEqual(linear.data.map((value) => Math.max(0, value)));
    expect(leaky.data).toEqual(linear.data.map((value) => (value < 0 ? 0.3 * value : value)));
    const broken = { ...trainingSet, data: trainingSet.data.map(() => Number.NaN) };
    expect(forward(student, broken, grid, false).output.data[0]).toBeNaN();
  });
});

test('a fused sum rounds once a product: what cancels in a plain sum survives', () => {
  const a = Float64Array.of(2 ** 30 + 1, -(2 ** 30));
  const b = Float64Array.of(2 ** 30 + 1, 2 ** 30 + 2);
  const exact = (2n ** 30n + 1n) ** 2n - 2n ** 30n * (2n ** 30n + 2n);
  expect(exact).toBe(1n);
  expect(a[0] * b[0] + a[1] * b[1]).toBe(0);
  expect(fusedDot(Float64Array.of(a[1], a[0]), Float64Array.of(b[1], b[0]))).toBe(1);
});
