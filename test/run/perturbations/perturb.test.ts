import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { forward } from '../../../src/net/forward.js';
import type { Network } from '../../../src/net/network.js';
import { fanOutWeights, mapSlice } from '../../../src/net/nodes.js';
import { RandomStream } from '../../../src/net/random.js';
import {
  loggedPerturbation,
  type Perturbation,
  perturbationCatalog,
  perturbationKinds,
} from '../../../src/protocol/perturbation.js';
import type { ConditionChange } from '../../../src/run/perturbations/condition-change.js';
import { perturb } from '../../../src/run/perturbations/perturb.js';
import { type PerturbationContext, valuesOf } from '../../../src/run/perturbations/student-layer.js';
import { randomProblem, stackedLayers } from '../../support/problems.js';
import { eventsOf, recordRun, trainTo } from '../../support/small-run.js';

const problem = randomProblem({ d: 6, m: 3, n: 8, c: 4, batch: 4 });

const setUp = (threshold: number): { student: Network; context: PerturbationContext } => {
  const engine = createNaiveEngine(problem, { precision: 'float64' });
  const { layers } = engine.evaluate('eval');
  const random = RandomStream.of(1, 'perturbation');
  return { student: engine.readState().student, context: { layers, threshold, initialScale: 0.1, random } };
};

/** Student nodes whose incoming or outgoing weights differ from the start. */
const changedNodes = (student: Network): number[] => {
  const [{ w1, w2 }, before] = [stackedLayers(student), stackedLayers(problem.student)];
  return Array.from({ length: 8 }, (_, k) => k).filter(
    (k) =>
      Array.from({ length: 7 }, (_, i) => i * 8 + k).some((at) => w1.data[at] !== before.w1.data[at]) ||
      Array.from({ length: 4 }, (_, j) => k * 4 + j).some((at) => w2.data[at] !== before.w2.data[at]),
  );
};

const run = (perturbation: Exclude<Perturbation, ConditionChange>, threshold = 0.95) => {
  const { student, context } = setUp(threshold);
  const summary = perturb(student, perturbation, context);
  return { student, summary };
};

const fanOut = (student: Network, node: number): number[] => valuesOf(fanOutWeights(student, 0, node));
const setFanOut = (student: Network, node: number, value: number): void => {
  for (const slice of fanOutWeights(student, 0, node)) mapSlice(slice, () => value);
};

describe('each perturbation', () => {
  test('noise has the asked size relative to each layer, and is the same for the same stream', () => {
    const { student, summary } = run({ kind: 'noise', scale: 0.5 });
    const rms = (values: Float64Array): number =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    for (const layer of ['w1', 'w2'] as const) {
      const before = stackedLayers(problem.student)[layer].data;
      const noise = stackedLayers(student)[layer].data.map((value, i) => value - before[i]);
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
    setFanOut(student, 3, 0);
    perturb(student, { kind: 'reinitialize', which: 'idle' }, context);
    expect(changedNodes(student)).toEqual([3]);
  });

  test('re-initializing a best match draws that node anew and no other', () => {
    const { student, summary } = run({ kind: 'reinitialize-best-match', teacher: 1 });
    const killed = changedNodes(run({ kind: 'kill-best-match', teacher: 1 }).student);
    expect(changedNodes(student)).toEqual(killed);
    expect(fanOut(student, killed[0])).not.toContain(0);
    expect(summary).toBe(`re-initialized student node ${killed[0]}, the best match of teacher node 1`);
  });

  test.each([1, 5, 8, 100])(
    're-initializing %i nodes at random draws so many anew, all where there are no more',
    (count) => {
      const { student, summary } = run({ kind: 'reinitialize-random', count });
      expect(changedNodes(student).length).toBe(Math.min(count, 8));
      expect(summary).toContain(`re-initialized ${Math.min(count, 8)} student nodes drawn at random`);
    },
  );

  test('killing a best match zeroes that node alone', () => {
    const { student, summary } = run({ kind: 'kill-best-match', teacher: 1 });
    const [node] = changedNodes(student);
    expect(changedNodes(student)).toEqual([node]);
    expect(fanOut(student, node)).toEqual([0, 0, 0, 0]);
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

const outputs = (student: Network): Float64Array =>
  forward(student, problem.evaluationSet, problem.grid, false).output.data;
const length = (values: readonly number[]): number => Math.hypot(...values);

describe('nodes', () => {
  test('a duplicate in place of a silent node leaves the function as it was', () => {
    const { student, context } = setUp(0.95);
    const best = changedNodes(run({ kind: 'negate-fan-out', teacher: 1 }).student)[0];
    const silent = best === 5 ? 6 : 5;
    setFanOut(student, silent, 0);
    const before = outputs(student);
    const summary = perturb(student, { kind: 'duplicate', teacher: 1 }, context);
    expect(summary).toContain(`duplicated student node ${best}`);
    expect(summary).toContain(`in place of node ${silent}`);
    outputs(student).forEach((value, at) => {
      expect(value).toBeCloseTo(before[at], 12);
    });
    expect(fanOut(student, silent)).toEqual(fanOut(student, best));
  });

  test('scaled by 2 and by one half again they are what they were', () => {
    const { student, context } = setUp(0.95);
    perturb(student, { kind: 'scale-fan-out', teacher: 0, factor: 2 }, context);
    expect(changedNodes(student).length).toBe(1);
    perturb(student, { kind: 'scale-fan-out', teacher: 0, factor: 0.5 }, context);
    expect(student).toEqual(problem.student);
  });

  test.each([0, 30, 90, 180, -45])(
    'turned by %d degrees a fan-out keeps its length, at that angle',
    (degrees) => {
      const { student } = run({ kind: 'rotate-fan-out', teacher: 2, degrees });
      const node = changedNodes(run({ kind: 'negate-fan-out', teacher: 2 }).student)[0];
      const [before, after] = [fanOut(problem.student, node), fanOut(student, node)];
      expect(length(after)).toBeCloseTo(length(before), 12);
      const cosine = before.reduce((sum, value, at) => sum + value * after[at], 0) / length(before) ** 2;
      expect(cosine).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 12);
    },
  );

  test('killed at random are as many as asked for, at most all, and others with another stream', () => {
    const killed = (student: Network): number[] =>
      changedNodes(student).filter((node) => length(fanOut(student, node)) === 0);
    expect(killed(run({ kind: 'kill-random', count: 3 }).student).length).toBe(3);
    expect(killed(run({ kind: 'kill-random', count: 99 }).student).length).toBe(8);
    expect(run({ kind: 'kill-random', count: 99 }).summary).toContain('killed 8 student nodes');
  });

  test('with next to no fan-out are the idle ones', () => {
    const { student, context } = setUp(0.95);
    setFanOut(student, 2, 1e-6);
    expect(perturb(student, { kind: 'kill-idle' }, context)).toBe('killed 1 idle student nodes: 2');
    expect(fanOut(student, 2)).toEqual([0, 0, 0, 0]);
  });

  test('noise on a layer has the asked deviation, on its incoming weights alone', () => {
    const { student } = run({ kind: 'layer-noise', deviation: 0.25 });
    expect(student.final).toEqual(problem.student.final);
    const before = stackedLayers(problem.student).w1.data;
    const noise = stackedLayers(student).w1.data.map((value, at) => value - before[at]);
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
    expect(deviation).toBeGreaterThan(0.15);
    expect(deviation).toBeLessThan(0.35);
  });
});

describe.each(perturbationCatalog(5))('$kind in a run', ({ parameters, build }) => {
  const perturbation = build(
    parameters.map(({ initial }) => initial),
    {},
  );

  test('is previewed in the words in which it is told, and touches nothing until then', () => {
    const plain = recordRun();
    trainTo(plain.run, 100);
    const { run: previewed, messages } = recordRun();
    trainTo(previewed, 40);
    previewed.handle({ type: 'preview', perturbation });
    const said = messages.findLast((message) => message.type === 'preview');
    previewed.handle({ type: 'perturb', perturbation });
    expect(eventsOf(messages).find(({ event }) => event === 'perturbed')).toMatchObject({
      summary: said?.text,
    });
    previewed.handle({ type: 'undo' });
    trainTo(previewed, 100);
    expect(previewed.frame().stateHash).toBe(plain.run.frame().stateHash);
  });
});

test('the catalogue offers every kind, and each with its initial values builds a perturbation that runs', () => {
  const built = perturbationCatalog(3).map(({ parameters, build }) =>
    build(
      parameters.map(({ initial }) => initial),
      {},
    ),
  );
  expect(new Set(built.map(({ kind }) => kind))).toEqual(new Set(perturbationKinds));
  for (const perturbation of built) expect(loggedPerturbation.parse(perturbation)).toEqual(perturbation);
});
