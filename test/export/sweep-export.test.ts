import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepEpochsCsv, sweepRunsCsv } from '../../src/export/sweep-csv.js';
import type { SweepResult } from '../../src/sweep/result.js';
import { pythonWith } from '../support/outside.js';
import { runHere } from '../support/program-here.js';
import { gridOf, trainSweep, writeRunFolder, writeSweepFolder } from '../support/sweep-folder.js';

let folder = '';
let sweep = '';
let results: SweepResult[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-sweep-export-'));
  results = await trainSweep({ epochs: 2 }, gridOf([1, 3], [0, 1]), [1, 2]);
  sweep = writeSweepFolder(join(folder, 'sweep'), results);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows of a CSV file without quotes, by column name. */
const rowsOf = (text: string): Record<string, string>[] => {
  const [heading, ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.replaceAll(/"[^"]*"/g, (quoted) => quoted.replaceAll(',', ';')).split(','));
  return rows.map((cells) => {
    expect(cells.length).toBe(heading.length);
    return Object.fromEntries(heading.map((name, at) => [name, cells[at]]));
  });
};

const run = (...args: string[]) => runHere(folder, ['export', ...args]);

describe('CSV', () => {
  test('a row a run has its settings, how it ended, and the numbers of its last epoch', () => {
    const rows = rowsOf([...sweepRunsCsv(results, 0.9)].join(''));
    expect(rows).toHaveLength(8);
    for (const [at, row] of rows.entries()) {
      const { cell, seed, status, epochs, steps } = results[at];
      const last = epochs[epochs.length - 1];
      const [best] = last.bestMatchOfTeacher ?? [[]];
      expect(row).toMatchObject({
        multi: String(cell.multi),
        strengthDecay: String(cell.strengthDecay),
        seed: String(seed),
        status,
        epoch: '2',
        steps: String(steps),
        eval_loss: String(last.evalLoss),
        'recovered.0': String(best.filter((match) => match > 0.9).length),
        'best_match.0.4': String(best[4]),
      });
    }
  });

  test('a run that failed has no numbers', () => {
    const failed = { ...results[0], status: 'failed' as const, epochs: [], layers: [], reason: 'lost' };
    const [row] = rowsOf([...sweepRunsCsv([failed], 0.9)].join(''));
    expect([row.status, row.reason, row.eval_loss, row['recovered.0'], row['best_match.0.0']]).toEqual([
      ...['failed', 'lost', '', '', ''],
    ]);
  });

  test('the long form has a value a row, by epoch, and the student nodes of the last', () => {
    const rows = rowsOf([...sweepEpochsCsv(results)].join(''));
    const [{ run: name, epochs, layers }] = results;
    const own = rows.filter(
      (row) => row.run === name.replaceAll(',', ';') || row.run === `"${name.replaceAll(',', ';')}"`,
    );
    expect(own.filter(({ metric }) => metric === 'eval_loss').map(({ value }) => Number(value))).toEqual(
      epochs.map(({ evalLoss }) => evalLoss),
    );
    const third = own.filter(({ metric, teacher }) => metric === 'best_match' && teacher === '3');
    expect(third.map(({ value }) => Number(value))).toEqual(
      epochs.map(({ bestMatchOfTeacher: best }) => best?.[0][3]),
    );
    expect(own.filter(({ metric }) => metric === 'fan_out_norm').map(({ value }) => Number(value))).toEqual([
      ...layers[0].fanOutNorm,
    ]);
  });
});

const python = pythonWith();
type Event = {
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
  readonly plugin?: {
    readonly tag: string;
    readonly group?: string;
    readonly status?: number;
    readonly hparams?: Readonly<Record<string, unknown>>;
  };
};
const eventsOf = (parent: string): Event[] => {
  const [name] = readdirSync(parent).filter((file) => file.startsWith('events.out.tfevents.'));
  const script = join(import.meta.dirname, '..', 'support', 'read_tfevents.py');
  return JSON.parse(execFileSync(python ?? '', [script, join(parent, name)], { encoding: 'utf8' }));
};

describe('TensorBoard', () => {
  test.skipIf(python === undefined)(
    'a sweep has a folder a run, with settings, scalars by step, and its end',
    async () => {
      const out = join(folder, 'board');
      expect((await run(sweep, '--to', 'tensorboard', '--out', out)).code).toBe(0);
      for (const { cell, seed, epochs, experiment } of results) {
        const name = `multi=${cell.multi},strengthDecay=${cell.strengthDecay}`;
        const events = eventsOf(join(out, name, `seed=${seed}`));
        expect(events.flatMap(({ plugin }) => plugin ?? [])).toEqual([
          { tag: '_hparams_/session_start_info', group: name, hparams: { ...cell, seed } },
          { tag: '_hparams_/session_end_info', status: 1 },
        ]);
        const scalars = events.filter((event) => 'loss/eval' in event.scalars);
        expect(scalars.map(({ step }) => step)).toEqual(
          epochs.map(({ epoch }) => epoch * experiment.stepsPerEpoch),
        );
        expect(scalars.map((event) => event.scalars['loss/eval'])).toEqual(
          epochs.map(({ evalLoss }) => Math.fround(evalLoss)),
        );
        expect(scalars[2].scalars['best_match/layer_0/teacher_1']).toBe(
          Math.fround(epochs[2].bestMatchOfTeacher?.[0][1] ?? 0),
        );
      }
      expect((await run(sweep, '--to', 'tensorboard', '--out', out)).errors).toMatch(
        /there already, allowed: another --out/,
      );
    },
  );

  test.skipIf(python === undefined)('a folder of runs has the settings in which they differ', async () => {
    const runs = join(folder, 'runs');
    await writeRunFolder(join(runs, 'first'), { epochs: 2, multi: 2 });
    await writeRunFolder(join(runs, 'second'), { epochs: 2, multi: 3, seed: 7 });
    const { code, errors } = await run(runs, '--to', 'tensorboard');
    expect([code, errors]).toEqual([0, '']);
    expect(eventsOf(join(runs, 'second')).flatMap(({ plugin }) => plugin ?? [])).toMatchObject([
      { hparams: { seed: 7, multi: 3, n: 15 } },
      { status: 1 },
    ]);
    const again = await run(runs, '--to', 'tensorboard');
    expect([again.code, again.errors.match(/there already, left as it is/g)]).toMatchObject([
      0,
      { length: 2 },
    ]);
  });
});

describe('the command', () => {
  test('writes beside the results, or where --out says, whole, and never over a file', async () => {
    for (const [format, name] of [
      ['csv', 'runs.csv'],
      ['csv-epochs', 'epochs.csv'],
    ]) {
      const { code, out, errors } = await run(sweep, '--to', format);
      expect([code, out.trim(), errors]).toEqual([0, join(sweep, name), '']);
      expect((await run(sweep, '--to', format, '--out=-')).out).toBe(readFileSync(join(sweep, name), 'utf8'));
    }
    expect((await run(join(sweep, 'results.jsonl'), '--to', 'csv')).errors).toMatch(
      /runs\.csv: got a file that is there/,
    );
  });

  test('says what was left out, and what a sweep cannot be', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(sweep, damaged, { recursive: true });
    const path = join(damaged, 'results.jsonl');
    rmSync(join(damaged, 'runs.csv'), { force: true });
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `{}\n${text}`);
    const { code, errors } = await run(damaged, '--to', 'csv', '--out', `${join(folder, 'made')}/`);
    expect([code, errors]).toEqual([0, expect.stringMatching(/results\.jsonl: line 1: .*; left out\n$/)]);
    expect(existsSync(join(folder, 'made', 'runs.csv'))).toBe(true);
    expect((await run(sweep, '--to', 'asciicast')).errors).toMatch(
      /--to: got "asciicast" for a sweep, allowed: csv, csv-epochs, tensorboard into a folder/,
    );
  });

  test('no setting of a stranger leads out of the folder', async () => {
    const evil = { ...results[0], cell: { multi: '../../../evil' }, run: '../../evil/seed=1' };
    const strange = writeSweepFolder(join(folder, 'strange'), [evil]);
    const out = join(folder, 'deep', 'board');
    await run(strange, '--to', 'tensorboard', '--out', out);
    expect(readdirSync(out)).toEqual(['multi=.._.._.._evil']);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['board']);
  });
});
