import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import type { Problem } from '../../../src/problem/problem.js';
import { deepProblem, deepVariants, normAndImageVariants } from '../../support/deep-problems.js';
import { type plainOptions, randomProblem } from '../../support/problems.js';
import { theoryOn } from '../../support/theory.js';

const flat = (options: Partial<typeof plainOptions> = {}): Problem =>
  randomProblem({ d: 4, m: 3, n: 6, c: 2, batch: 4, rows: 40 }, options);

/** Every kind of experiment that has statements. */
const problems: Readonly<Record<string, Problem>> = {
  'half squared errors': flat(),
  linear: flat({ relu: false }),
  'leaky student, one hidden layer': flat({ leak: 0.2 }),
  'no biases, unit hidden weights': flat({ normalizeStudent: true, noBias: true }),
  'the second layer fixed': flat({ topLayerFixed: true }),
  ...Object.fromEntries(
    Object.entries({ ...deepVariants, ...normAndImageVariants }).map(([name, options]) => [
      name,
      deepProblem(options),
    ]),
  ),
};

describe.each(Object.entries(problems))('the parts of the loss: %s', (_, problem) => {
  test('add up to it at the start and on the way', () => {
    const engine = createNaiveEngine(problem, { precision: 'float64' });
    for (const steps of [0, 1, 30]) {
      engine.train(steps);
      const { teacher, activeNodes, rule, grid, trainingSet: training, evaluationSet: evaluation } = problem;
      const { student } = engine.readState();
      const { teachers, loss } = theoryOn({
        ...{ teacher, student, activeNodes, grid, training, evaluation },
        loss: rule.loss,
      });
      if (rule.loss === 'cross-entropy') {
        expect([loss.whole, loss.rest, teachers[0].loss]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
        continue;
      }
      const sum = teachers.reduce((total, part) => total + part.loss, loss.rest);
      const sizes = teachers.reduce((total, part) => total + Math.abs(part.loss), Math.abs(loss.rest));
      expect(Math.abs(sum - loss.whole)).toBeLessThan(1e-12 * Math.max(sizes, loss.whole));
      expect(loss.whole / engine.loss('eval')).toBeCloseTo(1, 10);
    }
  });
});
