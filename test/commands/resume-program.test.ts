import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logFileName } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import type { Child } from '../support/finish.js';
import { logOfLines } from '../support/growing-log.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, projectFolder } from '../support/terminal-program.js';
import { restAfterFrames } from '../support/training-thread.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-resume-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** The program in a process of its own. */
const start = (nodeOptions: string, ...args: string[]): Child =>
  spawn(process.execPath, [programPath, '--headless', ...args], {
    cwd: projectFolder,
    env: personalEnvironment({
      ...{ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
      NODE_OPTIONS: nodeOptions,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = (...args: string[]) => runHere(home, ['--headless', ...args]);

const small = (
  '--epochs 15 --set d=10 --set m=5 --set c=5 --set regenerateData=true ' +
  '--set trainSize=500 --set evalSize=200'
).split(' ');

const onlyRun = (folder: string): string => join(folder, readdirSync(folder)[0]);

/** Starts a run of 31 frames, and ends it by a signal where it rests, at its 20th. */
const interrupt = async (folder: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<string> => {
  const child = start(restAfterFrames(20), 'quick-start', ...small, '--log', folder);
  const closed = once(child, 'close');
  const log = await logOfLines(folder, 20);
  child.kill(signal);
  await closed;
  return dirname(log);
};

const hashesOf = async (folder: string): Promise<string[]> => {
  const { lines } = await readLog(folder);
  const frames = lines.filter((line) => line.type === 'frame');
  return frames.map(({ step, stateHash, batchLoss }) => `${step} ${stateHash} ${JSON.stringify(batchLoss)}`);
};

const shared = mkdtempSync(join(tmpdir(), 'teachtop-whole-'));
afterAll(() => rmSync(shared, { recursive: true, force: true }));

let wholeRun: Promise<unknown> | undefined;
/** The folder of a run that was not stopped. */
const whole = async (): Promise<string> => {
  wholeRun ??= run('quick-start', ...small, '--log', shared);
  await wholeRun;
  return onlyRun(shared);
};

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a run ended by %s, its last line torn, goes on as if it had not stopped',
  async (signal) => {
    const stopped = await interrupt(join(home, 'stopped'), signal);
    appendFileSync(join(stopped, logFileName), '{"type":"frame","step":1');
    const before = (await hashesOf(stopped)).length;
    const { code, out, errors } = await run('--resume', stopped);
    expect(code).toBe(0);
    expect(errors).toMatch(/^teachtop: .*: the last line is torn \(24 bytes\) and left out\n$/);
    expect(out).toContain(`log ${stopped}`);
    const hashes = await hashesOf(stopped);
    expect(hashes.length).toBeGreaterThan(before);
    expect(hashes).toEqual(await hashesOf(await whole()));
    const events = (await readLog(stopped)).lines.filter((line) => line.type === 'event');
    expect(events.map(({ event }) => event)).toContain('continued');
    expect((await runHere(home, ['verify', stopped])).code).toBe(0);
  },
);

/** Makes a log say that an older build of the kernels recorded it. */
const recordedByOlderKernels = (folder: string): void => {
  const file = join(folder, logFileName);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"variant":"[^"]*"/, '"variant":"relaxed-simd"'));
};

test('a run of older kernels goes on from its checkpoint and says so; its bits are not verified', async () => {
  const stopped = await interrupt(join(home, 'stopped'), 'SIGTERM');
  recordedByOlderKernels(stopped);
  const { code, errors } = await run('--resume', stopped);
  expect([errors, code]).toEqual(['', 0]);
  const events = (await readLog(stopped)).lines.filter((line) => line.type === 'event');
  const continued = events.find(({ event }) => event === 'continued');
  expect(continued).toMatchObject({ summary: expect.stringMatching(/another order than in relaxed-simd$/) });
  const verified = await runHere(home, ['verify', stopped]);
  expect(verified.code).toBe(2);
  expect(verified.errors).toMatch(/recorded by an older build of the kernels \(wasm relaxed-simd\)/);
});

describe('what cannot go on is one line and exit code 2', () => {
  const refused = async (...args: string[]): Promise<string> => {
    const { code, out, errors } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(errors.trim().split('\n').length).toBe(1);
    return errors;
  };

  test('no path, no such path, no log', async () => {
    expect(await refused('--resume')).toMatch(/--resume: got nothing after it/);
    expect(await refused('--resume', join(home, 'nowhere'))).toMatch(/no such frame log/);
    const strange = join(home, 'strange.jsonl');
    writeFileSync(strange, 'hello\n');
    expect(await refused('--resume', strange)).toMatch(/not a frame log/);
  });

  test('a run that another process is still recording', async () => {
    const folder = join(home, 'live');
    const child = start('', 'quick-start', '--epochs', '20000', '--log', folder);
    const closed = once(child, 'close');
    // The folder is locked once the header is written, before anything else is.
    await logOfLines(folder, 2);
    expect(await refused('--resume', onlyRun(folder))).toMatch(/in which process \d+ on .* records a run/);
    child.kill('SIGTERM');
    await closed;
    expect(readdirSync(onlyRun(folder))).not.toContain('run.lock');
  });

  test('a run that is done, another preset, settings of its own', async () => {
    const done = await whole();
    expect(await refused('--resume', done)).toMatch(/whose run is done/);
    const stopped = join(home, 'stopped');
    cpSync(done, stopped, { recursive: true });
    const log = join(stopped, logFileName);
    writeFileSync(log, readFileSync(log, 'utf8').replace(/[^\n]*"done"[^\n]*\n$/, ''));
    expect(await refused('strong-first', '--resume', stopped)).toMatch(/a run of quick-start/);
    for (const given of [['--seed', '3'], ['--engine', 'naive'], ['--strict']])
      expect(await refused('--resume', stopped, ...given)).toMatch(`${given[0]}: got it with --resume`);
  });
});
