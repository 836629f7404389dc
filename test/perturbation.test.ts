import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../src/engine/naive.js';
import { RandomStream } from '../src/experiment/random.js';
import type { TwoLayer } from '../src/net/two-layer.js';
import { type PerturbationContext, perturb } from '../src/run/perturbation.js';
import { perturbationCatalog } from '../src/run/perturbation-catalog.js';
import type { Perturbation } from '../src/run/protocol.js';
import { randomProblem } from './support/problems.js';

const problem = randomProblem({ d: 6, m: 3, n: 8, c: 4, batch: 4 });

const setUp = (threshold: number): { student: TwoLayer; context: PerturbationContext } => {
  const engine = createNaiveEngine(problem, { precision: 'float64' });
  const { layers } = engine.evaluate('eval');
  const random = RandomStream.of(1, 'perturbation');
  return { student: engine.readState().student, context: { layers, threshold, initialScale: 0.1, random } };
};

/** Student nodes whose incoming or outgoing weights differ from the start. */
const changedNodes = ({ w1, w2 }: TwoLayer): number[] => {
  const { student: before } = problem;
  return Array.from({ length: 8 }, (_, k) => k).filter(
    (k) =>
      Array.from({ length: 7 }, (_, i) => i * 8 + k).some((at) => w1.data[at] !== before.w1.data[at]) ||
      Array.from({ length: 4 }, (_, j) => k * 4 + j).some((at) => w2.data[at] !== before.w2.data[at]),
  );
};

const run = (perturbation: Perturbation, threshold = 0.95) => {
  const { student, context } = setUp(threshold);
  const summary = perturb(student, perturbation, context);
  return { student, summary };
};

describe('each perturbation', () => {
  test('noise has the asked size relative to each layer, and is the same for the same stream', () => {
    const { student, summary } = run({ kind: 'noise', scale: 0.5 });
    const rms = (values: Float64Array): number =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    for (const layer of ['w1', 'w2'] as const) {
      const before = problem.student[layer].data;
      const noise = student[layer].data.map((value, i) => value - before[i]);
      expect(rms(noise) / rms(before)).toBeGreaterThan(0.3);
      expect(rms(noise) / rms(before)).toBeLessThan(0.7);
    }
    expect(run({ kind: 'noise', scale: 0.5 }).student).toEqual(student);
    expect(summary).toBe('noise of 0.5x RMS on 92 weights');
  });

  test('re-initializing the unlearned nodes redraws all that match nothing, and no other', () => {
    const { student, summary } = run({ kind: 'reinitialize', which: 'unlearned' }, 0.6);
    const { context } = setUp(0.6);
    const unlearned = Array.from({ length: 8 }, (_, k) => k).filter((k) =>
      [0, 1, 2].every((j) => context.layers[0].correlation[j * 8 + k] <= 0.6),
    );
    expect(unlearned.length).toBeGreaterThan(0);
    expect(unlearned.length).toBeLessThan(8);
    expect(changedNodes(student)).toEqual(unlearned);
    expect(summary).toContain(`re-initialized ${unlearned.length} of 8`);
  });

  test('re-initializing idle nodes says so when there are none', () => {
    const { student, summary } = run({ kind: 'reinitialize', which: 'idle' });
    expect(changedNodes(student)).toEqual([]);
    expect(summary).toBe('no student nodes are idle: nothing changed');
  });

  test('a node without fan-out is idle', () => {
    const { student, context } = setUp(0.95);
    student.w2.data.fill(0, 3 * 4, 4 * 4);
    perturb(student, { kind: 'reinitialize', which: 'idle' }, context);
    expect(changedNodes(student)).toEqual([3]);
  });

  test('killing a best match zeroes that node alone', () => {
    const { student, summary } = run({ kind: 'kill-best-match', teacher: 1 });
    const [node] = changedNodes(student);
    expect(changedNodes(student)).toEqual([node]);
    expect(student.w2.data.slice(node * 4, node * 4 + 4)).toEqual(new Float64Array(4));
    expect(summary).toBe(`killed student node ${node}, the best match of teacher node 1`);
  });

  test('negating fan-out twice gives the student back', () => {
    const { student, context } = setUp(0.95);
    perturb(student, { kind: 'negate-fan-out', teacher: 2 }, context);
    expect(changedNodes(student).length).toBe(1);
    perturb(student, { kind: 'negate-fan-out', teacher: 2 }, context);
    expect(student).toEqual(problem.student);
  });

  test('swapping fan-out twice gives the student back', () => {
    const { student, context } = setUp(0.95);
    const pair = [0, 1, 2]
      .flatMap((a) => [0, 1, 2].map((b) => [a, b] as const))
      .find(([a, b]) => {
        const copy = setUp(0.95);
        perturb(copy.student, { kind: 'swap-fan-out', teachers: [a, b] }, copy.context);
        return changedNodes(copy.student).length === 2;
      });
    expect(pair).toBeDefined();
    const teachers = pair ?? ([0, 0] as const);
    perturb(student, { kind: 'swap-fan-out', teachers }, context);
    perturb(student, { kind: 'swap-fan-out', teachers }, context);
    expect(student).toEqual(problem.student);
  });
});

test('the catalogue offers every kind, and each with its initial values builds a perturbation that runs', () => {
  const built = perturbationCatalog(3).map(({ parameters, build }) =>
    build(parameters.map(({ initial }) => initial)),
  );
  expect(new Set(built.map(({ kind }) => kind))).toEqual(
    new Set(['noise', 'reinitialize', 'kill-best-match', 'swap-fan-out', 'negate-fan-out']),
  );
  for (const perturbation of built) expect(run(perturbation).summary).not.toBe('');
});
