import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runReport } from '../../src/commands/report.js';
import { readPublishedStatistics } from '../../src/report/published-statistics.js';
import { expandSweep, type SweepRun } from '../../src/sweep/expand.js';
import type { SweepResult } from '../../src/sweep/result.js';
import { loadSweep } from '../../src/sweep/sweep-file.js';
import { measuredEpochs } from '../../src/sweep/trainer.js';
import { writeSweepFolder } from '../support/sweep-folder.js';
import { twoLayer } from '../support/two-layer.js';

const { file } = loadSweep('reference-rows');
const runs = expandSweep(loadSweep('reference-rows'));

/** A made-up result: seed s recovers the first s + 1 teacher nodes from epoch 6 on, and its loss is 10^-s. */
const resultOf = (run: SweepRun): SweepResult => {
  const { m, n, epochs } = twoLayer(run.experiment);
  const measured = measuredEpochs(epochs, file);
  const best = Array.from({ length: m }, (_, node) => (node <= run.seed ? 0.96 : 0.5));
  const numbers = new Array<number>(n).fill(0.5);
  return {
    type: 'result',
    formatVersion: 2,
    run: run.id,
    cell: { ...run.cell },
    seed: run.seed,
    experiment: run.experiment,
    engine: { engine: 'wasm', variant: 'simd', precision: 'float32', threads: 1 },
    status: 'done',
    reason: '',
    steps: 100_000,
    seconds: 1,
    finishedAt: '2026-01-01T00:00:00.000Z',
    epochs: Array.from({ length: epochs + 1 }, (_, epoch) => ({
      epoch,
      trainLoss: 0.1,
      evalLoss: 10 ** -run.seed,
      bestMatchOfTeacher: measured.has(epoch) ? [epoch < 6 ? best.map(() => 0) : best] : null,
    })),
    layers: [
      {
        teacherStrength: new Array<number>(m).fill(1),
        ...{ bestMatchTrain: numbers, bestMatchEval: numbers, fanOutNorm: numbers },
      },
    ],
  };
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-published-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const reportOf = async (name: string, results: readonly SweepResult[], threshold = 0.95) => {
  const out = join(folder, `${name}-report`);
  const sweep = writeSweepFolder(join(folder, name), results);
  await runReport(
    [sweep],
    out,
    { threshold, earlyEpoch: 6 },
    { out: () => undefined, warn: () => undefined },
  );
  const text = (file: string): string => readFileSync(join(out, file), 'utf8');
  return { markdown: text('report.md'), html: text('report.html') };
};

const rowsOf = (markdown: string): string[][] =>
  markdown
    .slice(markdown.indexOf('### Beside the published code'), markdown.indexOf('## Settings'))
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));

test('reference-rows trains and measures every row and epoch that is recorded', () => {
  const published = readPublishedStatistics();
  expect(published).toHaveLength(8);
  const ours = new Set(runs.map(({ cell }) => `${cell.multi} ${cell.strengthDecay}`));
  const recorded = published.map(({ experiment: { multi, strengthDecay } }) => `${multi} ${strengthDecay}`);
  expect([...ours].sort()).toEqual(recorded.sort());
  for (const { epochs, seeds, experiment } of published) {
    expect([...epochs.keys()].filter((epoch) => !measuredEpochs(experiment.epochs, file).has(epoch))).toEqual(
      [],
    );
    expect(runs).toHaveLength(published.length * seeds);
  }
});

test('a report of it has ours beside the published, by row and epoch, in Markdown and HTML', async () => {
  const { markdown, html } = await reportOf('finished', runs.map(resultOf), 0.8);
  const rows = rowsOf(markdown);
  const recorded = readPublishedStatistics();
  expect(rows).toHaveLength(2 * recorded.reduce((sum, { epochs }) => sum + epochs.size, 0));
  const at = rows.findIndex(([p, multi, epoch]) => p === '2' && multi === '5×' && epoch === '20');
  expect(rows.slice(at, at + 2)).toEqual([
    [
      ...['2', '5×', '20', 'sweep, 8 seeds'],
      ...['1.00', '1.00', '0.88', '0.75', '0.63', '0.50', '0.38', '0.25', '0.13', '0.00'],
      '−4.50 ± 2.45',
    ],
    [
      ...['2', '5×', '20', 'published, 8 seeds'],
      ...['1.00', '1.00', '1.00', '1.00', '1.00', '1.00', '1.00', '0.38', '0.13', '0.13'],
      '−4.33 ± 0.14',
    ],
  ]);
  expect(html).toContain('<h3>Beside the published code</h3>');
  expect(html).toContain('<td>sweep, 8 seeds</td><td>1.00</td><td>1.00</td><td>0.88</td>');
});

test('only rows with the same settings, whatever their precision, and epochs that were measured are compared', async () => {
  const cell = runs
    .map(resultOf)
    .filter(({ cell: { multi, strengthDecay } }) => multi === 2 && strengthDecay === 1);
  const doubled = cell.map((result) => ({
    ...result,
    experiment: { ...result.experiment, precision: 'float64' as const },
    epochs: result.epochs.map((record) =>
      record.epoch === 100 ? record : { ...record, bestMatchOfTeacher: null },
    ),
  }));
  const one = rowsOf((await reportOf('double', doubled)).markdown);
  expect(one.map(([p, multi, epoch]) => [p, multi, epoch])).toEqual([
    ['1', '2×', '100'],
    ['1', '2×', '100'],
  ]);
  const other = cell.map((result) => ({
    ...result,
    experiment: { ...result.experiment, learningRate: 0.02 },
  }));
  expect((await reportOf('other', other)).markdown).not.toContain('Beside the published code');
});
