import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { patienceMs } from '../support/patience.js';
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
import { slowAfterFrames, slowWhileThere } from '../support/training-thread.js';

let home: string;
let program: TerminalProgram;

/** The screen is what is looked at: the run shows that it goes on, and need not take all of a processor for that. */
const slowRun = { NODE_OPTIONS: slowAfterFrames(2) };

const start = (
  args: readonly string[],
  columns = 80,
  rows = 24,
  environment: Record<string, string> = {},
  command?: string,
): void => {
  const folders = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  program = new TerminalProgram(args, {
    columns,
    rows,
    ...(command === undefined ? {} : { command }),
    environment: personalEnvironment({ ...folders, ...slowRun, ...environment }),
  });
};

/** Small and endless enough that no test sees its end by accident. */
const small = [
  'quick-start',
  ...'--set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200'.split(' '),
];
/** As a shell's command line and a summary tell of it in a few words. */
const plain = ['quick-start', '--epochs', '20000'];
const patient = [...small, '--epochs', '20000'];

const runsFolder = (): string => join(home, 'teachtop', 'runs');
const logs = () =>
  Promise.all(
    readdirSync(runsFolder())
      .sort()
      .map((name) => readLog(join(runsFolder(), name))),
  );

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-e2e-'));
});
afterEach(async () => {
  program.kill('SIGKILL');
  await program.exited;
  rmSync(home, { recursive: true, force: true });
});

const quit = async (keys: string): Promise<void> => {
  program.press(keys);
  expect((await program.exited).exitCode).toBe(0);
};

const expectTerminalRestored = (): void => {
  expect(program.onAlternateScreen).toBe(false);
  const last = (on: string, off: string): number =>
    program.output.lastIndexOf(on) - program.output.lastIndexOf(off);
  expect(last('\x1b[?25h', '\x1b[?25l')).toBeGreaterThan(0);
  expect(last('\x1b[?7h', '\x1b[?7l')).toBeGreaterThan(0);
};

/** Ends the program from outside: its terminal is as it was, its log whole. */
const endBy = async (signal: NodeJS.Signals, code: number): Promise<void> => {
  program.kill(signal);
  expect((await program.exited).exitCode).toBe(code);
  expectTerminalRestored();
  const [log] = await logs();
  expect(log.tornBytes).toBe(0);
  expect(log.lines.at(-1)).toMatchObject({ event: 'stopped' });
};

describe('a session at the keyboard', () => {
  test('pause, step, perturb, undo, learning rate, threshold, freeze, matrix, help, then quit', async () => {
    start(patient);
    await program.waitFor(/RUN/);
    program.press(' ');
    await program.waitFor(/PAUSED/);
    const stepOf = async (): Promise<number> => {
      const [, digits] = await program.waitFor(/step\s+([\d,]+)/);
      return Number(digits.replaceAll(',', ''));
    };
    const before = await stepOf();
    program.press('s');
    await program.waitFor(new RegExp(`step\\s+${(before + 1).toLocaleString('en')}`));
    program.press('n');
    const end = Math.ceil((before + 2) / 1000) * 1000;
    await program.waitFor(new RegExp(`step\\s+${end.toLocaleString('en')}`));
    await program.waitFor(/PAUSED/);
    program.press('p');
    await program.waitFor(/Gaussian noise on all student weights/);
    program.press('\r');
    await program.waitFor(/noise of 0\.5x RMS/);
    program.press('u');
    await program.waitFor(/undid/);
    program.press('+');
    await program.waitFor(/lr 8e-4/);
    program.press('-');
    await program.waitFor(/lr 4e-4/);
    program.press('t');
    await program.waitFor(/at 0\.99/);
    program.press('f');
    await program.waitFor(/FROZEN/);
    program.press('f');
    await program.waitFor(/^(?![\s\S]*FROZEN)/);
    program.press('m');
    await program.waitFor(/▸specialized/);
    program.press('m');
    await program.waitFor(/▸observability/);
    program.press('?');
    await program.waitFor(/pause or resume the training/);
    program.press('?');
    await program.waitFor(/▸observability/);
    expect(program.hasWrappedRow).toBe(false);
    await quit('q');
    expectTerminalRestored();
    const [log] = await logs();
    const events = log.lines.flatMap((line) => (line.type === 'event' ? [line.event] : []));
    expect(events.filter((event) => event !== 'specialized' && event !== 'lost')).toEqual([
      'paused',
      'paused',
      'paused',
      'perturbed',
      'undone',
      'learning-rate',
      'learning-rate',
      'threshold',
      'stopped',
    ]);
    expect(log.tornBytes).toBe(0);
  });
});

describe('the screen', () => {
  test('of a terminal without UTF-8 is drawn in ASCII, without colour where NO_COLOR is set, and given back after SIGTERM', async () => {
    start(patient, 80, 24, { LANG: 'C', LC_ALL: 'C', NO_COLOR: '1' });
    await program.waitFor(/RUN/);
    await program.waitFor(/loss/);
    const visible = program.screen.join('');
    expect([...visible].filter((character) => character > '\x7e')).toEqual([]);
    const colours = program.output.split('\x1b[').map((code) => code.slice(0, code.indexOf('m') + 1));
    expect(colours.filter((code) => /\b(3[0-8]|4[0-8]|9[0-7])\b/.test(code))).toEqual([]);
    await endBy('SIGTERM', 143);
  });

  test('of the console of Linux is drawn in ASCII and sixteen colours, asked nothing, and given back after SIGHUP', async () => {
    start(patient, 80, 24, { TERM: 'linux' });
    await program.waitFor(/epoch\s+[1-9]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    const codes = [...program.output.matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list]) => list.split(';'));
    const allowed = /^(3[0-79]|9[0-7]|[012457]|22|24|27|)$/;
    expect(codes.filter((code) => !allowed.test(code))).toEqual([]);
    expect(program.screen.join('')).not.toMatch(/\P{ASCII}/u);
    expect(program.output).not.toContain('\u001b]11;?');
    await endBy('SIGHUP', 129);
  });
});

describe('job control', () => {
  test('Ctrl-Z gives the shell its terminal, and stops what the program was started through; fg brings the screen back at the size of then', async () => {
    start(['--norc', '--noprofile', '-i'], 100, 30, { PS1: 'shell> ' }, 'bash');
    await program.waitFor(/shell>/);
    program.press(`sh -c '${process.execPath} ${programPath} ${plain.join(' ')}; echo over'\r`);
    await program.waitFor(/RUN/);
    program.press('\x1a');
    await program.waitFor(/Stopped[\s\S]*shell>/);
    expectTerminalRestored();
    program.resize(60, 20);
    program.press('fg\r');
    await program.waitFor(/RUN[\s\S]*space pause/);
    expect(program.onAlternateScreen).toBe(true);
    expect(program.hasWrappedRow).toBe(false);
    program.press('q');
    await program.waitFor(/Quick start, seed 1[\s\S]*\nover\nshell>/);
    expectTerminalRestored();
    await quit('exit\r');
  });

  test("reset in another shell is undone by ctrl-l: the keys are the program's again, and the screen is whole", async () => {
    start(patient);
    await program.waitFor(/RUN/);
    program.press(' ');
    await program.waitFor(/PAUSED/);
    spawnSync('sh', [
      '-c',
      `printf '\\033c' > "$0"; stty sane < "$0"`,
      readlinkSync(`/proc/${program.pid}/fd/0`),
    ]);
    await vi.waitFor(() => expect(program.onAlternateScreen).toBe(false), patienceMs);
    const openFiles = (): number => readdirSync(`/proc/${program.pid}/fd`).length;
    const open = openFiles();
    for (let time = 0; time < 3; time++) {
      program.press('\f');
      await program.waitFor(/PAUSED[\s\S]*q quit/);
    }
    expect(program.onAlternateScreen).toBe(true);
    await vi.waitFor(() => expect(openFiles()).toBeLessThanOrEqual(open), patienceMs);
    await quit('q');
  });

  test('Ctrl-Z without a shell to return to changes nothing; SIGINT ends it in order', async () => {
    start(patient);
    await program.waitFor(/RUN/);
    program.press('\x1a ');
    await program.waitFor(/PAUSED/);
    expect(program.onAlternateScreen).toBe(true);
    await endBy('SIGINT', 130);
  });
});

test('a terminal that takes nothing does not hold up the training, and then shows the latest', async () => {
  start(patient, 200, 60);
  await program.waitFor(/epoch\s+[1-9]/);
  const logged = async () => (await logs())[0].lines;
  program.stall();
  const before = (await logged()).length;
  const after = await vi.waitFor(
    async () => {
      program.press('\x0c');
      const lines = await logged();
      expect(lines.length).toBeGreaterThan(before + 10);
      return lines.at(-1)?.step ?? 0;
    },
    { timeout: patienceMs, interval: 200 },
  );
  program.press(' ');
  program.flow();
  await program.waitFor(/PAUSED/);
  const [, digits] = await program.waitFor(/step\s+([\d,]+)/);
  expect(Number(digits.replaceAll(',', ''))).toBeGreaterThanOrEqual(after);
  await quit('q');
  expectTerminalRestored();
});

test('over a slow link a key shows within 2 KB, and no frame comes after a newer one', async () => {
  start(patient);
  await program.waitFor(/epoch\s+[1-9]/);
  program.slowLink();
  let epoch = 0;
  const next = async (): Promise<number> => {
    const arrived = await program.deliver(128);
    const shown = Number(/epoch\s+([\d,]+)/.exec(program.screen[1])?.[1].replaceAll(',', '') ?? epoch);
    expect(shown).toBeGreaterThanOrEqual(epoch);
    epoch = shown;
    return arrived;
  };
  for (let turn = 0; turn < 64; turn++) await next();
  program.press(' ');
  const isPaused = async (): Promise<boolean> =>
    (await logs())[0].lines.some((line) => line.type === 'event' && line.event === 'paused');
  await expect.poll(isPaused, { timeout: patienceMs, interval: 50 }).toBe(true);
  let arrived = 0;
  while (!/PAUSED/.test(program.screen[0])) arrived += await next();
  expect(arrived).toBeLessThanOrEqual(2048);
  program.kill('SIGKILL');
});

test('--on-hangup continue: with the terminal closed while the run is paused the run goes on to its end', async () => {
  const gate = join(home, 'slow');
  writeFileSync(gate, '');
  start([...small, '--epochs', '20', '--on-hangup', 'continue'], 80, 24, {
    NODE_OPTIONS: slowWhileThere(gate, 2),
  });
  await program.waitFor(/epoch\s+[1-9]/);
  program.press(' ');
  await program.waitFor(/PAUSED/);
  rmSync(gate);
  program.hangUp();
  expect((await program.exited).exitCode).toBe(0);
  const [log] = await logs();
  expect(log.tornBytes).toBe(0);
  expect(log.lines.at(-1)).toMatchObject({ event: 'done', step: 20_000 });
});
