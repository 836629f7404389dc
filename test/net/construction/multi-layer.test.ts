import { describe, expect, test } from 'vitest';
import { forward } from '../../../src/net/forward.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import {
  deepProblem,
  smallDeepExperiment as experimentOf,
  smallImages,
} from '../../support/deep-problems.js';

const point = { height: 1, width: 1 } as const;

describe('teachers', () => {
  test('tuned ones are active on half of the evaluation set and their outputs standard', () => {
    const { teacher, evaluationSet } = deepProblem({ evalSize: 40 });
    const { layers, output } = forward(teacher, evaluationSet, point, false);
    for (const [l, { linear }] of layers.entries())
      for (let k = 0; k < linear.columns; k++) {
        let active = 0;
        for (let i = 0; i < 40; i++) if (linear.data[i * linear.columns + k] > 1e-9) active++;
        // Above the first layer, samples on which all units below are dead tie with the median.
        expect(active).toBeLessThanOrEqual(20);
        expect(active).toBeGreaterThanOrEqual(l === 0 ? 20 : 16);
      }
    for (let k = 0; k < output.columns; k++) {
      const values = Array.from({ length: 40 }, (_, i) => output.data[i * output.columns + k]);
      const mean = values.reduce((sum, value) => sum + value, 0) / 40;
      expect(mean).toBeCloseTo(0, 10);
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39).toBeCloseTo(1, 10);
    }
  });

  test('strength decay divides what is read of node j by j + 1, before rows are normalized', () => {
    const [plain, decayed] = [0, 1].map((strengthDecay) =>
      deepProblem({ strengthDecay, tuneTeacherBias: false, tuneTeacherOutput: false }),
    );
    const ratio = (node: number): number => {
      const at = (problem: typeof plain): number => problem.teacher.hidden[1].weight.data[node];
      return at(decayed) / at(plain);
    };
    const nodes = [0, 1, 2, 3].filter((node) => plain.teacher.hidden[1].weight.data[node] !== 0);
    for (const node of nodes)
      expect(ratio(node) * (node + 1)).toBeCloseTo(ratio(nodes[0]) * (nodes[0] + 1), 4);
    expect(nodes.length).toBeGreaterThan(1);
  });

  test('pruned nodes are those that the layer above weighs least; nothing reads them', () => {
    const problem = deepProblem({ pruneRatios: [0.5, 0.2, 0.4] });
    expect(problem.activeNodes.map((nodes) => nodes.length)).toEqual([2, 4, 2]);
    expect(problem.student.hidden.map(({ weight }) => weight.rows)).toEqual([4, 8, 4]);
    const { weight } = problem.teacher.hidden[1];
    for (let node = 0; node < 4; node++) {
      const read = Array.from({ length: weight.rows }, (_, k) => weight.data[k * weight.columns + node]);
      expect(read.some((value) => value !== 0)).toBe(problem.activeNodes[0].includes(node));
    }
  });

  test('the same seed draws the same, another another', () => {
    expect(deepProblem().teacher).toEqual(deepProblem().teacher);
    expect(deepProblem({ seed: 6 }).teacher).not.toEqual(deepProblem().teacher);
  });
});

describe('students start', () => {
  const weightsOf = (options: Parameters<typeof deepProblem>[0]) => {
    const { teacher, student } = deepProblem(options);
    return { teacher: teacher.hidden[1].weight.data, student: student.hidden[1].weight.data };
  };
  const norm = (values: Float64Array): number => Math.hypot(...values);

  test('near the teacher', () => {
    const { teacher, student } = weightsOf({ multi: undefined, perturb: 0.01 });
    const noise = student.map((value, i) => value - teacher[i]);
    expect(norm(noise) / Math.sqrt(noise.length)).toBeGreaterThan(0.005);
    expect(norm(noise) / Math.sqrt(noise.length)).toBeLessThan(0.02);
  });

  test("in the teacher's direction, with their own length", () => {
    const { teacher, student } = weightsOf({ multi: undefined, sameDirection: true });
    const own = weightsOf({ multi: 1 }).student;
    expect(norm(student)).toBeCloseTo(norm(own), 10);
    teacher.forEach((value, i) => {
      expect(student[i]).toBeCloseTo((value * norm(own)) / norm(teacher), 10);
    });
  });

  test("with the teacher's signs and their own sizes", () => {
    const { teacher, student } = weightsOf({ multi: undefined, sameSigns: true });
    const own = weightsOf({ multi: 1 }).student;
    student.forEach((value, i) => {
      expect(Math.abs(value)).toBe(Math.abs(own[i]));
      expect(value * teacher[i]).toBeGreaterThanOrEqual(0);
    });
  });

  test('within 1/sqrt(inputs) otherwise, images too', () => {
    const { student } = deepProblem(smallImages);
    const bound = 1 / Math.sqrt(4 * 9);
    const { data } = student.hidden[1].weight;
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.8 * bound);
  });
});

test('a network given to a run is what its settings say', () => {
  const experiment = experimentOf({ hidden: [3, 2], multi: 1.5, noBias: false });
  const { student } = prepareRun(experiment).problem;
  expect(student.hidden.map(({ weight }) => [weight.rows, weight.columns])).toEqual([
    [4, 6],
    [3, 4],
  ]);
  expect(student.final.weight.rows).toBe(4);
});
