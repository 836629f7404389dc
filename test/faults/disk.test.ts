import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Settings } from '../../src/commands/host/settings.js';
import { readLog } from '../../src/log/log-reader.js';
import { personalEnvironment, programPath } from '../support/terminal-program.js';
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

const small = ['quick-start', '--epochs', '100', '--set', 'd=10', '--set', 'm=5', '--set', 'c=5'];

const mounted = (options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status === 0;

const train = (log: string) => {
  const environment = personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });
  const child = spawn(process.execPath, [programPath, '--headless', ...small, '--log', log], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, said }));
  return { child, ended };
};

/** Told and counted as not run where this user may mount nothing, which continuous integration may not. */
const needsMount = (fault: string, options: string): boolean => {
  const may = mounted(options);
  if (!may) tell(`${fault}: NOT RUN, mounting a tmpfs is not permitted here (run it as root)`);
  return may;
};

test('training goes on when the disk is full, and what was logged before is whole', async (context) => {
  if (!needsMount('full disk', 'size=16k')) return context.skip('mounting is not permitted');
  const { code, said } = await train(disk).ended;
  expect(code).toBe(0);
  expect(said).toContain('log failed: no space left on the disk; training goes on without it');
  const { lines, tornBytes } = await readLog(join(disk, readdirSync(disk)[0]));
  expect(lines.length).toBeGreaterThan(0);
  expect(tornBytes).toBe(0);
  tell(`full disk: 1 run trained to its end, ${lines.length} lines logged before, none torn`);
});

test('training goes on when the log folder is read-only', async (context) => {
  if (!needsMount('read-only log folder', 'ro')) return context.skip('mounting is not permitted');
  const { code, said } = await train(disk).ended;
  expect([code, said]).toEqual([0, expect.stringContaining('log failed: the file system is read-only')]);
  tell('read-only log folder: 1 run trained to its end');
});

test('training goes on when the log folder vanishes', async () => {
  const { child, ended } = train(disk);
  await once(child.stdout, 'data');
  while (readdirSync(disk).length === 0 && child.exitCode === null) await new Promise(setImmediate);
  // What the run still writes into the folder makes removing it a matter of tries.
  rmSync(join(disk, readdirSync(disk)[0]), { recursive: true, force: true, maxRetries: 50, retryDelay: 1 });
  const { code, said } = await ended;
  expect([code, said]).toEqual([
    0,
    expect.stringMatching(/log failed: the (?:log file was removed|folder is gone)/),
  ]);
  tell('vanished log folder: 1 run trained to its end');
});

test('settings hold for the run when there is no space for them', (context) => {
  if (!needsMount('no space for the settings', 'size=4k')) return context.skip('mounting is not permitted');
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(64 * 1024));
  } catch {
    expect(existsSync(join(disk, 'filler'))).toBe(true);
  }
  const warnings: string[] = [];
  const settings = new Settings(disk, (line) => warnings.push(line));
  settings.update({ theme: 'light' });
  settings.update({ theme: 'light', framesPerSecond: 5 });
  expect(settings.values).toMatchObject({ theme: 'light', framesPerSecond: 5 });
  expect(warnings).toEqual([
    expect.stringMatching(/settings\.json: not writable, settings hold for this run/),
  ]);
  tell('no space for the settings: 1 warning, values kept for the run');
});
