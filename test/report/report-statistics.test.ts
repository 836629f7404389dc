import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/input/user-error.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { thinPoints } from '../../src/report/figures/l-shape-figure.js';
import { type PooledGroup, poolSweeps } from '../../src/report/pool-sweeps.js';
import { bucketed, labelled, spread, timelineOf } from '../../src/report/run-timeline.js';
import type { SweepResult } from '../../src/sweep/result.js';
import { recordRun, trainTo } from '../support/small-run.js';
import { outcomes, resultOf } from '../support/synthetic-results.js';

const seed = 20260101;
const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { seed, numRuns: 200 });

const cell = { multi: 2, strengthDecay: 1, m: 3 };

test(`thinning drops only points that one left covers (seed ${seed})`, () => {
  const point = fc.record({
    bestMatch: fc.double({ min: 0, max: 1, noNaN: true }),
    fanOutNorm: fc.double({ min: 0, max: 2, noNaN: true }),
  });
  check(fc.array(point, { maxLength: 200 }), (points) => {
    const left = thinPoints(points, 2);
    for (const { bestMatch, fanOutNorm } of points)
      expect(
        left.some(
          (other) =>
            Math.abs(other.bestMatch - bestMatch) <= 1 / 400 &&
            Math.abs(other.fanOutNorm - fanOutNorm) <= 2 / 400,
        ),
      ).toBe(true);
  });
});

describe('pooling', () => {
  const outcome = fc.sample(outcomes(3, 6), { seed, numRuns: 1 })[0];
  const done: SweepResult['status'] = 'done';
  const result = (seedOf: number, settings = {}): SweepResult =>
    resultOf({ ...outcome, status: done }, seedOf, { ...cell, ...settings });

  const shape = (groups: readonly PooledGroup[]) =>
    groups.map(({ distinction, cells }) => ({
      distinction,
      cells: cells.map(({ multi, strengthDecay, results }) => [
        multi,
        strengthDecay,
        results.map((r) => r.seed),
      ]),
    }));

  test(`does not depend on the order of lines, nor on how they are split over folders (seed ${seed})`, () => {
    const all = [1, 2, 3].flatMap((one) =>
      [1, 5].flatMap((multi) =>
        [0, 2].flatMap((strengthDecay) => [3, 4].map((m) => result(one, { multi, strengthDecay, m }))),
      ),
    );
    const expected = shape(poolSweeps([{ path: 'a', results: all }]));
    expect(expected.map(({ distinction }) => distinction)).toEqual([[['m', 3]], [['m', 4]]]);
    expect(expected[0].cells).toEqual([
      [1, 0, [1, 2, 3]],
      [5, 0, [1, 2, 3]],
      [1, 2, [1, 2, 3]],
      [5, 2, [1, 2, 3]],
    ]);
    check(
      fc.tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length)),
      ([mixed, at]) => {
        const sweeps = [
          { path: 'a', results: mixed.slice(0, at) },
          { path: 'b', results: mixed.slice(at) },
        ];
        expect(shape(poolSweeps(sweeps))).toEqual(expected);
      },
    );
  });

  test('counts a run once, the finished line of it', () => {
    const failed = { ...result(1), status: 'failed' as const, epochs: [] };
    const [{ cells }] = poolSweeps([
      { path: 'a', results: [failed, result(1), result(2)] },
      { path: 'b', results: [result(2)] },
    ]);
    expect(cells[0].results.map(({ seed: s, status }) => [s, status])).toEqual([
      [1, 'done'],
      [2, 'done'],
    ]);
  });

  test('refuses one run name with two settings, in one line that names both folders and the setting', () => {
    const other = result(1);
    const changed = { ...other, experiment: { ...other.experiment, learningRate: 0.5 } };
    const pool = () =>
      poolSweeps([
        { path: 'a', results: [other] },
        { path: 'b', results: [changed] },
      ]);
    expect(pool).toThrow(UserError);
    expect(pool).toThrow(
      /^b: run "multi=2,.*\/seed=1": got other settings than in a \(learningRate 0.5, not 0.01\)/,
    );
  });
});

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

describe('a run in time', () => {
  test('leaves out what an undo took back, and marks what is left', () => {
    const { run, messages } = recordRun();
    trainTo(run, 20);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.7 } });
    trainTo(run, 40);
    run.handle({ type: 'undo' });
    trainTo(run, 60);
    run.handle({ type: 'set-learning-rate', learningRate: 0.01 });
    trainTo(run, 100);
    const { frames, marks } = timelineOf(messages.filter(isLogged), 25);
    const steps = frames.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    const states = new Set(frames.map(({ step, stateHash }) => `${step} ${stateHash}`));
    expect(states.size).toBe(new Set(steps).size);
    expect(steps).toContain(30);
    expect(marks).toEqual([
      { epoch: 0.8, label: 'undone' },
      { epoch: 2.4, label: 'rate 0.01' },
    ]);
  });

  test(`buckets hold every spike, and no more than asked for (seed ${seed})`, () => {
    const points = fc.array(
      fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(Number.NaN)),
      { minLength: 1, maxLength: 300 },
    );
    check(fc.tuple(points, fc.integer({ min: 1, max: 50 })), ([values, most]) => {
      const buckets = bucketed(
        values.map((value, epoch) => ({ epoch, value })),
        most,
      );
      const numbers = values.filter((value) => !Number.isNaN(value));
      expect(buckets.length).toBeLessThanOrEqual(most);
      expect(Math.max(...buckets.map(({ maximum }) => maximum))).toBe(Math.max(...numbers));
      expect(Math.min(...buckets.map(({ minimum }) => minimum))).toBe(Math.min(...numbers));
      expect(buckets.at(-1)).toMatchObject({ epoch: values.length - 1, value: values.at(-1) });
    });
  });

  test(`a spread keeps both ends, in order, each once (seed ${seed})`, () => {
    check(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 60 })), ([length, most]) => {
      const list = Array.from({ length }, (_, index) => index);
      const some = spread(list, most);
      expect(some).toHaveLength(Math.min(length, most));
      expect([some[0], some.at(-1)]).toEqual([0, length - 1]);
      expect([...new Set(some)].sort((a, b) => a - b)).toEqual(some);
    });
  });

  test('labels only marks that leave room for each other', () => {
    const marks = [0, 1, 5, 5.5, 12].map((epoch) => ({ epoch, label: 'x' }));
    expect(labelled(marks, 4).map(({ epoch }) => epoch)).toEqual([0, 5, 12]);
  });
});
