import { expect, test } from 'vitest';
import { forward } from '../../../src/net/forward.js';
import { classCounts } from '../../../src/net/metrics/class-counts.js';
import type { Network } from '../../../src/net/network.js';
import { inputRows } from '../../../src/net/patches.js';
import { deepProblem, smallImages } from '../../support/deep-problems.js';
import { flatFixtureNetwork, matrixOf, networkOf, theoryFixture } from '../../support/theory.js';

test('samples are counted by the largest output, the first of equals, and by label', () => {
  const teacher = networkOf([
    { w: [1], v: [1, 0, 0] },
    { w: [-1], v: [0, 1, 0] },
  ]);
  const student = networkOf([{ w: [1], v: [0, 0, 1] }]);
  const samples = { x: matrixOf([[2], [-1], [-3], [0]]), grid: { height: 1, width: 1 } };
  expect(classCounts({ teacher, student }, { ...samples, labels: Uint8Array.of(2, 2, 0, 1) })).toEqual({
    teacher: [2, 2, 0],
    student: [3, 0, 1],
    labels: [1, 1, 2],
  });
  expect(classCounts({ teacher, student }, { ...samples, labels: null })).not.toHaveProperty('labels');
});

test.each(['two', 'leaky'])('are those that NumPy finds: %s', (name) => {
  const { teacher, student, studentLeak, training, expected } = theoryFixture()[name];
  const networks = {
    teacher: flatFixtureNetwork(teacher),
    student: flatFixtureNetwork(student, studentLeak),
  };
  const samples = { x: matrixOf(training), grid: { height: 1, width: 1 } };
  const labels = Uint8Array.from(training, (_: unknown, i) => i % 3);
  expect(classCounts(networks, { ...samples, labels })).toEqual(expected.classCounts);
});

test('images in chunks are counted as one by one', () => {
  const { student, teacher, evaluationSet: x, grid } = deepProblem({ ...smallImages, evalSize: 300 });
  const found = classCounts({ teacher, student }, { x, grid, labels: null });
  const countsOf = (network: Network): number[] => {
    const { rows, columns, data } = forward(network, inputRows(x, grid), grid, false).output;
    const counts = new Array<number>(columns).fill(0);
    for (let i = 0; i < rows; i++) {
      const scores = [...data.subarray(i * columns, (i + 1) * columns)];
      counts[scores.indexOf(Math.max(...scores))]++;
    }
    return counts;
  };
  expect(found).toEqual({ teacher: countsOf(teacher), student: countsOf(student) });
  expect(Math.max(...found.teacher)).toBeLessThan(300);
});
