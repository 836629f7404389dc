import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SweepResult } from '../../../src/sweep/result.js';
import {
  cellStatistics,
  lossCurve,
  spreadOf,
  statisticsByCell,
  studentPoints,
  successAt,
  wilsonRate,
} from '../../../src/sweep/statistics/cell-statistics.js';
import { outcomes, resultOf } from '../../support/synthetic-results.js';

const seed = 20260101;
const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { seed, numRuns: 200 });

const value = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(Number.NaN, -Infinity),
);

describe('numbers over seeds', () => {
  test(`mean and deviation are those of the two-pass definition, over what is finite (seed ${seed})`, () => {
    check(fc.array(value, { maxLength: 40 }), (values) => {
      const finite = values.filter(Number.isFinite);
      let total = 0;
      for (const one of finite) total += one;
      const centre = total / finite.length;
      let squares = 0;
      for (const one of finite) squares += (one - centre) ** 2;
      const { mean, deviation, seeds } = spreadOf(values);
      expect(seeds).toBe(finite.length);
      if (seeds === 0) expect(mean).toBeNaN();
      else expect(mean).toBeCloseTo(centre, 8);
      if (seeds < 2) expect(deviation).toBeNaN();
      else expect(deviation).toBeCloseTo(Math.sqrt(squares / (seeds - 1)), 8);
    });
  });

  test(`Wilson's bounds are where the score test is at its 95 % point (seed ${seed})`, () => {
    const trials = fc.integer({ min: 1, max: 500 });
    check(
      trials.chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
      ([successes, n]) => {
        const { share, low, high } = wilsonRate(successes, n);
        expect(share).toBe(successes / n);
        for (const bound of [low, high]) {
          const score = (share - bound) ** 2 - (1.959964 ** 2 * bound * (1 - bound)) / n;
          expect(score).toBeCloseTo(0, 10);
        }
        expect(low >= 0 && low <= share && share <= high && high <= 1).toBe(true);
      },
    );
    expect(wilsonRate(0, 0).share).toBeNaN();
  });

  test('Wilson 1927 at 8 of 10, and at none of 32', () => {
    expect(wilsonRate(8, 10)).toMatchObject({
      low: expect.closeTo(0.4902, 4),
      high: expect.closeTo(0.9433, 4),
    });
    expect(wilsonRate(0, 32)).toMatchObject({ low: 0, high: expect.closeTo(0.1072, 4) });
  });
});

const cell = { multi: 2, strengthDecay: 1, m: 3 };
const someResults: fc.Arbitrary<SweepResult[]> = fc
  .array(outcomes(3, 6), { minLength: 1, maxLength: 8 })
  .map((all) => all.map((outcome, index) => resultOf(outcome, index + 1, cell)));

/** Best matches after an epoch, by the convention of docs/guide/sweeps.md; null of a run that is not in the rate. */
const matchesAt = ({ epochs, status }: SweepResult, epoch: number): readonly number[] | null => {
  const last = epochs.length - 1;
  if (status === 'diverged' && epoch >= last) return [];
  if (status === 'stopped' && epoch >= last) return epochs[last].bestMatchOfTeacher?.[0] ?? null;
  return epoch <= last ? (epochs[epoch].bestMatchOfTeacher?.[0] ?? null) : null;
};

describe('a cell, recomputed directly', () => {
  test(`success rates count the runs above the threshold (seed ${seed})`, () => {
    check(someResults, (results) => {
      for (const epoch of [0, 1, 2, 3]) {
        const matches = results.map((result) => matchesAt(result, epoch)).filter((match) => match !== null);
        const { rates } = successAt(results, epoch, 0.3, 0);
        const counted = [0, 1, 2].map((node) => matches.filter((match) => match[node] > 0.3).length);
        expect(rates.map(({ successes }) => successes)).toEqual(counted);
        expect(rates.map(({ trials }) => trials)).toEqual([0, 1, 2].map(() => matches.length));
      }
    });
  });

  test(`loss points are over the seeds with a positive finite loss (seed ${seed})`, () => {
    check(someResults, (results) => {
      for (const { epoch, ...point } of lossCurve(results)) {
        const losses = results
          .map(({ epochs }) => epochs[epoch]?.evalLoss ?? Number.NaN)
          .filter((loss) => loss > 0)
          .map((loss) => Math.log10(loss));
        expect(point).toEqual(spreadOf(losses));
      }
    });
  });

  test(`failed runs are in no number but their own (seed ${seed})`, () => {
    check(someResults, (results) => {
      const { done, diverged, failed, layers, ...rest } = cellStatistics(results, {
        threshold: 0.95,
        earlyEpoch: 2,
      });
      const ended = results.filter(({ status }) => status !== 'failed');
      expect([done + diverged, failed]).toEqual([ended.length, results.length - ended.length]);
      const [{ early, last, students, matchCurve }] = layers;
      expect(rest).toEqual({ lossCurve: lossCurve(ended) });
      expect(students).toEqual(studentPoints(ended, 0));
      for (const { epoch, ...point } of matchCurve)
        expect(point).toEqual(
          spreadOf(
            ended.flatMap(({ epochs }) => {
              const [a, b, c] = epochs[epoch]?.bestMatchOfTeacher?.[0] ?? [];
              return a === undefined ? [] : [(a + b + c) / 3];
            }),
          ),
        );
      expect(last).toEqual(ended.length > 0 ? successAt(ended, 3, 0.95, 0) : null);
      const reached = Math.max(0, ...ended.map(({ epochs }) => Math.min(2, epochs.length - 1)));
      expect(early).toEqual(reached > 0 ? successAt(ended, reached, 0.95, 0) : null);
    });
  });

  test(`every finite student node is a point, on the training set (seed ${seed})`, () => {
    check(someResults, (results) => {
      const expected = results.flatMap(({ layers: [students] }) =>
        students.fanOutNorm
          .map((fanOutNorm, node) => ({ bestMatch: students.bestMatchTrain[node], fanOutNorm }))
          .filter(({ bestMatch }) => !Number.isNaN(bestMatch)),
      );
      expect(studentPoints(results, 0)).toEqual(expected);
    });
  });
});

/** A run of three teacher nodes with these best matches by epoch; null where it was not measured. */
const runOf = (
  seedOf: number,
  status: SweepResult['status'],
  matches: readonly (number | null)[],
  multi = 2,
): SweepResult =>
  resultOf(
    {
      status,
      students: { bestMatchTrain: [], bestMatchEval: [], fanOutNorm: [] },
      epochs: matches.map((match, epoch) => ({
        epoch,
        trainLoss: 0.1,
        evalLoss: 0.01,
        bestMatchOfTeacher: match === null ? null : [[match, match, 0]],
      })),
    },
    seedOf,
    { ...cell, multi },
  );
const first = ({ rates: [rate] }: { readonly rates: readonly { successes: number; trials: number }[] }) =>
  `${rate.successes} of ${rate.trials}`;

describe('the convention', () => {
  const results = [
    runOf(1, 'done', [0, 0.99, 0.99, 0.99]),
    runOf(2, 'diverged', [0, 0.99, 0.99]),
    runOf(3, 'stopped', [0, 0.99]),
    runOf(4, 'done', [0, null, 0.99, 0.5]),
    runOf(5, 'failed', []),
  ];

  test('a run that diverged recovers nothing from then on, one that stopped keeps what it had', () => {
    const after = [1, 2, 3].map((epoch) => first(successAt(results, epoch, 0.95, 0)));
    expect(after).toEqual(['3 of 3', '3 of 4', '2 of 4']);
  });

  test('the early epoch is a measured one between the first and the last, or there is none', () => {
    const early = (earlyEpoch: number) =>
      cellStatistics(results, { threshold: 0.95, earlyEpoch }).layers[0].early?.epoch;
    expect([0, 1, 2, 3, 9].map(early)).toEqual([undefined, 1, 2, 2, 2]);
    expect(cellStatistics([results[4]], { threshold: 0.95, earlyEpoch: 2 })).toMatchObject({
      failed: 1,
      layers: [{ early: null, last: null }],
    });
  });

  test('cells stand in the order in which they first appear', () => {
    const cells = [runOf(1, 'done', [0, 1, 1, 1], 5), ...results];
    const statistics = statisticsByCell(cells, { threshold: 0.95, earlyEpoch: 1 });
    expect([...statistics].map(([key, { done, diverged, failed }]) => [key, done, diverged, failed])).toEqual(
      [
        ['multi=5,strengthDecay=1,m=3', 1, 0, 0],
        ['multi=2,strengthDecay=1,m=3', 3, 1, 1],
      ],
    );
  });
});
