import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { readResults } from '../../src/sweep/results-file.js';
import { foundIn, wholeLinesOf } from '../support/growing-log.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, projectFolder } from '../support/terminal-program.js';
import { slowAfterRuns, stuckAfterRuns } from '../support/training-thread.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-sweep-program-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const file = (change: Record<string, unknown> = {}): string => {
  const path = join(home, 'mine.json');
  const experiment = { d: 10, m: 4, c: 5, trainSize: 500, evalSize: 400, stepsPerEpoch: 500, epochs: 10 };
  const content = {
    ...{ title: 'Mine', shows: 'Nothing.', experiment, grid: { multi: [1, 2], strengthDecay: [0, 1] } },
    ...{ seeds: { first: 1, count: 3 }, ...change },
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
};

const start = (environment: Readonly<Record<string, string>>, ...args: string[]) =>
  spawn(process.execPath, [programPath, 'sweep', ...args], {
    cwd: projectFolder,
    env: personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = (...args: string[]) => runHere(home, ['sweep', ...args]);

const shared = mkdtempSync(join(tmpdir(), 'teachtop-sweep-whole-'));
afterAll(() => rmSync(shared, { recursive: true, force: true }));

let wholeSweep: ReturnType<typeof runHere> | undefined;
/** The sweep of `file()`, which one worker trained to its end, and what it said of it. */
const whole = async () => {
  const folder = join(shared, 'sweep');
  wholeSweep ??= run(file(), '--workers', '1', '--out', folder);
  return { folder, ...(await wholeSweep) };
};

/** Results without what clocks say. */
const arithmetic = (folder: string) =>
  readResults(folder)
    .map(({ seconds, finishedAt, ...rest }) => rest)
    .sort((a, b) => a.run.localeCompare(b.run));

test('one worker and two give the same results, a line each, and a summary', async () => {
  const two = join(home, 'two');
  const { folder: one, ...first } = await whole();
  const second = await run(file(), '--workers', '2', '--out', two);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(arithmetic(two)).toEqual(arithmetic(one));
  expect(arithmetic(one)).toHaveLength(12);
  expect(first.out.match(/^\d+\/12 {2}multi=/gm)).toHaveLength(12);
  expect(first.out).toMatch(/share of seeds that recover each teacher node above 0\.95/);
  expect(first.out).toMatch(/multi=2,strengthDecay=1 {2}\(3 seeds\)/);
});

test('kill -9 loses at most the runs under way; resuming repeats and loses none', async () => {
  const cut = join(home, 'cut');
  const path = file();
  const child = start({ NODE_OPTIONS: stuckAfterRuns(2) }, path, '--workers', '2', '--out', cut);
  const closed = once(child, 'close');
  let lines = '';
  for await (const data of child.stdout) {
    lines += data;
    if ((lines.match(/recovered/g)?.length ?? 0) >= 3) break;
  }
  child.kill('SIGKILL');
  await closed;
  const kept = readResults(cut).length;
  expect(kept).toBeGreaterThanOrEqual(3);
  expect((await run(path, '--out', cut)).errors).toMatch(/holds this sweep already, allowed: --resume/);
  const resumed = await run(path, '--resume', '--workers', '1', '--out', cut);
  expect(resumed.code).toBe(0);
  expect(resumed.out).toMatch(new RegExp(`12 runs, ${kept} of them known`));
  expect(resumed.out.match(/^\d+\/12 {2}multi=/gm)).toHaveLength(12 - kept);
  expect(arithmetic(cut)).toEqual(arithmetic((await whole()).folder));
});

test('--resume begins where nothing was begun, and says so', async () => {
  const folder = join(home, 'job');
  const lines = [];
  for (let start = 0; start < 2; start++)
    lines.push(
      await run(file({ seeds: [1] }), '--resume', '--workers', '1', '--out', folder, '--epochs', '1'),
    );
  expect(lines.map(({ code, errors }) => [code, errors])).toEqual([
    [0, `teachtop: --resume: nothing was begun yet; the sweep begins in ${folder}\n`],
    [0, ''],
  ]);
  expect(lines[1].out).toContain('4 runs, 4 of them known');
});

test('Ctrl-C stops cleanly and says how to go on', async () => {
  const folder = join(home, 'stopped');
  const options = ['--set', 'relu=true', '--strict', '--out', folder];
  const slow = { NODE_OPTIONS: slowAfterRuns(2) };
  const child = start(slow, file({ seeds: { first: 1, count: 200 } }), ...options);
  const [out, code] = [text(child.stdout), once(child, 'close') as Promise<[number | null]>];
  const results = join(folder, 'results.jsonl');
  await foundIn(folder, () => wholeLinesOf(results)[0] ?? null);
  expect(readdirSync(folder)).toContain('sweep.lock');
  child.kill('SIGINT');
  expect(await code).toEqual([130, null]);
  expect(await out).toMatch(
    /stopped; to go on: teachtop sweep \S+mine\.json --set relu=true --strict --resume --out \S+stopped$/m,
  );
  expect(readdirSync(folder)).not.toContain('sweep.lock');
});

test('settings beside the file hold for all runs, and resuming takes the same ones', async () => {
  const folder = join(home, 'set with blanks');
  const options = ['--set', 'lr=0.02', '--epochs', '3', '--threshold', '0.9', '--strict', '--out', folder];
  const path = file({ seeds: { first: 1, count: 1 } });
  const { out, code } = await run(path, '--workers', '1', ...options);
  expect(code).toBe(0);
  expect(out).toContain('recover each teacher node above 0.9,');
  for (const { experiment, steps } of readResults(folder)) {
    expect(experiment).toMatchObject({ learningRate: 0.02, epochs: 3 });
    expect(steps).toBe(1500);
  }
  const lines = readFileSync(join(folder, 'results.jsonl'), 'utf8').split('\n');
  writeFileSync(join(folder, 'results.jsonl'), `${lines.slice(0, 2).join('\n')}\n`);
  expect((await run(path, '--resume', '--out', folder)).errors).toMatch(/holds another sweep than \S+ with/);
  const resumed = await run(path, '--workers', '1', ...options, '--resume');
  expect([resumed.code, readResults(folder).length]).toEqual([0, 4]);
  expect(resumed.out).toMatch(/4 runs, 2 of them known/);
});

test('mistakes are one line and exit code 2', async () => {
  const presets = join(home, 'teachtop', 'presets');
  mkdirSync(presets, { recursive: true });
  const experiment = { kind: 'multi-layer', teacherFile: 'a.safetensors' };
  const own = { title: 'Own', look: 'At it.', shows: 'Nothing.', experiment };
  writeFileSync(join(presets, 'own.json'), JSON.stringify(own));
  renameSync(file({ seeds: [1] }), join(home, 'single.json'));
  renameSync(file({ base: 'own', experiment: {}, grid: { multi: [2] } }), join(home, 'own-base.json'));
  renameSync(file({ grid: { m: [0] } }), join(home, 'broken.json'));
  for (const [args, pattern] of [
    [['nothing'], /sweep "nothing": neither a shipped sweep nor a file/],
    [[], /sweep: got 0 names/],
    [['broken.json'], /broken\.json: key "m": got 0, allowed: a whole number from 1 to 10000/],
    [['single.json', '--engine', 'naive'], /engine naive: precision "float32" is not offered/],
    [['own-base.json'], /own-base\.json: key "teacherFile": got "a\.safetensors", allowed: null/],
    [['small-loss', '--seed', '3'], /--seed: got with sweep, allowed: with a preset/],
    [['small-loss', '--workers', 'all'], /--workers: got "all", allowed: a whole number from 1 to 256/],
  ] as const) {
    const { errors, code } = await run(...args.map((arg) => (arg.endsWith('.json') ? join(home, arg) : arg)));
    expect(errors).toMatch(pattern);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  }
  expect(readdirSync(home).filter((name) => !name.endsWith('.json') && name !== 'teachtop')).toEqual([]);
});
