import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Settings } from '../../src/commands/host/settings.js';
import { readLog } from '../../src/log/log-reader.js';
import { finish } from '../support/finish.js';
import { logOfLines } from '../support/growing-log.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath } from '../support/terminal-program.js';
import { afterFrames } from '../support/training-thread.js';
import { tell } from './scale.js';

let home: string;
let disk: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-disk-'));
  disk = join(home, 'disk');
  mkdirSync(disk);
});
afterEach(() => {
  spawnSync('umount', [disk]);
  rmSync(home, { recursive: true, force: true });
});

const small = 'quick-start --epochs 60 --set d=10 --set m=5 --set c=5 --set frameEvery=1000'.split(' ');

const mounted = (options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status === 0;

const train = (log: string) => runHere(home, ['--headless', ...small, '--log', log]);

/** Told and counted as not run where this user may mount nothing, which continuous integration may not. */
const needsMount = (fault: string, options: string): boolean => {
  const may = mounted(options);
  if (!may) tell(`${fault}: NOT RUN, mounting a tmpfs is not permitted here (run it as root)`);
  return may;
};

test('training goes on when the disk is full, and what was logged before is whole', async (context) => {
  if (!needsMount('full disk', 'size=16k')) return context.skip('mounting is not permitted');
  const { code, out: said } = await train(disk);
  expect(code).toBe(0);
  expect(said).toContain('log failed: no space left on the disk; training goes on without it');
  const { lines, tornBytes } = await readLog(join(disk, readdirSync(disk)[0]));
  expect(lines.length).toBeGreaterThan(0);
  expect(tornBytes).toBe(0);
  tell(`full disk: 1 run trained to its end, ${lines.length} lines logged before, none torn`);
});

test('training goes on when the log folder is read-only', async (context) => {
  if (!needsMount('read-only log folder', 'ro')) return context.skip('mounting is not permitted');
  const { code, out: said } = await runHere(disk, ['--headless', ...small]);
  expect([code, said]).toEqual([0, expect.stringContaining('log failed: the file system is read-only')]);
  const asked = await train(disk);
  expect([asked.code, asked.out]).toEqual([2, '']);
  expect(asked.errors).toMatch(/^teachtop: --log: got .* \(the file system is read-only\), allowed: .*\n$/);
  tell('read-only log folder: 1 run trained to its end');
});

/** Has the training wait until the folder of logs is empty. */
const untilGone = `
  const { readdirSync } = process.getBuiltinModule('node:fs');
  while (readdirSync(process.env.WATCHED_FOLDER).length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);`;

test('training goes on when the log folder vanishes', async () => {
  const environment = personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });
  const child = spawn(process.execPath, [programPath, '--headless', ...small, '--log', disk], {
    env: { ...environment, WATCHED_FOLDER: disk, NODE_OPTIONS: afterFrames(40, untilGone) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = finish(child);
  const log = await logOfLines(disk, 20);
  // What the run still writes into the folder makes removing it a matter of tries.
  rmSync(dirname(log), { recursive: true, force: true, maxRetries: 50, retryDelay: 1 });
  const { code, out: said } = await ended;
  expect([code, said]).toEqual([
    0,
    expect.stringMatching(/log failed: the (?:log file was removed|folder is gone)/),
  ]);
  tell('vanished log folder: 1 run trained to its end');
});

test('settings hold for the run when there is no space for them', async (context) => {
  if (!needsMount('no space for the settings', 'size=4k')) return context.skip('mounting is not permitted');
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(64 * 1024));
  } catch {
    expect(existsSync(join(disk, 'filler'))).toBe(true);
  }
  const warnings: string[] = [];
  const settings = await Settings.open(disk, (line) => warnings.push(line));
  settings.update({ theme: 'light' });
  settings.update({ theme: 'light', framesPerSecond: 5 });
  expect(settings.values).toMatchObject({ theme: 'light', framesPerSecond: 5 });
  expect(warnings).toEqual([
    expect.stringMatching(/settings\.json: not writable \(ENOSPC.*\); settings hold for this run only/),
  ]);
  tell('no space for the settings: 1 warning, values kept for the run');
});
