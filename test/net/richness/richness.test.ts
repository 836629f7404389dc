import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyNetwork } from '../../../src/net/network.js';
import { RichnessGauge } from '../../../src/net/richness/richness.js';
import { kernelDistance, tangentKernel } from '../../../src/net/richness/tangent-kernel.js';
import { parseLine } from '../../../src/protocol/line.js';
import { deepProblem, smallImages } from '../../support/deep-problems.js';
import { randomProblem } from '../../support/problems.js';
import { framesOf, recordRun, trainTo } from '../../support/small-run.js';
import { deepFixtureNetwork, flatFixtureNetwork, matrixOf, theoryFixture } from '../../support/theory.js';

const expected = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'richness', 'tangent-kernels.json'), 'utf8'),
);

describe('the tangent kernel is J J^T by NumPy, summed over outputs', () => {
  const { two, deep } = theoryFixture();
  const cases = {
    two: [flatFixtureNetwork(two.student), flatFixtureNetwork(two.teacher), matrixOf(two.training)],
    deep: [deepFixtureNetwork(deep.student), deepFixtureNetwork(deep.teacher), matrixOf(deep.samples)],
  } as const;

  test.each(Object.entries(cases))('%s', (name, [student, teacher, x]) => {
    const kernel = tangentKernel(student, x);
    const { trace, firstRow, distance } = expected[name];
    const found = Array.from({ length: x.rows }, (_, i) => kernel.data[i * x.rows + i]);
    expect(found.reduce((sum, value) => sum + value, 0) / trace).toBeCloseTo(1, 12);
    expect(Array.from(kernel.data.subarray(0, 8))).toEqual(
      firstRow.map((value: number) => expect.closeTo(value, 9)),
    );
    expect(kernelDistance(kernel, tangentKernel(teacher, x))).toBeCloseTo(distance, 12);
  });
});

describe('a student', () => {
  const { student, trainingSet } = randomProblem({ d: 3, m: 2, n: 4, c: 2, batch: null, rows: 20 });

  test('that has not moved is where it was', () => {
    expect(new RichnessGauge(student, trainingSet).of(copyNetwork(student))).toEqual({
      distance: [0, 0],
      kernel: expect.closeTo(0, 12),
    });
  });

  test('whose head has doubled has moved by the length of its head', () => {
    const moved = copyNetwork(student);
    for (let i = 0; i < moved.final.weight.data.length; i++) moved.final.weight.data[i] *= 2;
    const { distance, kernel } = new RichnessGauge(student, trainingSet).of(moved);
    expect(distance).toEqual([0, expect.closeTo(1, 12)]);
    expect(kernel).toBeGreaterThan(0);
  });

  test('of convolutions has distances alone', () => {
    const { student: images, evaluationSet } = deepProblem(smallImages);
    const { distance, kernel } = new RichnessGauge(images, evaluationSet).of(images);
    expect(distance).toEqual([0, 0, 0]);
    expect(kernel).toBeNaN();
  });
});

/** The last frame of a student that starts at this scale. */
const endOf = (studentScale: number) => {
  const { run, messages } = recordRun({ richness: true, studentScale, epochs: 20, multi: 4, trainSize: 40 });
  trainTo(run, 300);
  return { run, messages, frame: framesOf(messages).at(-1) };
};

test('frames have it, and a student that starts large is lazier', () => {
  const [small, large] = [0.05, 0.4].map(endOf);
  expect(framesOf(small.messages)[0].richness).toEqual({ distance: [0, 0], kernel: expect.closeTo(0, 12) });
  expect(parseLine(JSON.parse(JSON.stringify(small.frame)), small.run.header)).toEqual(small.frame);
  for (const which of [0, 1])
    expect(large.frame?.richness?.distance[which]).toBeLessThan(
      (small.frame?.richness?.distance[which] ?? 0) / 3,
    );
  expect(large.frame?.richness?.kernel).toBeLessThan((small.frame?.richness?.kernel ?? 0) / 3);
  const plain = recordRun();
  trainTo(plain.run, 10);
  expect(plain.messages.some((message) => 'richness' in message)).toBe(false);
});
