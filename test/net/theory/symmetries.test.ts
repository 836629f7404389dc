import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/net/random.js';
import { symmetryCensus, symmetryOf } from '../../../src/net/theory/symmetries.js';
import { PlateauWatch } from '../../../src/run/frames/plateau-watch.js';
import { framesOf, recordRun } from '../../support/small-run.js';
import { matrixOf, networkOf, theoryOn } from '../../support/theory.js';

const plane = () => {
  const random = RandomStream.of(1909, 'teacher');
  return matrixOf(Array.from({ length: 400 }, () => [random.nextNormal(), random.nextNormal()]));
};

test('every student node by hand has its class', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [1, 0] },
    { w: [0, 1], v: [0, 1] },
    { w: [1, 1], b: -0.5, v: [1, 1] },
  ]);
  const student = networkOf([
    { w: [2, 0], v: [0.5, 0] }, // alone on the first boundary
    { w: [0, 1], v: [0, 0.3] }, // two on the second
    { w: [0, 3], v: [0, 0.3] },
    { w: [-1, -1], b: 0.5, v: [1, 1] }, // on the third, active on the other side
    { w: [1, -1], v: [2, -2] }, // two that cancel
    { w: [2, -2], v: [-1, 1] },
    { w: [1, -3], v: [1e-3, 0] }, // no fan-out
    { w: [1, 2], b: -99, v: [1, 1] }, // active nowhere
    { w: [1, 0.6], v: [0.4, 0] }, // correlates with the first, the boundary is another
    { w: [-1, -0.2], b: 1, v: [0.4, 0] },
    { w: [1, -0.5], b: 50, v: [0.4, 0] }, // active everywhere, as the next one, which is no copy of it
    { w: [0.5, 1], b: 50, v: [0.4, 0] },
  ]);
  const { students } = theoryOn({ teacher, student, samples: plane() });
  const largest = Math.max(...students.map(({ fanOutNorm }) => fanOutNorm));
  expect(students.map((node) => symmetryOf(node, largest))).toEqual([
    'aligned',
    'copy',
    'copy',
    'mirror',
    'cancelling',
    'cancelling',
    'idle',
    'dead',
    'on its way',
    'free',
    'linear',
    'linear',
  ]);
  expect(symmetryCensus(students)).toEqual({
    ...{ aligned: 1, copy: 2, mirror: 1, cancelling: 2, idle: 1, dead: 1 },
    ...{ linear: 2, 'on its way': 1, free: 1 },
  });
});

describe('a student node of a weak teacher node', () => {
  // With p = 2.5 the last of nine has 0.4 % of the fan-out of the first.
  const nodes = Array.from({ length: 9 }, (_, j) => ({
    w: [Math.cos(j / 3), Math.sin(j / 3)],
    v: [(j + 1) ** -2.5, 0],
  }));
  const teacher = networkOf(nodes);
  const censusOf = (student: typeof nodes) =>
    symmetryCensus(theoryOn({ teacher, student: networkOf(student), samples: plane() }).students);

  test('that gives what the teacher node does is not idle', () => {
    expect(censusOf(nodes)).toMatchObject({ aligned: 9, idle: 0 });
    const shared = nodes.flatMap((node) => [0.5, 0.5].map((by) => ({ ...node, v: [by * node.v[0], 0] })));
    expect(censusOf(shared)).toMatchObject({ copy: 18, idle: 0, cancelling: 0 });
  });

  test('is idle where it gives nothing, and where two cancel each other they are told so', () => {
    const last = nodes[8];
    expect(censusOf([...nodes.slice(0, 8), { ...last, v: [last.v[0] / 50, 0] }])).toMatchObject({
      aligned: 8,
      idle: 1,
    });
    const pair = [last, { ...last, v: [-last.v[0], 0] }];
    expect(censusOf([...nodes.slice(0, 8), ...pair])).toMatchObject({ aligned: 8, cancelling: 2 });
  });
});

test('moving along a symmetry changes neither the loss nor the class', () => {
  const teacher = networkOf([
    { w: [1, 0], v: [1, 0] },
    { w: [0, 1], v: [0, 1] },
  ]);
  const at = (share: number, idle: readonly number[]) =>
    theoryOn({
      teacher,
      student: networkOf([
        { w: [1, 0], v: [1, 0] },
        { w: [0, 1], v: [0, share] },
        { w: [0, 1], v: [0, 1 - share] },
        { w: idle, v: [0, 0] },
      ]),
      samples: plane(),
    });
  for (const theory of [at(0.5, [1, 1]), at(0.2, [3, -1])]) {
    expect(theory.loss.whole).toBeLessThan(1e-24);
    expect(symmetryCensus(theory.students)).toMatchObject({ aligned: 1, copy: 2, idle: 1 });
  }
});

test('a plateau is told when the loss no longer falls, and its end when it falls again', () => {
  const [frame] = framesOf(recordRun({ statements: true }).messages);
  const watch = new PlateauWatch();
  const told = (losses: readonly number[]) =>
    losses.flatMap((evalLoss, step) =>
      watch.eventsOf({ ...frame, step, evalLoss }).map((event) => [event.step, event.event]),
    );
  const still = Array.from({ length: 12 }, () => 1);
  expect(told([2, 1.5, ...still, 0.95, 0.89, 0.5])).toEqual([
    [11, 'plateau'],
    [15, 'escaped'],
  ]);
  watch.reset();
  expect(told([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25])).toEqual([]);
  watch.reset();
  expect(told(still)[0]).toEqual([9, 'plateau']);
  watch.reset();
  // A loss that grows does not stand still, one that its minibatches shake does.
  expect(told(Array.from({ length: 30 }, (_, at) => 1.1 ** at))).toEqual([]);
  watch.reset();
  expect(told(Array.from({ length: 12 }, (_, at) => 1 + 0.05 * (at % 2)))[0]).toEqual([9, 'plateau']);
});
