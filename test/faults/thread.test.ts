import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
import { afterFrames } from '../support/training-thread.js';
import { tell } from './scale.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-thread-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = (death: string, frames: number): Record<string, string> =>
  personalEnvironment({
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
    NODE_OPTIONS: afterFrames(frames, death),
  });

const small = '--epochs 10 --set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200'.split(' ');

/** The only run's log, whole up to its last line. */
const onlyLog = async () => {
  const folder = join(home, 'teachtop', 'runs');
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  const log = await readLog(join(folder, name));
  expect(log.tornBytes).toBe(0);
  return { path: join(folder, name), ...log };
};

const deaths = [
  ['throws', "throw new Error('boom')", 'the training thread failed: boom'],
  ['exits', 'process.exit(7)', 'the training thread ended with code 7'],
  ['runs out of memory', 'const held = []; for (;;) held.push(new Array(1e6).fill({}))', 'memory'],
] as const;

test.each(deaths)(
  'a training thread that %s ends the run in one line, its log whole and resumable',
  async (how, death, told) => {
    const limited = { ...environment(death, 5) };
    if (how === 'runs out of memory') limited.NODE_OPTIONS += ' --max-old-space-size=100';
    const args = [programPath, 'quick-start', '--headless', ...small];
    const { status, stderr } = spawnSync(process.execPath, args, { env: limited, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^teachtop: .*\n$/);
    expect(stderr).toContain(told);
    const { path, lines } = await onlyLog();
    expect(lines.at(-1)).toMatchObject({ event: 'stopped', summary: 'ended by an error' });
    expect(lines.filter(({ type }) => type === 'frame').length).toBeGreaterThanOrEqual(5);
    const { code, errors } = await runHere(home, ['--headless', '--resume', path]);
    expect([code, errors]).toEqual([0, '']);
    expect((await onlyLog()).lines.at(-1)).toMatchObject({ event: 'done', step: 10_000 });
    tell(
      `training thread that ${how}: 1 run ended with exit code 1 and one line, its log resumed to the end`,
    );
  },
);

test('a training thread that native code holds is given up at a signal, its log ended', async () => {
  const pipe = join(home, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const held = `process.getBuiltinModule('node:fs').openSync(${JSON.stringify(pipe)}, 'r');`;
  const child = spawn(process.execPath, [programPath, 'quick-start', '--headless', ...small], {
    env: environment(held, 1),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdout.once('data', () => child.kill('SIGTERM'));
  child.stdout.resume();
  expect(await closed).toEqual([143, null]);
  const { lines } = await onlyLog();
  expect(lines.slice(-2)).toMatchObject([
    { type: 'frame', step: 0 },
    { event: 'stopped', step: 0, summary: 'ended by a signal' },
  ]);
  tell('training thread that native code holds: 1 run ended by SIGTERM with exit code 143, its log ended');
});

test('a training thread that dies under the dashboard leaves the terminal in order', async () => {
  const program = new TerminalProgram(['quick-start'], {
    environment: environment("throw new Error('boom')", 5),
  });
  expect((await program.exited).exitCode).toBe(1);
  await program.waitFor(/teachtop: the training thread failed: boom/);
  expect(program.onAlternateScreen).toBe(false);
  expect((await onlyLog()).lines.at(-1)).toMatchObject({ event: 'stopped', summary: 'ended by an error' });
  tell('training thread that throws under the dashboard: 1 run, terminal restored, log whole');
});
