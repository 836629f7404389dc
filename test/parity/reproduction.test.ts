import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runReproduce } from '../../src/commands/reproduce.js';
import { UserError } from '../../src/input/user-error.js';
import { readStatistics, rowExperiment, runSeed, summarizeSeeds } from '../../src/parity/reproduction.js';

const path = join(import.meta.dirname, '..', '..', 'bench', 'reference-statistics.json');
const oracle = { engine: 'naive', precision: 'float64', strict: false } as const;

describe('the recorded statistics', () => {
  const { rows, settings } = readStatistics(path);

  test('have eight rows with a success rate for each teacher node at each epoch', () => {
    expect(rows.map(({ m, multi, strengthDecay }) => `${m} ${multi} ${strengthDecay}`).sort()).toEqual(
      [1, 10, 2, 5].flatMap((multi) => [1, 2].map((p) => `10 ${multi} ${p}`)).sort(),
    );
    for (const row of rows) {
      expect([...row.epochs.keys()]).toContain(100);
      for (const { successRate } of row.epochs.values()) expect(successRate).toHaveLength(row.m);
    }
  });

  test("name experiments at the paper's size, one a seed", () => {
    const row = rows.find(({ multi }) => multi === 10);
    if (row === undefined) throw new Error('no row at 10x');
    expect(rowExperiment(settings, row, 3)).toMatchObject({
      d: 100,
      m: 10,
      n: 100,
      c: 50,
      seed: 3,
      epochs: 100,
    });
  });

  test('a small run is measured at the epochs asked for, whichever others there are (seed 2)', async () => {
    const small = { ...settings, d: 6, c: 4, N_train: 60, N_eval: 40, num_iter_per_epoch: 5 };
    const experiment = rowExperiment(small, { ...rows[0], m: 3, multi: 2 }, 2);
    const every = await runSeed(experiment, [1, 2, 3], oracle);
    expect(every.map(({ bestCorrelation }) => bestCorrelation.length)).toEqual([3, 3, 3]);
    expect(every[2].loss).not.toBe(every[0].loss);
    expect(await runSeed(experiment, [3], oracle)).toEqual([every[2]]);
  });
});

test('statistics over seeds: shares above 0.95, means, and the sample deviation of log10 loss', () => {
  const summary = summarizeSeeds([
    { bestCorrelation: [1, 0.96, 0.2], loss: 1e-2 },
    { bestCorrelation: [0.98, 0.95, 0.4], loss: 1e-4 },
  ]);
  expect(summary.successRate).toEqual([1, 0.5, 0]);
  expect(summary.meanBestCorrelation[2]).toBeCloseTo(0.3, 12);
  expect(summary.log10LossMean).toBeCloseTo(-3, 12);
  expect(summary.log10LossDeviation).toBeCloseTo(Math.SQRT2, 12);
});

test.each([
  [['--seeds', '0'], '--seeds: got "0", allowed: a whole number from 1 to 1000'],
  [['--engine', 'torch'], '--engine: got "torch", allowed: wasm or naive'],
  [['--multi', '1,x'], '--multi: got "x", allowed: numbers separated by commas'],
  [['--epochs', '7'], /^--epochs: got 7, allowed: 6, 10, 20/],
  [['--multi', '3'], '--multi, --decay: got no row of the statistics'],
  [['--rows', '3'], /^reproduce: Unknown option '--rows'/],
])('arguments %j are refused in one line', async (args, message) => {
  const attempt = runReproduce(args, path, () => undefined);
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(message);
});
