import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
import { tell } from './scale.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-endings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = (): Record<string, string> =>
  personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });

const small = [
  'quick-start',
  ...'--set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200'.split(' '),
];
const patient = [...small, '--epochs', '20000'];

/** The folder's only log, which must be whole. */
const onlyLog = async (folder: string) => {
  const names = readdirSync(folder);
  expect(names.length).toBe(1);
  const log = await readLog(join(folder, names[0]));
  expect(log.tornBytes).toBe(0);
  return log;
};

const lastEvent = async (folder: string): Promise<string | undefined> => {
  const { lines } = await onlyLog(folder);
  return lines.filter((line) => line.type === 'event').at(-1)?.event;
};

test.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGTERM', 143],
  ['SIGUSR1', 138],
  ['SIGUSR2', 140],
  ['SIGXCPU', 152],
] as const)('%s ends a headless run with its log complete', async (signal, expected) => {
  const folder = join(home, 'runs');
  const child = spawn(process.execPath, [programPath, '--headless', ...patient, '--log', folder], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdout.once('data', () => child.kill(signal));
  child.stdout.resume();
  expect(await closed).toEqual([expected, null]);
  expect(await lastEvent(folder)).toBe('stopped');
  tell(`${signal}: 1 run ended with exit code ${expected}, log complete`);
});

/** Has every thread of the program read a pipe into which nobody writes, as a library does that never answers. */
const stuckThreads = (pipe: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { openSync, readSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) readSync(openSync(${JSON.stringify(pipe)}, 'r'), Buffer.alloc(1));
  `)}`;

test('a signal ends the program though native code holds its thread', async () => {
  const pipe = join(home, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const args = ['--import', stuckThreads(pipe), programPath, '--headless', ...small, '--no-log'];
  const child = spawn(process.execPath, args, { env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  const closed = once(child, 'close');
  const held = await open(pipe, 'w');
  child.kill('SIGTERM');
  expect(await closed).toEqual([143, null]);
  await held.close();
  tell('a thread that never answers: 1 run ended by SIGTERM with exit code 143');
});

test('a reader that goes away ends a headless run with its log complete', async () => {
  const folder = join(home, 'runs');
  const command = `"$0" "$1" --headless ${patient.join(' ')} --log "$2" | head -1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, programPath, folder], {
    env: environment(),
    encoding: 'utf8',
  });
  expect([stdout.trimEnd().split('\n').length, stderr]).toEqual([1, '']);
  expect(await lastEvent(folder)).toBe('stopped');
  tell('SIGPIPE (| head -1): 1 run ended, log complete, nothing on standard error');
});

test('a terminal that is closed ends the dashboard, its log complete and no process left', async () => {
  const program = new TerminalProgram(patient, { environment: environment() });
  await program.waitFor(/step\s+[\d,]*[1-9]/);
  program.hangUp();
  expect((await program.exited).exitCode).toBe(129);
  expect(() => process.kill(program.pid, 0)).toThrow(/ESRCH/);
  expect(await lastEvent(join(home, 'teachtop', 'runs'))).toBe('stopped');
  tell('closed terminal: 1 dashboard ended, log complete, no process left');
});

test.each(['1e3', '1e6'])('learning rate %s diverges as a result that is logged', async (rate) => {
  const folder = join(home, 'runs');
  const args = ['--headless', ...small, '--epochs', '5', '--set', `learningRate=${rate}`, '--log', folder];
  const { code, out, errors } = await runHere(home, args);
  expect([code, errors]).toEqual([1, '']);
  expect(out).toMatch(/diverged/);
  const { lines } = await onlyLog(folder);
  expect(lines.some((line) => line.type === 'event' && line.event === 'diverged')).toBe(true);
  tell(`learning rate ${rate}: 1 run diverged, exit code 1, log complete`);
});

/** A wall clock that goes back a minute with every reading, in the program and its threads. */
const backwards = `data:text/javascript,${encodeURIComponent(`
  let now = Date.now();
  globalThis.Date = class extends Date {
    constructor(...given) { given.length > 0 ? super(...given) : super((now -= 60000)); }
    static now() { return (now -= 60000); }
  };
`)}`;

test('a wall clock that goes back changes nothing of what is computed', async () => {
  const folder = join(home, 'runs');
  const program = ['--import', backwards, programPath];
  const options = { env: environment(), encoding: 'utf8' } as const;
  const args = ['--headless', ...small, '--epochs', '20', '--log', folder];
  const { status, stderr } = spawnSync(process.execPath, [...program, ...args], options);
  expect([status, stderr]).toEqual([0, '']);
  const [name] = readdirSync(folder);
  const verified = await runHere(home, ['verify', join(folder, name)]);
  expect([verified.code, verified.errors]).toEqual([0, '']);
  tell('clock set back: 1 run under a clock that goes back a minute at every reading, its log verified');
});
