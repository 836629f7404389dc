import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { patienceMs } from '../support/patience.js';
import { TerminalHere } from '../support/program-here.js';

let home: string;
let program: TerminalHere;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-dashboard-'));
});
afterEach(async () => {
  program.signal('SIGTERM');
  await program.exited;
  rmSync(home, { recursive: true, force: true });
});

const start = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): void => {
  program = new TerminalHere(home, args, { environment });
};

const small = [
  'quick-start',
  ...'--set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200'.split(' '),
];
/** At its end at once: the dashboard stays, and nothing trains behind it. */
const brief = [...small, '--epochs', '2'];

const logs = () => {
  const runs = join(home, 'teachtop', 'runs');
  const names = readdirSync(runs).sort();
  return Promise.all(names.map((name) => readLog(join(runs, name))));
};

const quit = async (keys: string): Promise<void> => {
  program.press(keys);
  expect(await program.exited).toBe(0);
};

describe('a session at the keyboard', () => {
  test('switching presets by number and by search starts a run and a log for each', async () => {
    /** Waits for a run, and has it wait; its log is there with its first frame, for which a title does not wait. */
    const shown = async (title: RegExp, runs: number): Promise<void> => {
      await program.waitFor(title);
      program.press(' ');
      await vi.waitFor(async () => expect(await logs()).toHaveLength(runs), {
        timeout: patienceMs,
        interval: 50,
      });
    };
    start(brief);
    await shown(/^ Quick start/m, 1);
    program.press('2');
    await shown(/^ Strong nodes first.* seed 1/m, 2);
    program.press('/');
    await program.waitFor(/search/);
    program.press('full');
    await program.waitFor(/Full-batch/);
    program.press('\r');
    await shown(/^ Full-batch.* seed 1/m, 3);
    program.press('R');
    await shown(/^ Full-batch.* seed 2/m, 4);
    await quit('q');
    expect((await logs()).map(({ header }) => `${header.preset} ${header.experiment.seed}`).sort()).toEqual([
      'full-batch 1',
      'full-batch 2',
      'quick-start 1',
      'strong-first 1',
    ]);
  });

  test('settings turned on the screen are a run of their own, and a preset that the command line knows; so from a log', async () => {
    start(brief);
    await program.waitFor(/ 5x +◉REC +DONE/);
    program.press('E');
    await program.waitFor(/settings: Quick start with d=10, m=5, c=5/);
    program.press('multi');
    await program.waitFor(/multi +◂ 5 ▸/);
    program.press('\x1b[C');
    await program.waitFor(/\* multi +◂ 6 ▸/);
    program.press('\x13');
    await program.waitFor(/save as preset/);
    program.press('wide\r');
    await program.waitFor(/saved: teachtop wide/);
    program.press('\r');
    await program.waitFor(/^ Quick start with d=10, m=5, c=5.* 6x +◉REC +DONE/m);
    await quit('q');
    const experiment = { d: 10, m: 5, multi: 6, n: 30, c: 5 };
    const isChanged = ({ header }: Awaited<ReturnType<typeof logs>>[number]): boolean =>
      Object.entries(experiment).every(
        ([key, value]) => (header.experiment as Readonly<Record<string, unknown>>)[key] === value,
      );
    expect((await logs()).filter(isChanged)).toHaveLength(1);
    start(['wide', '--epochs', '2']);
    await program.waitFor(/ 6x {2}m 5 {2}n 30[\s\S]*DONE/);
    await quit('q');
    start(['watch', 'last']);
    await program.waitFor(/LOG/);
    program.press('E');
    await program.waitFor(/◂ 10 ▸ +input dimension/);
    program.press('\x1b[C');
    await program.waitFor(/\* d +◂ 11 ▸/);
    program.press('\r');
    await program.waitFor(/ d 11 [\s\S]*DONE/);
    await quit('q');
    expect((await logs()).map(({ header }) => header.preset).sort()).toEqual([
      'quick-start',
      'quick-start',
      'wide',
      'wide',
    ]);
  });

  test('what was set is there at the next start: preset, threshold, log folder', async () => {
    const folder = join(home, 'elsewhere');
    const preset = join(home, 'mine.json');
    const experiment = { d: 10, m: 5, c: 5, trainSize: 500, evalSize: 200, epochs: 2 };
    writeFileSync(preset, JSON.stringify({ title: 'Mine', look: 'x', shows: 'x', experiment }));
    start([preset, '--log', folder]);
    await program.waitFor(/DONE[\s\S]*0\.95/);
    program.press('t');
    await program.waitFor(/at 0\.99/);
    await quit('q');
    start([]);
    await program.waitFor(/^ Mine.* DONE[\s\S]*at 0\.99/m);
    await quit('\x03');
    expect(readdirSync(folder).length).toBe(2);
  });
});

describe('the screen', () => {
  test('is laid out again on every resize, no row wrapped, and says what it needs when it is too small', async () => {
    start(brief);
    await program.waitFor(/DONE/);
    for (const [columns, rows, shown] of [
      [40, 12, /epoch[\s\S]*loss/],
      [80, 24, /loss[\s\S]*q quit/],
      [120, 40, /correlation/],
      [160, 50, /best match over time/],
      [250, 70, /best match over time/],
      [30, 8, /needs 40x12, is 30x8/],
      [120, 40, /correlation/],
    ] as const) {
      program.resize(columns, rows);
      await program.waitFor(shown);
      expect(program.hasWrappedRow).toBe(false);
      expect(program.screen.every((line) => line.length <= columns)).toBe(true);
    }
    for (let i = 0; i < 8; i++) program.resize(60 + ((i * 37) % 120), 15 + ((i * 13) % 40));
    program.resize(100, 30);
    await program.waitFor(/q quit/);
    expect(program.hasWrappedRow).toBe(false);
    await quit('q');
    expect(program.onAlternateScreen).toBe(false);
    expect(program.screen.join('\n')).not.toMatch(/correlation/);
  });

  test('TERM=dumb is told in sentences, without a single control sequence', async () => {
    start(['quick-start', '--epochs', '2', '--no-log'], { TERM: 'dumb' });
    await program.exited;
    await program.waitFor(/Done, at step 2,000\./);
    expect(program.output).not.toContain('\u001b');
  });

  test('with --mouse a click focuses and the wheel zooms; the mouse is given back at the end', async () => {
    // Zooming in wants two records beside the pointer.
    start([...small, '--epochs', '20', '--mouse']);
    await program.waitFor(/DONE/);
    program.press('\u001b[<0;20;6M');
    await program.waitFor(/▸loss/);
    program.press('\u001b[<64;20;6M');
    await program.waitFor(/loss, zoomed/);
    // The footer begins with what the cursor of the charts asks for.
    await program.waitFor(/esc no cursor {2}.*\? help/);
    program.press(`\u001b[<0;${program.screen[23].indexOf('? help') + 1};24M`);
    await program.waitFor(/pause or resume the training/);
    program.press('?');
    await quit('q');
    expect(program.output.lastIndexOf('\u001b[?1000l')).toBeGreaterThan(
      program.output.lastIndexOf('\u001b[?1000h'),
    );
    expect(program.onAlternateScreen).toBe(false);
  });
});

test('--on-hangup continue: with the terminal gone by its signal the run goes on to its end', async () => {
  start([...small, '--epochs', '100', '--on-hangup', 'continue']);
  await program.waitFor(/epoch\s+[1-9]/);
  program.signal('SIGHUP');
  expect(await program.exited).toBe(0);
  const [log] = await logs();
  expect(log.tornBytes).toBe(0);
  expect(log.lines.at(-1)).toMatchObject({ event: 'done', step: 100_000 });
});

test('a preset file with a mistake starts nothing', async () => {
  start(['quick-start', '--set', 'epochs=many']);
  expect(await program.exited).toBe(2);
  await program.waitFor(/key "epochs": got "many"/);
  expect(program.output).not.toContain('\x1b[?1049h');
});

test('watching what is not there says so at once, and waits for it', async () => {
  start(['watch', join(home, 'nope')]);
  await program.waitFor(/nothing is at/);
  await quit('q');
});
