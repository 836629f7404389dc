import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { MultiLayerOptions } from '../../../src/experiment/experiment.js';
import { forward } from '../../../src/net/forward.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { correlation, sumOfSquaresFloor } from '../../../src/net/metrics/correlation.js';
import { type Network, relu } from '../../../src/net/network.js';
import { RandomStream } from '../../../src/net/random.js';
import { networkOfStacked } from '../../../src/net/stacked.js';
import { symmetryOf } from '../../../src/net/theory/symmetries.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import type { Problem } from '../../../src/problem/problem.js';
import { matchCounts } from '../../../src/protocol/fields/layer-fields.js';
import { stackedLayers } from '../../support/problems.js';
import {
  deepFixtureNetwork,
  flatFixtureNetwork,
  foundOn,
  matrixOf as matrix,
  theoryFixture,
  theoryOn,
} from '../../support/theory.js';

const small = { d: 6, m: 4, multi: 3, c: 3, trainSize: 60, evalSize: 300, studentScale: 0.5 };

const prepared = (options: object = {}) => {
  const { problem } = prepareRun(resolveExperiment({ ...small, ...options }, 'test'));
  const random = RandomStream.of(3, 'perturbation');
  // Output biases too, so that their part of the gradient counts.
  const { weight, bias } = problem.student.final;
  for (const values of [weight.data, bias ?? []])
    for (let i = 0; i < values.length; i++) values[i] += 0.3 * random.nextNormal();
  return problem;
};

const point = { height: 1, width: 1 } as const;
const passOf = (network: Network, x: Matrix) => forward(network, x, point, false);

/** Evaluates the statements on all nodes of the teacher. */
const evaluateTheory = (teacher: Network, student: Network, samples: Matrix) =>
  theoryOn({ teacher, student, samples });

/** Half the squared error of one sample as a function of a shift of student node k's hidden unit. */
const lossShifted = (teacher: Network, student: Network, x: Matrix, k: number, by: number): number => {
  const { output: wanted } = passOf(teacher, x);
  const hidden = passOf(student, x).layers[0].output;
  hidden.data[k] += by;
  const { weight, bias } = student.final;
  let sum = 0;
  for (let o = 0; o < wanted.columns; o++) {
    let y = bias?.[o] ?? 0;
    for (let i = 0; i < hidden.columns; i++) y += hidden.data[i] * weight.data[o * hidden.columns + i];
    sum += (wanted.data[o] - y) ** 2 / 2;
  }
  return sum;
};

describe('the gradient at the lowest layer', () => {
  test.each([true, false])('has the alpha-beta form to rounding (relu %s)', (relu) => {
    const { teacher, student, evaluationSet } = prepared({ relu });
    expect(evaluateTheory(teacher, student, evaluationSet).form.deviation).toBeLessThan(1e-13);
  });

  test('is what moving a hidden unit does to the loss of one sample', () => {
    const { teacher, student, evaluationSet } = prepared();
    const x = { rows: 1, columns: 6, data: evaluationSet.data.slice(0, 6) };
    const hidden = passOf(student, x).layers[0].output;
    const step = 1e-5;
    const slopes = Array.from({ length: hidden.columns }, (_, k) =>
      hidden.data[k] > 0
        ? (lossShifted(teacher, student, x, k, step) - lossShifted(teacher, student, x, k, -step)) /
          (2 * step)
        : 0,
    );
    const alpha = Array.from({ length: hidden.columns }, (_, k) => {
      const { output } = passOf(teacher, x);
      let sum = 0;
      for (let o = 0; o < output.columns; o++)
        sum += output.data[o] * student.final.weight.data[o * hidden.columns + k];
      return hidden.data[k] > 0 ? Math.abs(sum) : 0;
    });
    const scale = Math.max(...alpha);
    const { training } = evaluateTheory(teacher, student, x).gradient;
    const active = slopes.filter((_, k) => hidden.data[k] > 0);
    const shares = active.map((slope) => Math.abs(slope) / scale).sort((a, b) => a - b);
    expect(active.length).toBeLessThan(hidden.columns);
    expect(training?.maximum).toBeCloseTo(shares[shares.length - 1], 8);
    expect(training?.median).toBeCloseTo(shares[Math.floor(shares.length / 2)], 8);
  });
});

describe('a student that is the teacher', () => {
  test('has no gradient, no angle and no residual', () => {
    const { teacher, evaluationSet } = prepared();
    const { gradient, teachers, students } = evaluateTheory(teacher, teacher, evaluationSet);
    expect(gradient.training?.maximum).toBe(0);
    for (const { angle, residual, correlation } of teachers) {
      expect(angle).toBeLessThan(1e-5);
      expect(residual).toBeLessThan(1e-12);
      expect(correlation).toBeCloseTo(1, 6);
    }
    expect(students.every(({ correlation }) => correlation > 0.999)).toBe(true);
  });

  test('in two halves has none either: collinear nodes carry the fan-out together', () => {
    const { teacher, evaluationSet } = prepared();
    const { w1, w2 } = stackedLayers(teacher);
    const double = (row: readonly number[]): number[] => [...row, ...row];
    const rowsOf = ({ rows, columns, data }: Matrix): number[][] =>
      Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * columns, (i + 1) * columns)));
    const halves = rowsOf(w2)
      .slice(0, -1)
      .map((row) => row.map((value) => value / 2));
    const student = networkOfStacked(
      matrix(rowsOf(w1).map(double)),
      matrix([...halves, ...halves, rowsOf(w2)[w2.rows - 1]]),
      relu,
    );
    const { gradient, teachers } = evaluateTheory(teacher, student, evaluationSet);
    expect(gradient.training?.maximum).toBeLessThan(1e-12);
    for (const { residual } of teachers) expect(residual).toBeLessThan(1e-12);
  });
});

test('nothing is said of networks without boundaries', () => {
  const { teacher, student, evaluationSet } = prepared();
  const erf = { activation: 'erf' } as const;
  const networks = { teacher: { ...teacher, ...erf }, student: { ...student, ...erf } };
  expect(foundOn({ ...networks, samples: evaluationSet })).toMatch(/ReLU/);
});

describe('nodes made by hand', () => {
  const direction = matrix([[1], [0], [0]]);
  const teacher = networkOfStacked(direction, matrix([[2], [0]]), relu);
  const x = matrix([
    [1, 0],
    [-1, 0],
    [0, 1],
    [1, 1],
    [-1, 1],
  ]);
  const studentAt = (w: readonly [number, number]): Network =>
    networkOfStacked(matrix([[w[0]], [w[1]], [0]]), matrix([[1], [0]]), relu);

  test.each([
    [[1, 0], 0, 0.5],
    [[2, 0], 0, 0],
    [[0, 1], 90, 1],
    [[1, 1], 45, 1],
    [[-1, 0], 0, 0.5],
  ] as const)(
    'a boundary of weights %j is %d degrees away and leaves a residual of %d',
    (w, angle, residual) => {
      const found = evaluateTheory(teacher, studentAt(w), x).teachers[0];
      expect(found.angle).toBeCloseTo(angle, 10);
      expect(found.residual).toBeCloseTo(residual, 10);
    },
  );

  test('a boundary is observed where samples on both sides activate the node', () => {
    expect(evaluateTheory(teacher, studentAt([0, 1]), x).teachers[0].observedBy).toBe(1);
    expect(evaluateTheory(teacher, studentAt([1, 0]), x).teachers[0].observedBy).toBe(0);
  });

  test('a node whose fan-out is orthogonal to the teacher node does not concern it', () => {
    const wide = networkOfStacked(
      direction,
      matrix([
        [2, 0],
        [0, 0],
      ]),
      relu,
    );
    const orthogonal = networkOfStacked(
      matrix([[0], [1], [0]]),
      matrix([
        [0, 3],
        [0, 0],
      ]),
      relu,
    );
    const found = evaluateTheory(wide, orthogonal, x).teachers[0];
    expect([found.observedBy, found.isConcerned]).toEqual([1, false]);
  });
});

test("a teacher node's part is its largest term in any gradient", () => {
  const { teacher, student, evaluationSet } = prepared();
  const { teachers } = evaluateTheory(teacher, student, evaluationSet);
  const [ofTeacher, ofStudent] = [teacher, student].map(
    (network) => passOf(network, evaluationSet).layers[0].output,
  );
  const [m, n] = [ofTeacher.columns, ofStudent.columns];
  const [{ w2: v }, { w2 }] = [stackedLayers(teacher), stackedLayers(student)];
  const c = w2.columns;
  const term = (i: number, j: number, k: number): number => {
    let alpha = 0;
    for (let o = 0; o < c; o++) alpha += v.data[j * c + o] * w2.data[k * c + o];
    const unit = j < m ? ofTeacher.data[i * m + j] : 1;
    return ofStudent.data[i * n + k] > 0 ? alpha * unit : 0;
  };
  const all = Array.from({ length: evaluationSet.rows }, (_, i) => i);
  const nodes = Array.from({ length: n }, (_, k) => k);
  const largest = (value: (i: number, k: number) => number): number =>
    all.reduce((most, i) => nodes.reduce((sum, k) => Math.max(sum, Math.abs(value(i, k))), most), 0);
  const whole = largest((i, k) =>
    Array.from({ length: m + 1 }, (_, j) => term(i, j, k)).reduce((a, b) => a + b, 0),
  );
  teachers.forEach(({ part }, j) => {
    expect(part).toBeCloseTo(largest((i, k) => term(i, j, k)) / whole, 10);
  });
});

describe('the fall of the loss by teacher node', () => {
  test.each([
    ['two layers', { ...small, sgd: false, learningRate: 0.05 }],
    ['two layers, the first one fixed', { ...small, sgd: false, learningRate: 0.05, featuresFixed: true }],
    [
      'several layers',
      {
        kind: 'multi-layer',
        d: 6,
        hidden: [5, 7],
        multi: 2,
        c: 4,
        trainSize: 40,
        evalSize: 60,
        batchSize: 40,
      },
    ],
  ])('is what a step on all training samples makes of it: %s', (_, options) => {
    const experiment = resolveExperiment(options as MultiLayerOptions, 'test');
    const { problem } = prepareRun(experiment);
    const engine = createNaiveEngine(problem, { precision: 'float64' });
    engine.train(20);
    const { rule, teacher, activeNodes, trainingSet, evaluationSet, learningRate } = problem;
    const found = () =>
      theoryOn({
        ...{ teacher, student: engine.readState().student, activeNodes, loss: rule.loss },
        ...{ training: trainingSet, evaluation: evaluationSet },
        step: { learningRate, frozenLayers: rule.frozenLayers },
      });
    const before = found();
    engine.train(1);
    const after = found();
    before.teachers.forEach(({ loss, fall }, j) => {
      expect(fall).not.toBe(0);
      expect(fall / before.loss.whole).toBeCloseTo((loss - after.teachers[j].loss) / before.loss.whole, 10);
    });
  });
});

describe('on students of several layers', () => {
  const deepProblem = (options: object = {}): Problem => {
    const settings = {
      kind: 'multi-layer',
      d: 6,
      hidden: [5, 7, 6],
      multi: 2,
      c: 4,
      trainSize: 64,
      evalSize: 200,
    };
    const experiment = resolveExperiment({ ...settings, ...options } as MultiLayerOptions, 'test');
    return prepareRun(experiment).problem;
  };
  const evaluated = ({ teacher, student, activeNodes, evaluationSet }: Problem) =>
    theoryOn({ teacher, student, activeNodes, samples: evaluationSet });

  test('the form of the gradient agrees with back-propagation to rounding, biases above included', () => {
    const problem = deepProblem();
    const random = RandomStream.of(5, 'perturbation');
    for (const { bias } of [...problem.student.hidden, problem.student.final, ...problem.teacher.hidden])
      bias?.forEach((_, k) => {
        bias[k] = random.nextNormal();
      });
    const { form, gradient } = evaluated(problem);
    expect(form.deviation).toBeLessThan(1e-12);
    expect(gradient.training?.maximum).toBeGreaterThan(0.01);
  });

  test('an upper layer that only passes units on says what one hidden layer says', () => {
    const { teacher, student, evaluationSet } = prepared();
    const deeper = (network: Network): Network => {
      const [layer] = network.hidden;
      const size = layer.weight.rows;
      const data = new Float64Array(size * size).map((_, i) => Number(i % (size + 1) === 0));
      const passing = { weight: { rows: size, columns: size, data }, bias: null, norm: null };
      return { ...network, hidden: [layer, passing], storage: 'arrays' };
    };
    const deep = evaluateTheory(deeper(teacher), deeper(student), evaluationSet);
    const flat = evaluateTheory(teacher, student, evaluationSet);
    expect(deep.gradient.training?.p99).toBeCloseTo(flat.gradient.training?.p99 ?? 0, 12);
    deep.teachers.forEach((found, j) => {
      const { residual, part, loss, epsilon, ...rest } = flat.teachers[j];
      expect(residual).toBeGreaterThanOrEqual(0);
      expect(found).toEqual({
        ...rest,
        residual: Number.NaN,
        part: expect.closeTo(part, 12),
        loss: expect.closeTo(loss, 12),
        epsilon: {
          training: expect.closeTo(epsilon.training, 10),
          evaluation: expect.closeTo(epsilon.evaluation, 10),
        },
      });
    });
  });

  test('a node that gives nothing where another one is active does not concern that one', () => {
    const corners = matrix([-1, 1].flatMap((a) => [-1, 1].map((b) => [a, b])));
    // The first upper node is open at (-1, -1) alone, where the two nodes below it are closed.
    const networkWith = (passing: number) =>
      deepFixtureNetwork({
        weights: [
          [
            ...[
              [1, 0],
              [0, 1],
            ],
            [1, 0.5],
          ],
          [...[[-9, -9, 0]], [0, 0, 1]],
          [[1, passing]],
        ],
        biases: [[0, 0, 9], [1, 0], [0]],
      });
    const { teachers, missing } = evaluateTheory(networkWith(1), networkWith(1), corners);
    expect(missing).toEqual({});
    expect(teachers.map(({ observedBy, isConcerned }) => [observedBy, isConcerned])).toEqual([
      ...[
        [2, false],
        [2, false],
        [0, false],
      ],
    ]);
    // Without the second one nothing comes down at all, which is no collapse.
    const closed = evaluateTheory(networkWith(1), networkWith(0), corners);
    expect(closed.missing.gradient).toMatch(/^nothing reaches the lowest layer/);
  });

  test('a student that is the teacher has no gradient and no angle', () => {
    const { teacher, activeNodes } = deepProblem();
    const { gradient, teachers } = evaluated({ ...deepProblem(), teacher, student: teacher, activeNodes });
    expect(gradient.training?.maximum).toBe(0);
    for (const { angle } of teachers) expect(angle).toBeLessThan(1e-5);
  });
});

describe('computed from their definitions by NumPy', () => {
  const close = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? Number.NaN : expect.closeTo(value, 10)));

  test.each(['two', 'leaky', 'straight'])('are all quantities of one hidden layer: %s', (name) => {
    const { teacher, student, studentLeak, training, evaluation, expected } = theoryFixture()[name];
    const networks = {
      teacher: flatFixtureNetwork(teacher),
      student: flatFixtureNetwork(student, studentLeak),
    };
    const found = theoryOn({
      ...networks,
      training: matrix(training),
      evaluation: matrix(evaluation),
      step: { learningRate: 0.05, frozenLayers: [] },
    });
    const { gradient, teachers, students, loss } = found;
    for (const key of ['median', 'p90', 'p99', 'maximum'] as const)
      expect(gradient.training?.[key]).toBeCloseTo(expected.gradient[key], 10);
    expect(gradient.evaluation?.maximum).toBeCloseTo(expected.evaluationMaximum, 10);
    expect(found.form.deviation).toBeLessThan(1e-14);
    expect(teachers.map(({ part }) => part)).toEqual(close(expected.part));
    expect(teachers.map(({ epsilon }) => epsilon.training)).toEqual(close(expected.epsilonTraining));
    expect(teachers.map(({ epsilon }) => epsilon.evaluation)).toEqual(close(expected.epsilonEvaluation));
    expect(teachers.map(({ observedBy }) => observedBy)).toEqual(expected.observedBy);
    expect(teachers.map(({ residual }) => residual)).toEqual(close(expected.residual));
    expect(teachers.map(({ loss: part }) => part)).toEqual(close(expected.lossOfTeachers));
    expect([loss.whole, loss.rest]).toEqual(close([expected.loss, expected.lossRest]));
    // A student whose loss the step blows up loses digits in proportion.
    const share = (falls: readonly number[]) =>
      falls.map((fall) => fall / Math.max(1, ...falls.map(Math.abs)));
    expect(share(teachers.map(({ fall }) => fall))).toEqual(close(share(expected.lossFall)));
    const largest = Math.max(...expected.fanOutNorm);
    expect(students.map((one) => symmetryOf(one, largest))).toEqual(expected.classes);
    const [units, own] = [networks.teacher, networks.student].map(
      (network) => forward(network, matrix(evaluation), { height: 1, width: 1 }, false).layers[0].output,
    );
    const { columns, data } = correlation(units, own, sumOfSquaresFloor);
    const rows = teachers.map((_, j) => [...data.subarray(j * columns, (j + 1) * columns)]);
    expect(matchCounts({ correlation: rows })).toEqual(expected.matchCounts);
    expect(students.map(({ fanOutNorm }) => fanOutNorm)).toEqual(close(expected.fanOutNorm));
    expect(students.map(({ groupFanOut }) => groupFanOut)).toEqual(close(expected.groupFanOut));
    expect(students.map(({ heldShare }) => heldShare)).toEqual(close(expected.heldShare));
    expect(students.map(({ independent }) => independent)).toEqual(expected.independent);
    // Angles near 0 and correlations lose digits: to an arc cosine, and to the floor under a variance.
    teachers.forEach(({ angle, correlation: best }, j) => {
      expect(angle).toBeCloseTo(expected.angle[j], 5);
      expect(best).toBeCloseTo(expected.correlation[j], 8);
    });
    students.forEach(({ correlation: best }, k) => {
      expect(best).toBeCloseTo(expected.studentCorrelation[k], 8);
    });
  });

  test.each(['deep', 'deeper'])(
    'are gradient, L-shape of every layer and the parts of the loss of several hidden layers: %s',
    (name) => {
      const { teacher, student, samples, expected } = theoryFixture()[name];
      const { gradient, students, teachers, loss, upper } = theoryOn({
        teacher: deepFixtureNetwork(teacher),
        student: deepFixtureNetwork(student),
        samples: matrix(samples),
      });
      expect(gradient.training?.maximum).toBeCloseTo(expected.maximum, 10);
      expect(gradient.training?.median).toBeCloseTo(expected.median, 10);
      expect(students.map(({ fanOutNorm }) => fanOutNorm)).toEqual(close(expected.fanOutNorm));
      students.forEach(({ correlation: best }, k) => {
        expect(best).toBeCloseTo(expected.studentCorrelation[k], 8);
      });
      expect(upper).toHaveLength(expected.upper.length);
      for (const [l, { fanOutNorm, studentCorrelation }] of expected.upper.entries())
        expect(upper[l]).toEqual({
          fanOutNorm: close(fanOutNorm),
          correlation: studentCorrelation.map((value: number) => expect.closeTo(value, 8)),
        });
      expect(loss.whole).toBeCloseTo(expected.loss, 10);
      expect(teachers.map(({ loss: part }) => part)).toEqual(close(expected.lossOfTeachers));
      expect(teachers.reduce((sum, { loss: part }) => sum + part, loss.rest) / loss.whole).toBeCloseTo(1, 12);
    },
  );
});
