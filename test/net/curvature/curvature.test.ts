import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { UpdateRule } from '../../../src/net/construction/training-rules.js';
import {
  type Curvature,
  type CurvatureAsked,
  measureCurvature,
  pointKind,
} from '../../../src/net/curvature/curvature.js';
import { LossHessian } from '../../../src/net/curvature/hessian.js';
import { forward } from '../../../src/net/forward.js';
import { copyNetwork, type Network, trainedArrays } from '../../../src/net/network.js';
import { inputRows } from '../../../src/net/patches.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import { deepProblem, smallImages } from '../../support/deep-problems.js';
import { randomProblem } from '../../support/problems.js';
import {
  deepFixtureNetwork,
  flatFixtureNetwork,
  matrixOf,
  networkOf,
  theoryFixture,
} from '../../support/theory.js';

const expected = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'curvature', 'eigenvalues.json'), 'utf8'),
);

const plain: UpdateRule = {
  loss: 'half-squared-error',
  optimizer: { method: 'sgd', momentum: 0, weightDecay: 0 },
  temperature: 0,
  frozenLayers: [],
  constraints: [],
};

const measured = (asked: Omit<CurvatureAsked, 'grid' | 'outputNoise'>): Curvature => {
  const curvature = measureCurvature({ ...asked, outputNoise: null, grid: { height: 1, width: 1 } });
  if (typeof curvature === 'string') throw new Error(curvature);
  return curvature;
};

describe('against eigenvalues of the whole Hessian by NumPy', () => {
  const { two, deep } = theoryFixture();
  const flat = {
    teacher: flatFixtureNetwork(two.teacher),
    student: flatFixtureNetwork(two.student),
    trainingSet: matrixOf(two.training),
  };
  const deeper = {
    teacher: deepFixtureNetwork(deep.teacher),
    student: deepFixtureNetwork(deep.student),
    trainingSet: matrixOf(deep.samples),
  };
  const cases = {
    two: { ...flat, rule: plain },
    deepMeanSquare: { ...deeper, rule: { ...plain, loss: 'mean-squared-error' } },
    deepCrossEntropy: { ...deeper, rule: { ...plain, loss: 'cross-entropy' } },
  } as const;

  test.each(Object.entries(cases))('%s', (name, asked) => {
    const { largest, smallest, gradientNorm, descent } = measured(asked);
    const values = expected[name];
    expect(Math.abs(largest.value - values.largest)).toBeLessThanOrEqual(largest.error + 1e-9);
    expect(Math.abs(smallest.value - values.smallest)).toBeLessThanOrEqual(smallest.error + 1e-9);
    expect(largest.error).toBeLessThan(2e-3 * values.largest);
    expect(largest.value / values.largest).toBeCloseTo(1, 6);
    expect(gradientNorm / values.gradientNorm).toBeCloseTo(1, 12);
    expect(descent / values.descent).toBeCloseTo(1, 6);
  });

  test('features that are not trained leave a convex problem', () => {
    const { largest, smallest, parameters } = measured({ ...flat, rule: { ...plain, frozenLayers: [0] } });
    expect(largest.value / expected.two.headLargest).toBeCloseTo(1, 6);
    expect(Math.abs(smallest.value)).toBeLessThan(1e-3 * largest.value);
    expect(parameters).toBe(3 * 6 + 3);
  });
});

/** The Hessian of a problem's loss at its student. */
const hessianOf = (
  problem: Pick<CurvatureAsked, 'teacher' | 'grid' | 'rule'> & { readonly x: CurvatureAsked['trainingSet'] },
) => {
  const { teacher, grid, x, rule } = problem;
  const target = forward(teacher, inputRows(x, grid), grid, false).output;
  return (student: Network): LossHessian =>
    new LossHessian({
      ...{ student, loss: rule.loss, grid, x, target },
      isFree: trainedArrays(student).map(() => true),
    });
};

const shiftNumber = (student: Network, at: number, by: number): Network => {
  const moved = copyNetwork(student);
  let start = 0;
  for (const array of trainedArrays(moved)) {
    if (at >= start && at < start + array.length) array[at - start] += by;
    start += array.length;
  }
  return moved;
};

const problems = {
  'one hidden layer': randomProblem({ d: 3, m: 2, n: 4, c: 2, batch: null, rows: 12 }),
  'three hidden layers': deepProblem({ trainSize: 16 }),
  'cross-entropy': deepProblem({ trainSize: 16, crossEntropy: true }),
  'soft committee machines': prepareRun(
    resolveExperiment(
      {
        d: 3,
        m: 2,
        n: 3,
        c: 1,
        activation: 'erf',
        secondLayer: 1,
        trainSize: 12,
        evalSize: 4,
        studentScale: 0.5,
      },
      'test',
    ),
  ).problem,
  images: deepProblem({ ...smallImages, trainSize: 4 }),
};

describe('every third column of the Hessian is how the gradient differs', () => {
  const step = 1e-6;
  const every = 3;

  test.each(Object.entries(problems))('%s', (_, problem) => {
    const of = hessianOf({ ...problem, x: problem.trainingSet });
    const hessian = of(problem.student);
    const scale = Math.max(...hessian.gradient.map(Math.abs));
    const columns = Array.from({ length: Math.ceil(hessian.size / every) }, (_, i) => i * every);
    let agreeing = 0;
    for (const at of columns) {
      const unit = new Float64Array(hessian.size);
      unit[at] = 1;
      const column = hessian.times(unit);
      const [above, below] = [step, -step].map((by) => of(shiftNumber(problem.student, at, by)).gradient);
      const differences = above.map((value, i) => (value - below[i]) / (2 * step));
      const largest = Math.max(...differences.map((value, i) => Math.abs(value - column[i])));
      if (largest < 1e-5 * scale) agreeing++;
    }
    // A gate that turns between the two points makes its columns differ without bound.
    expect(agreeing / columns.length).toBeGreaterThan(0.97);
  });
});

describe('what cannot be measured says why', () => {
  test('batch norm', () => {
    expect(measureCurvature(deepProblem({ batchNorm: true }))).toMatch(/^batch norm/);
  });

  test('a diverged student, and one of which nothing is trained', () => {
    const { two } = theoryFixture();
    const broken = flatFixtureNetwork(two.student);
    broken.hidden[0].weight.data[0] = Number.NaN;
    const asked = {
      ...{ teacher: flatFixtureNetwork(two.teacher), grid: { height: 1, width: 1 }, outputNoise: null },
      trainingSet: matrixOf(two.training),
    };
    expect(measureCurvature({ ...asked, student: broken, rule: plain })).toMatch(/^the run has diverged/);
    // Finite weights whose outputs' squares are not.
    const huge = copyNetwork(flatFixtureNetwork(two.student));
    for (const array of trainedArrays(huge)) array[0] = 1e100;
    expect(measureCurvature({ ...asked, student: huge, rule: plain })).toMatch(/^the run has diverged/);
    const frozen = { ...plain, frozenLayers: [0, 1] };
    expect(measureCurvature({ ...asked, student: flatFixtureNetwork(two.student), rule: frozen })).toBe(
      'nothing is trained',
    );
  });
});

test('a student that is its teacher is at a minimum: no negative curvature, gradient 0', () => {
  const { two } = theoryFixture();
  const teacher = flatFixtureNetwork(two.teacher);
  const { smallest, largest, gradientNorm } = measured({
    ...{ teacher, student: copyNetwork(teacher), rule: plain },
    trainingSet: matrixOf(two.training),
  });
  expect(gradientNorm).toBe(0);
  expect(smallest.value).toBeGreaterThan(-1e-10 * largest.value);
});

describe('of students made by hand', () => {
  const node = { w: [1, 0], v: [1, 0] };
  const teacher = networkOf([node]);
  const trainingSet = matrixOf([-2, -1, 1, 2].flatMap((a) => [-1, 1].map((b) => [a, b])));
  const kindOf = (student: Network, rule = plain) =>
    pointKind(measured({ teacher, student, rule, trainingSet }));

  test('a dead one under a frozen head bends nothing, which is no minimum', () => {
    const dead = networkOf([{ w: [1, 0], b: -99, v: [1, 1] }]);
    expect(kindOf(dead, { ...plain, frozenLayers: [1] })).toBe('unclear');
  });

  test('a dead one whose output biases are fitted rests at a minimum, for all that its nodes feel', () => {
    const dead = networkOf([{ w: [1, 0], b: -99, v: [1, 1] }], [0.75, 0]);
    expect(kindOf(dead)).toBe('minimum or flat');
  });

  test('idle nodes and copies beside a fitted one leave it at a minimum, a student of weights 0 is at a saddle', () => {
    const fitted = networkOf([node, { w: [-1, 0], v: [0, 0] }]);
    expect(kindOf(fitted)).toBe('minimum or flat');
    // With the best output bias all first derivatives vanish but those of the gates at 0, which v = 0 takes.
    const centred = networkOf([{ w: [0, 0], v: [0, 0] }], [0.75, 0]);
    expect(kindOf(centred)).toBe('saddle');
    const shared = networkOf([
      { ...node, v: [0.3, 0] },
      { ...node, v: [0.7, 0] },
    ]);
    expect(kindOf(shared)).toBe('minimum or flat');
  });
});
