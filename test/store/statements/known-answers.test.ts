import { describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { MultiLayerOptions } from '../../../src/experiment/experiment.js';
import { forward } from '../../../src/net/forward.js';
import { copyNetwork, type Network } from '../../../src/net/network.js';
import { RandomStream } from '../../../src/net/random.js';
import { Forms } from '../../../src/net/theory/forms.js';
import { compareLowest } from '../../../src/net/theory/lowest-layer.js';
import { symmetryCensus } from '../../../src/net/theory/symmetries.js';
import { teacherTheories } from '../../../src/net/theory/teacher-theory.js';
import type { Theory } from '../../../src/net/theory/theory.js';
import { withoutNorms } from '../../../src/net/theory/without-norms.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import { teachersOfStudent, twinsOf } from '../../../src/store/selectors.js';
import { lossSpeeds } from '../../../src/store/statements/loss-speed.js';
import {
  type ComparedOnce,
  comparedOnce,
  foundOn,
  matrixOf,
  networkOf,
  statementsOn,
  theoryOn,
} from '../../support/theory.js';

/** Gaussian samples of two inputs. */
const plane = (count = 400) => {
  const random = RandomStream.of(1909, 'teacher');
  return matrixOf(Array.from({ length: count }, () => [random.nextNormal(), random.nextNormal()]));
};

const verdicts = (theory: Theory) =>
  Object.fromEntries(Object.values(statementsOn(theory)).map(({ id, verdict }) => [id, verdict]));

const on = (teacher: Network, student: Network, more: Partial<ComparedOnce> = {}) =>
  theoryOn({ teacher, student, samples: plane(), ...more });

/** A linear unit on all samples, out of a node whose boundary is far from them. */
const linear = (w: readonly number[], v: readonly number[]) => ({ w, b: 9, v });

describe('a student of zero loss', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [2, 0] },
    { w: [0, 1], v: [0, 1] },
  ]);
  // relu(x) = relu(-x) + x, the latter of a node that is always active.
  const mirrored = networkOf(
    [{ w: [-1, 0], v: [2, 0] }, { w: [0, 1], v: [0, 1] }, linear([1, 0], [2, 0])],
    [-18, 0],
  );

  test('that holds a node by its mirror image has specialized to it', () => {
    const theory = on(teacher, mirrored);
    expect(theory.loss.whole).toBeLessThan(1e-24);
    expect(theory.teachers[0]).toMatchObject({ isMirror: true, isHeld: true, isConcerned: true });
    expect(theory.teachers[0].angle).toBeCloseTo(0, 5);
    expect(theory.teachers[0].residual).toBeCloseTo(0, 12);
    expect(theory.teachers[0].correlation).toBeLessThan(0.95);
    expect(verdicts(theory)).toMatchObject({ gradient: 'holds', aligned: 'holds', 'l-shape': 'holds' });
    expect(theory.students.map(({ isAlwaysActive }) => isAlwaysActive)).toEqual([false, false, true]);
    expect(statementsOn(theory)['l-shape'].detail).toBe('1 active on every sample, which bend nothing');
  });

  test('of which nothing is observed meets no statement about observed nodes, and misses none', () => {
    const { gradient, aligned, 'finite-sample': finite } = statementsOn(on(teacher, teacher));
    for (const { verdict, quantity } of [gradient, aligned, finite])
      expect([verdict, quantity]).toEqual(['unknown', 'no teacher node is observed']);
  });

  test('has no unaligned node, and is told so by what counts as aligned there', () => {
    expect(statementsOn(on(teacher, teacher))['fan-out'].quantity).toMatch(
      /^each is above 0\.\d+ or on a teacher node's boundary/,
    );
  });

  test('carries a node by several that are added up, those that cancel too', () => {
    const student = networkOf([
      { w: [1, 0], v: [5, 1] },
      { w: [3, 0], v: [-1, -1 / 3] },
      { w: [0, 1], v: [0, 1] },
    ]);
    const theory = on(teacher, student);
    expect(theory.loss.whole).toBeLessThan(1e-24);
    expect(theory.teachers[0].residual).toBeCloseTo(0, 12);
  });

  test('that is leaky makes each node of two, and has specialized to them', () => {
    const leak = 0.4;
    // relu(z) (1 - leak^2) = leaky(z) + leak leaky(-z)
    const pairOf = ({ w, v }: { w: number[]; v: number[] }) => [
      { w, v: v.map((value) => value / (1 - leak * leak)) },
      { w: w.map((value) => -value), v: v.map((value) => (leak * value) / (1 - leak * leak)) },
    ];
    const nodes = [
      { w: [1, 0], v: [2, 0] },
      { w: [0, 1], v: [0, 1] },
    ];
    const theory = on(teacher, networkOf(nodes.flatMap(pairOf), undefined, leak));
    expect(theory.loss.whole).toBeLessThan(1e-24);
    for (const { residual, isHeld } of theory.teachers)
      expect([residual, isHeld]).toEqual([expect.closeTo(0, 12), true]);
    expect(theory.form.deviation).toBeLessThan(1e-12);
    expect(verdicts(theory)).toMatchObject({ gradient: 'holds', aligned: 'holds', 'l-shape': 'holds' });
    expect(statementsOn(theory).order).toMatchObject({ verdict: 'unknown' });
    expect(statementsOn(theory).order.quantity).toMatch(/^needs ReLU/);
  });

  test('has no fan-out in unaligned nodes that cancel each other', () => {
    const pair = [
      { w: [1, 1], v: [7, 7] },
      { w: [1, 1], v: [-7, -7] },
    ];
    const student = networkOf([{ w: [1, 0], v: [2, 0] }, { w: [0, 1], v: [0, 1] }, ...pair]);
    const theory = on(teacher, student);
    expect(theory.students.map(({ groupFanOut }) => groupFanOut)).toEqual([2, 1, 0, 0]);
    expect(theory.students.map(({ groupSize }) => groupSize)).toEqual([1, 1, 2, 2]);
    expect(verdicts(theory)).toMatchObject({ 'fan-out': 'holds', 'l-shape': 'holds' });
    const single = networkOf([{ w: [1, 0], v: [2, 0] }, { w: [0, 1], v: [0, 1] }, pair[0]]);
    expect(verdicts(on(teacher, single))).toMatchObject({ 'fan-out': 'not yet', 'l-shape': 'not yet' });
  });

  test('that is a teacher with collinear nodes leaves no residual, and they are told to be twins', () => {
    const twins = networkOf([
      { w: [1, 0], v: [2, 1] },
      { w: [2, 0], v: [3, 0] },
      { w: [0, 1], v: [1, 1] },
    ]);
    const { teachers } = on(twins, twins);
    expect(teachers.map(({ twins: others }) => others)).toEqual([[1], [0], []]);
    for (const { residual } of teachers) expect(residual).toBeCloseTo(0, 12);
    const merged = networkOf([
      { w: [1, 0], v: [8, 1] },
      { w: [0, 1], v: [1, 1] },
    ]);
    for (const { residual } of on(twins, merged).teachers) expect(residual).toBeCloseTo(0, 12);
  });
});

describe('whatever the scale of its nodes', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [2, 0] },
    { w: [0, 1], v: [0, 1] },
  ]);

  test('a node with long incoming weights and a short fan-out is what it was', () => {
    const theory = on(
      teacher,
      networkOf([
        { w: [100, 0], v: [0.02, 0] },
        { w: [0, 1], v: [0, 1] },
      ]),
    );
    expect(theory.loss.whole).toBeLessThan(1e-24);
    expect(symmetryCensus(theory.students)).toMatchObject({ aligned: 2, idle: 0 });
  });

  test('an unaligned one has not lost its voice', () => {
    const loud = { w: [70, 70], v: [0.02, 0.02] };
    const theory = on(teacher, networkOf([{ w: [1, 0], v: [2, 0] }, { w: [0, 1], v: [0, 1] }, loud]));
    expect(verdicts(theory)).toMatchObject({ 'fan-out': 'not yet', 'l-shape': 'not yet' });
  });
});

describe('teacher nodes of one boundary are judged together', () => {
  const other = { w: [0, 1], v: [0, 1] };
  const cancelled = networkOf([{ w: [1, 0], v: [4, 1] }, { w: [2, 0], v: [-2, -0.5] }, other]);

  test('those that cancel ask for nothing', () => {
    const pair = [
      { w: [1, 1], v: [0, 1] },
      { w: [1, 1], v: [0, -1] },
    ];
    const theory = on(cancelled, networkOf([other, ...pair]));
    expect(theory.loss.whole).toBeLessThan(1e-24);
    expect(theory.teachers.map(({ isConcerned }) => isConcerned)).toEqual([false, false, true]);
    expect(verdicts(theory)).toMatchObject({ gradient: 'holds', aligned: 'holds', 'finite-sample': 'holds' });
  });

  test('what they leave is what an unlearned one is measured by', () => {
    // 4 and -3.9 leave 0.1: a gradient of 0.1 is all of it, though a fortieth of each.
    const nearly = networkOf([{ w: [1, 0], v: [4, 0] }, { w: [1, 0], v: [-3.9, 0] }, other]);
    const theory = on(nearly, networkOf([other, { w: [1, 1], v: [0.001, 0] }]));
    expect(theory.teachers[0].isConcerned).toBe(true);
    expect(theory.teachers[0].epsilon.training).toBeGreaterThan(0.9);
    expect(verdicts(theory)).toMatchObject({ gradient: 'not yet', aligned: 'not yet' });
  });
});

describe('a boundary that no sample crosses', () => {
  const nodes = [
    { w: [1, 0], v: [2, 0] },
    { w: [0, 1], v: [0, 1] },
  ];
  const far = (b: number, ...w: readonly number[]) => ({ w, b, v: [1, 1] });

  test('is held by a node of its direction alone: by the bias all such nodes would be the same', () => {
    const theory = on(networkOf([...nodes, far(99, 1, 1)]), networkOf([...nodes, far(99, 1, -1)]));
    expect(theory.loss.whole).toBeGreaterThan(1);
    expect(theory.teachers[2]).toMatchObject({ isHeld: false, residual: 1 });
    expect(theory.students[2]).toMatchObject({ isHolding: false, groupSize: 1 });
    const held = on(networkOf([...nodes, far(99, 1, 1)]), networkOf([...nodes, far(99, 1, 1)]));
    expect(held.teachers[2]).toMatchObject({ isHeld: true, isConcerned: false });
    expect(symmetryCensus(held.students)).toMatchObject({ aligned: 3, linear: 0 });
  });

  test('is that of no node that is active nowhere, though it is its mirror image', () => {
    const { teachers } = on(networkOf([...nodes, far(99, 1, 1)]), networkOf([...nodes, far(-99, -1, -1)]));
    expect(teachers[2].isHeld).toBe(false);
    expect(teachers[2].angle).toBeGreaterThan(89);
  });

  test('makes no group of nodes that are active on every sample: each gives another linear part', () => {
    const { students } = on(networkOf(nodes), networkOf([...nodes, far(99, 1, 0), far(99, 0, 1)]));
    expect(students.map(({ groupSize }) => groupSize)).toEqual([1, 1, 1, 1]);
    expect(symmetryCensus(students)).toMatchObject({ aligned: 2, linear: 2, copy: 0 });
  });

  test('leaves a student of zero loss without nodes on their way', () => {
    const mirrored = networkOf([{ ...nodes[0], w: [-1, 0] }, nodes[1], linear([1, 0], [2, 0])], [-18, 0]);
    const { students, loss } = on(networkOf(nodes), mirrored);
    expect(loss.whole).toBeLessThan(1e-24);
    expect(symmetryCensus(students)).toMatchObject({ mirror: 1, aligned: 1, linear: 1 });
  });
});

test('epsilon compares the gradient with parts on the same samples, where these are of some samples only', () => {
  // The second node's gradient is half of the part that the first teacher node has in it, sample by sample.
  const teacher = networkOf([{ w: [1, 0], v: [2, 0] }]);
  const student = networkOf([
    { w: [1, 0], v: [1, 0] },
    { w: [0, 1], v: [1e-9, 0] },
  ]);
  const layer = compareLowest(comparedOnce({ teacher, student, samples: plane() }));
  const some = { ...layer, forms: new Forms(layer.training, 20) };
  expect(some.forms.rows).toEqual(Array.from({ length: 20 }, (_, i) => 20 * i));
  for (const each of [layer, some]) {
    const [{ epsilon }] = teacherTheories(each, [0], [0]);
    expect(epsilon.training).toBeCloseTo(0.5, 6);
    expect(epsilon.evaluation).toBeCloseTo(0.5, 6);
  }
});

test('a dead node stands in no arm of the L, whatever its fan-out', () => {
  const teacher = networkOf([{ w: [1, 0], v: [1, 0] }]);
  const theory = on(
    teacher,
    networkOf([
      { w: [1, 0], v: [1, 0] },
      { w: [1, 0], b: -99, v: [9, 9] },
    ]),
  );
  expect(statementsOn(theory)['l-shape']).toMatchObject({
    verdict: 'holds',
    detail: '1 dead, which give nothing',
  });
});

test('with few training samples a small gradient there is seen, and that it says nothing of other inputs', () => {
  const teacher = networkOf([{ w: [1], v: [1] }]);
  // Equal to the teacher at -2, -1, 1 and 2 only: kinks at -0.9 and 0.9 in place of 0.
  const student = networkOf(
    [
      { w: [1], b: 3, v: [1] },
      { w: [-1], b: -0.9, v: [0.5] },
      { w: [-1], b: 0.9, v: [0.5] },
    ],
    [-3],
  );
  const evaluation = matrixOf(Array.from({ length: 401 }, (_, i) => [(i - 200) / 100]));
  const theory = theoryOn({ teacher, student, training: matrixOf([[-2], [-1], [1], [2]]), evaluation });
  expect(theory.gradient.training?.maximum).toBe(0);
  expect(theory.gradient.evaluation?.maximum).toBeGreaterThan(0.2);
  const { gradient, aligned, 'finite-sample': finite } = statementsOn(theory);
  expect(gradient).toMatchObject({ verdict: 'holds', detail: expect.stringContaining('max 0%') });
  expect(gradient.detail).toContain('on evaluation samples');
  expect(aligned).toMatchObject({ verdict: 'fails', quantity: expect.stringContaining('too few training') });
  expect(finite.verdict).toBe('fails');
});

test('a node on its way to its student node does not speak against the theorem, one at rest does', () => {
  const node = { w: [1, 0], v: [1, 0] };
  const theory = on(networkOf([node]), networkOf([node]));
  const at = (epsilon: number) => {
    const [teacher] = theory.teachers;
    const unlearned = { ...teacher, isConcerned: true, isHeld: false, correlation: 0.94 };
    const teachers = [{ ...unlearned, epsilon: { training: epsilon, evaluation: epsilon } }];
    return verdicts({ ...theory, teachers }).aligned;
  };
  expect([0.2, 0.09, 0.02, 0.019, 0].map(at)).toEqual(['not yet', 'not yet', 'not yet', 'fails', 'fails']);
});

describe('epsilon', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [1, 0] },
    { w: [0, 1], v: [0, 0.01] },
  ]);
  const learned = { w: [1, 0], v: [1, 0] };

  test('is of each teacher node: a gradient of 1 % of the whole is large against a node of 1 %', () => {
    const theory = on(teacher, networkOf([learned, { w: [0.4, -1], v: [1e-3, 1e-3] }]));
    expect(theory.gradient.training?.maximum).toBeLessThan(0.05);
    const { gradient, aligned } = statementsOn(theory);
    expect(gradient).toMatchObject({ verdict: 'not yet', quantity: expect.stringMatching(/^1 of 2 nodes/) });
    expect(gradient.value).toBe(Math.max(...theory.teachers.map(({ epsilon: { training } }) => training)));
    expect(gradient.bound).toBe(0.1);
    expect(aligned).toMatchObject({ verdict: 'holds', quantity: expect.stringMatching(/^1 of the 1 /) });
  });
});

test('the median is of the student nodes that are active', () => {
  const teacher = networkOf([{ w: [1], v: [1] }]);
  // Active on one sample of four: the gradient there is its error.
  const student = networkOf([{ w: [1], b: -3.5, v: [1] }]);
  const theory = theoryOn({ teacher, student, samples: matrixOf([[1], [2], [3], [4]]) });
  expect(theory.gradient.training?.median).toBeCloseTo(3.5 / 4, 12);
});

describe('a fan-out must vanish where as many independent observers as outputs see its node', () => {
  const teacher = networkOf([{ w: [1, 0], v: [1, 0] }]);
  const aligned = { w: [1, 0], v: [1, 0] };
  const unaligned = { w: [0, 1], v: [0, 1] };

  test('and one is not enough for two outputs', () => {
    const theory = on(teacher, networkOf([aligned, unaligned]));
    expect(theory.students[1]).toMatchObject({ observers: 1, independent: 1, isConcerned: false });
    expect(statementsOn(theory)['fan-out']).toMatchObject({
      verdict: 'unknown',
      quantity: expect.stringContaining('C = 2, at most 1'),
    });
  });

  test('nor are two that are parallel, but two that are not', () => {
    const other = (v: readonly number[]) => on(teacher, networkOf([aligned, unaligned, { w: [1, 1], v }]));
    expect(other([2, 0]).students[1]).toMatchObject({ observers: 2, independent: 1, isConcerned: false });
    const theory = other([0.01, 0.01]);
    expect(theory.students[1]).toMatchObject({ observers: 2, independent: 2, isConcerned: true });
    expect(statementsOn(theory)['fan-out'].verdict).toBe('not yet');
  });
});

describe('says nothing', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [1, 0] },
    { w: [0, 1], v: [0, 1] },
  ]);

  test('of a run that has diverged', () => {
    const student = copyNetwork(teacher);
    student.final.weight.data[0] = Number.POSITIVE_INFINITY;
    expect(foundOn({ teacher, student, samples: plane() })).toMatch(/diverged/);
    student.final.weight.data[0] = 1e300;
    student.hidden[0].weight.data[0] = 1e300;
    expect(foundOn({ teacher, student, samples: plane() })).toMatch(/diverged/);
    // Finite, but its square is not.
    student.final.weight.data[0] = 1e80;
    student.hidden[0].weight.data[0] = 1e80;
    expect(foundOn({ teacher, student, samples: plane() })).toMatch(/diverged/);
  });

  test('of more nodes than can be compared in pairs', () => {
    const nodes = Array.from({ length: 1001 }, () => ({ w: [1, 0], v: [1, 0] }));
    expect(foundOn({ teacher, student: networkOf(nodes), samples: plane() })).toMatch(/more than 1000/);
  });

  test.each([
    ['a collapsed student', networkOf([{ w: [1, 2], v: [0, 0] }]), teacher, 'collapsed'],
    ['a student that is all but 0', networkOf([{ w: [1, 2], v: [1e-200, 0] }]), teacher, 'collapsed'],
    ['a dead student', networkOf([{ w: [1, 2], b: -99, v: [1, 1] }]), teacher, 'no student node is active'],
    ['a student of no weights', networkOf([{ w: [0, 0], v: [1, 1] }]), teacher, 'no student node is active'],
    [
      'a constant teacher',
      teacher,
      networkOf([{ w: [1, 0], b: -99, v: [1, 1] }], [3, 3]),
      'the same on every',
    ],
    [
      'linear networks',
      networkOf([{ w: [1, 0], v: [1, 0] }], [0, 0], 1),
      networkOf([{ w: [1, 0], v: [1, 0] }], [0, 0], 1),
      'needs ReLU',
    ],
  ])('of %s but why', (_, student, of, reason) => {
    for (const { id, verdict, quantity } of Object.values(statementsOn(on(of, student)))) {
      if (reason === 'needs ReLU' && (id === 'gradient' || id === 'form')) continue;
      expect([id, verdict, quantity]).toEqual([id, 'unknown', expect.stringContaining(reason)]);
    }
  });
});

describe('strong teacher nodes first', () => {
  const orderOf = (
    matches: readonly number[],
    specializedSince: readonly (number | null)[],
    teacherStrength = [matches.map((_, j) => 1 / (j + 1))],
  ) => {
    const node = { w: [1, 0], v: [1, 0] };
    const theory = on(networkOf(matches.map(() => node)), networkOf([node]));
    const teachers = matches.map((correlation, j) => ({ ...theory.teachers[j], correlation }));
    return statementsOn({ ...theory, teachers }, { teacherStrength, specializedSince: [specializedSince] })
      .order;
  };

  test('holds of nodes learned in their order, the weak ones not yet', () => {
    expect(orderOf([1, 1, 1, 1, 0, 0], [10, 20, 30, 40, null, null]).verdict).toBe('holds');
  });

  test('holds of the three strongest of twenty, and of nine that were learned between two frames before the weakest', () => {
    const three = [30, 40, 50, ...new Array<null>(17).fill(null)];
    expect(
      orderOf(
        three.map((step) => (step ? 1 : 0)),
        three,
      ),
    ).toMatchObject({ verdict: 'holds', value: expect.closeTo(1, 12) });
    const nine = [...new Array<number>(9).fill(1000), 2000];
    expect(
      orderOf(
        nine.map(() => 1),
        nine,
      ),
    ).toMatchObject({ verdict: 'holds', value: expect.closeTo(1, 12) });
    expect(
      orderOf(
        nine.map(() => 1),
        nine.toReversed(),
      ),
    ).toMatchObject({ verdict: 'fails', value: expect.closeTo(-1, 12) });
    expect(
      orderOf(
        nine.map(() => 1),
        nine.map(() => 5),
      ).verdict,
    ).toBe('unknown');
  });

  test('fails where the strongest are never learned', () => {
    expect(orderOf([0, 0, 1, 1, 1, 1], [null, null, 10, 20, 30, 40]).verdict).toBe('fails');
  });

  test('says nothing of nodes that are about equally strong', () => {
    const teacherStrength = [[1.3, 1.2, 1.1, 1]];
    expect(orderOf([1, 1, 1, 1], [10, 20, 30, 40], teacherStrength).verdict).toBe('unknown');
  });

  test('leaves out a node that its mirror image holds: correlation does not know since when', () => {
    const nodes = [3, 2, 1, 0.5].map((v, j) => ({ w: [Math.cos(j), Math.sin(j)], v: [v, 0] }));
    const mirrored = { ...nodes[0], w: nodes[0].w.map((value) => -value) };
    const theory = on(networkOf(nodes), networkOf([mirrored, ...nodes.slice(1)]));
    const since = [null, 10, 20, 30];
    const { order } = statementsOn(theory, { teacherStrength: [[3, 2, 1, 0.5]], specializedSince: [since] });
    expect(order).toMatchObject({
      verdict: 'holds',
      quantity: 'rank correlation 1.00, 3 of 4 above 0.95, 1 held by its mirror image left out',
    });
  });

  test('leaves out nodes above the threshold from the first frame on: they tell nothing of the order', () => {
    // One node that was learned, where luck has the others above.
    expect(orderOf([1, 1, 1, 1, 1], [0, 0, 5000, 0, 0])).toMatchObject({
      verdict: 'unknown',
      value: Number.NaN,
      quantity: '5 of 5 above 0.95, 4 from the start left out',
    });
    expect(orderOf([1, 1, 1, 1, 1], [40, 10, 20, 30, 0])).toMatchObject({
      verdict: 'fails',
      quantity: 'rank correlation -0.20, 5 of 5 above 0.95, 1 from the start left out',
    });
    expect(orderOf([1, 1, 1, 1, 1], [10, 20, 0, 30, 0])).toMatchObject({ verdict: 'holds', value: 1 });
    // Those that are not learned yet still come last.
    expect(orderOf([0, 1, 1, 1, 1, 1], [null, 10, 20, 30, 0, 0])).toMatchObject({
      verdict: 'fails',
      quantity: 'rank correlation -0.20, 5 of 6 above 0.95, 2 from the start left out',
    });
    // Nor is the spread of strengths that of nodes that are left out.
    expect(orderOf([1, 1, 1, 1], [0, 10, 20, 30], [[9, 1.2, 1.1, 1]])).toMatchObject({
      verdict: 'unknown',
      quantity: '4 of 4 above 0.95, all about equally strong, 1 from the start left out',
    });
  });

  test('counts nodes that are lost again as not learned', () => {
    expect(orderOf([0, 0, 1, 1, 1, 1], [1, 2, 10, 20, 30, 40]).verdict).toBe('fails');
    expect(orderOf([1, 1, 0, 0, 0, 0], [1, 2, 10, 20, 30, 40]).verdict).toBe('unknown');
  });
});

test('the L has as many nodes outside as runs at the settings of the paper end with', () => {
  const node = { w: [1, 0], v: [1, 0] };
  const theory = on(networkOf([node]), networkOf([node]));
  const students = (outside: number) =>
    Array.from({ length: 100 }, (_, k) => ({
      ...theory.students[0],
      ...(k < outside ? { isHolding: false, correlation: 0, groupFanOut: 0.5 } : {}),
    }));
  expect(verdicts({ ...theory, students: students(10) })['l-shape']).toBe('holds');
  expect(verdicts({ ...theory, students: students(11) })['l-shape']).toBe('not yet');
});

/** Settings of a student of two hidden layers. */
const twoHidden = {
  ...{ kind: 'multi-layer', d: 6, hidden: [5, 7], multi: 2, c: 4 },
  ...{ trainSize: 64, evalSize: 64 },
};

describe('each statement is evaluated where it can be', () => {
  const deep = (options: object) => {
    const { problem } = prepareRun(
      resolveExperiment({ ...twoHidden, ...options } as MultiLayerOptions, 'test'),
    );
    const { teacher, student, activeNodes, rule, grid, trainingSet, evaluationSet } = problem;
    const of = { activeNodes, loss: rule.loss, grid };
    return theoryOn({ teacher, student, ...of, training: trainingSet, evaluation: evaluationSet });
  };
  const missing = (theory: Theory) => Object.keys(theory.missing).sort();

  test('with batch norm all of them, by its running statistics', () => {
    const theory = deep({ batchNorm: true, teacherBatchNorm: true });
    expect(theory.missing).toEqual({});
    expect(theory.form.deviation).toBeLessThan(1e-12);
  });

  test('with cross-entropy those that are not about squared errors', () => {
    const theory = deep({ crossEntropy: true });
    expect(missing(theory)).toEqual(['aligned', 'fan-out', 'finite-sample', 'form']);
    expect(theory.missing.form).toContain('squared error');
    expect(theory.gradient.training?.maximum).toBeGreaterThan(0);
    // Nor is a number told that would compare the gradient of one loss with a part in that of another.
    for (const { epsilon, part, isConcerned } of theory.teachers)
      expect([epsilon.training, epsilon.evaluation, part, isConcerned]).toEqual([
        ...[Number.NaN, Number.NaN, Number.NaN, false],
      ]);
  });

  test('with convolutions those without alpha and beta', () => {
    const images = { d: undefined, convolutional: true, imageSide: 6, hidden: [3, 4] };
    const theory = deep({ ...images, batchNorm: true });
    expect(missing(theory)).toEqual(['aligned', 'finite-sample', 'form']);
    expect(theory.missing.form).toContain('convolutions');
    const parts = theory.teachers.reduce((sum, { loss }) => sum + loss, theory.loss.rest);
    expect(parts / theory.loss.whole).toBeCloseTo(1, 10);
  });

  test('of networks too large for alpha and beta those without them', () => {
    const theory = deep({ hidden: [250, 250], c: 600, multi: 2, trainSize: 4, evalSize: 4 });
    expect(missing(theory)).toEqual(['aligned', 'finite-sample', 'form']);
    expect(theory.missing.form).toContain('too large');
    expect(theory.gradient.training?.samples).toBe(4);
    const larger = deep({ hidden: [100, 100], c: 550, multi: 1, trainSize: 4, evalSize: 4 });
    expect(missing(larger)).toEqual(['aligned', 'finite-sample']);
    expect(larger.missing.aligned).toBe(
      'there is time for the forms alpha and beta on 18 samples, not on 20',
    );
    expect(larger.form.deviation).toBeLessThan(1e-12);
  });
});

test.each([true, false])(
  'batch norm as an affine map gives the outputs of evaluation (before ReLU: %s)',
  (before) => {
    const norms = { batchNorm: true, batchNormAffine: true, batchNormBeforeRelu: before };
    for (const more of [{}, { d: undefined, convolutional: true, imageSide: 6, hidden: [3, 4] }]) {
      const experiment = resolveExperiment({ ...twoHidden, ...norms, ...more } as MultiLayerOptions, 'test');
      const { student, grid } = prepareRun(experiment).problem;
      const random = RandomStream.of(4, 'teacher');
      for (const { norm } of student.hidden)
        for (const array of [norm?.weight, norm?.bias, norm?.runningMean])
          array?.forEach((_, k) => {
            array[k] = random.nextNormal();
          });
      const rows = Array.from({ length: 5 * grid.height * grid.width }, () =>
        Array.from({ length: 'imageSide' in more ? 1 : 6 }, () => random.nextNormal()),
      );
      const expected = forward(student, matrixOf(rows), grid, false).output.data;
      const found = forward(withoutNorms(student), matrixOf(rows), grid, false).output.data;
      expect(Array.from(found)).toEqual(Array.from(expected, (value) => expect.closeTo(value, 10)));
    }
  },
);

test('teacher nodes that correlate alike with all student nodes are twins, and a student node may be above for both', () => {
  const row = [0.2, 0.99, 0.1];
  const layer = {
    bestMatchOfTeacher: [0.99, 0.99, 0.96],
    bestStudentOfTeacher: [1, 1, 0],
    fanOutNorm: [1, 1, 1],
    correlation: [row, row, [0.96, 0.2, 0.1]],
    observability: ['...', '...', '...'],
  };
  expect([0, 1, 2].map((teacher) => twinsOf(layer, teacher))).toEqual([[1], [0], []]);
  expect([0, 1, 2].map((student) => teachersOfStudent(layer, student, 0.95))).toEqual([[2], [0, 1], []]);
});

test('a part of the loss that halves in 100 steps is measured to fall at ln 2 / 100', () => {
  const node = { w: [1, 0], v: [1, 0] };
  const theory = on(networkOf([node]), networkOf([{ ...node, v: [0.5, 0] }]));
  const at = (step: number, loss: number) => ({
    type: 'theory' as const,
    step,
    theory: { ...theory, teachers: [{ ...theory.teachers[0], loss, fall: 0.02 }] },
  });
  const [{ predicted, measured }] = lossSpeeds(at(300, 0.5), at(200, 1));
  expect(predicted).toBeCloseTo(0.04, 12);
  expect(measured).toBeCloseTo(Math.LN2 / 100, 12);
  expect(lossSpeeds(at(300, 0.5), null)[0].measured).toBeNaN();
  expect(lossSpeeds(at(300, 0.5), at(200, -1))[0].measured).toBeNaN();
});
