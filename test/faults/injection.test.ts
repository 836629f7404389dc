import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logFileName } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import {
  canTrace,
  findCalls,
  fixedDate,
  fixedNames,
  type InjectionPoint,
  partOf,
  runInjected,
  shortWrites,
} from '../support/injection.js';
import { patienceMs } from '../support/patience.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, projectFolder, sourceCache } from '../support/terminal-program.js';
import { scale, tell } from './scale.js';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-injection-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const environment = () =>
  personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...sourceCache });

/** Something that the program does in a folder of its own. */
type Scenario = {
  readonly name: string;
  /** What is there before. */
  readonly prepare: (folder: string) => void;
  /** Node's options, a script and its arguments. */
  readonly program: (folder: string) => readonly string[];
  /** The files that it makes, reads and writes. */
  readonly paths: (folder: string) => readonly string[];
  /** What the folder has afterwards is whole, and can be gone on with to the same end. */
  readonly check: (folder: string, point: string) => Promise<void>;
};

const whole = (path: string): readonly string[] => [path, partOf(path)];

const small = '--set d=6 --set m=3 --set c=3 --set trainSize=100 --set evalSize=50'.split(' ');
const training = ['quick-start', '--headless', ...small, '--set', 'frameEvery=2000'];
const epochs = 20;

const runIn = (folder: string): string => join(folder, `${fixedDate}-quick-start-seed1`);
const runFiles = (run: string): string[] => [
  ...['', logFileName, 'checkpoints'].map((name) => join(run, name)),
  ...whole(join(run, 'run.lock')),
  ...[6, 7, 12, 13].flatMap((line) =>
    whole(join(run, 'checkpoints', `step-${line > 9 ? 20_000 : 10_000}-line-${line}.safetensors`)),
  ),
];

/** Frames by step, as hashes. */
const framesOf = async (run: string): Promise<Map<number, string | undefined>> => {
  const { lines } = await readLog(run);
  return new Map(lines.flatMap((line) => (line.type === 'frame' ? [[line.step, line.stateHash]] : [])));
};

let sound: ReadonlyMap<number, string | undefined>;

const checkRun = async (folder: string, point: string): Promise<void> => {
  const run = runIn(folder);
  if (!existsSync(join(run, logFileName)) || readFileSync(join(run, logFileName)).length === 0) return;
  const { lines, tornBytes } = await readLog(run);
  expect([point, tornBytes]).toEqual([point, 0]);
  for (const [step, hash] of await framesOf(run))
    expect([point, step, hash]).toEqual([point, step, sound.get(step)]);
  if (lines.some((line) => line.type === 'event' && line.event === 'done')) {
    expect([point, await framesOf(run)]).toEqual([point, sound]);
    return;
  }
  const { code, errors: said } = await runHere(home, ['--headless', '--resume', run]);
  expect([point, code, said]).toEqual([point, 0, expect.not.stringMatching(/left out/)]);
  expect([point, await framesOf(run)]).toEqual([point, sound]);
};

const run: Scenario = {
  name: 'a run',
  prepare: () => {},
  program: (folder) => [programPath, ...training, '--epochs', String(epochs), '--log', folder],
  paths: (folder) => runFiles(runIn(folder)),
  check: checkRun,
};

/** A run of half the epochs that was to go on: its last line is taken away, and its header asks for all of them. */
const resumption: Scenario = {
  name: 'a run that is gone on with',
  prepare: (folder) => {
    cpSync(join(home, 'half'), folder, { recursive: true });
    const file = join(runIn(folder), logFileName);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, -1);
    writeFileSync(file, `${lines.join('\n').replace(/"epochs":\d+/, `"epochs":${epochs}`)}\n`);
  },
  program: (folder) => [programPath, '--headless', '--resume', runIn(folder)],
  paths: (folder) => runFiles(runIn(folder)),
  check: async (folder, point) => {
    expect([point, existsSync(join(runIn(folder), logFileName))]).toEqual([point, true]);
    await checkRun(folder, point);
  },
};

const sweepFile = {
  title: 'Tiny',
  shows: 'nothing',
  experiment: { d: 6, m: 3, c: 3, trainSize: 100, evalSize: 50, epochs: 1 },
  grid: { strengthDecay: [0, 1] },
  seeds: { first: 1, count: 1 },
};

const resultsOf = (folder: string): Map<string, unknown> => {
  const file = join(folder, 'results.jsonl');
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { run: name, status, epochs: results } = JSON.parse(line);
      return [name, [status, results]];
    }),
  );
};

const sweepArguments = (folder: string): string[] => [
  ...['sweep', join(home, 'tiny.json'), '--workers', '1', '--out', folder],
];

let soundResults: ReadonlyMap<string, unknown>;

const sweep: Scenario = {
  name: 'a sweep',
  prepare: () => {},
  program: (folder) => [programPath, ...sweepArguments(folder)],
  paths: (folder) => [
    ...['', 'results.jsonl'].map((name) => join(folder, name)),
    ...['sweep.json', 'sweep.lock'].flatMap((name) => whole(join(folder, name))),
  ],
  check: async (folder, point) => {
    const again = await runHere(home, [...sweepArguments(folder), '--resume']);
    expect([point, again.code, again.errors]).toEqual([point, 0, expect.anything()]);
    expect([point, resultsOf(folder)]).toEqual([point, soundResults]);
  },
};

const sourceOf = (...path: string[]): string => pathToFileURL(join(projectFolder, ...path)).href;
const settingsBefore = { lastPreset: 'quick-start', framesPerSecond: 7 };

const settings: Scenario = {
  name: 'settings',
  prepare: (folder) => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settingsBefore));
  },
  program: (folder) => [
    ...['--import', sourceOf('scripts', 'from-source.js')],
    ...[
      join(import.meta.dirname, 'settings-writer.js'),
      sourceOf('src', 'commands', 'host', 'settings.ts'),
      folder,
    ],
  ],
  paths: (folder) => [folder, ...whole(join(folder, 'settings.json'))],
  check: async (folder, point) => {
    expect([point, readdirSync(folder).filter((name) => !name.endsWith('.part'))]).toEqual([
      point,
      ['settings.json'],
    ]);
    const left = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
    const dark = { ...settingsBefore, theme: 'dark' };
    const mono = { ...settingsBefore, palette: 'mono' };
    expect(
      [settingsBefore, dark, mono, { ...dark, palette: 'mono' }].map((each) => [point, each]),
    ).toContainEqual([point, left]);
  },
};

const scenarios = [run, resumption, sweep, settings];

const calls = 'write openat mkdir ftruncate fdatasync fsync close statx rename link unlink'.split(' ');
const faults: Readonly<Record<string, readonly string[]>> = {
  write: ['error=EIO', 'error=ENOSPC', 'error=EINTR', 'retval=0'],
  openat: ['error=EMFILE', 'error=EIO', 'error=EINTR'],
  mmap: ['error=ENOMEM'],
};

/** Every call once with each of its faults, alone and with all that follow; so many of them, evenly drawn. */
const pointsOf = (made: ReadonlyMap<string, readonly number[]>, most: number): InjectionPoint[] => {
  const all = [...made].flatMap(([call, numbers]) =>
    (faults[call] ?? ['error=EIO', 'error=ENOSPC']).flatMap((fault) =>
      // An interrupted call is made again, for as long as it is interrupted.
      (fault === 'error=EINTR' ? [false] : [false, true]).flatMap((andLater) =>
        numbers.map((nth) => ({ call, fault, nth, andLater })),
      ),
    ),
  );
  if (all.length <= most) return all;
  // Of whole numbers, so that the last quotient is exact: n * (1 / n) can be less than 1.
  const drawn = (count: number): number => Math.floor((count * most) / all.length);
  return all.filter((_, index) => drawn(index + 1) > drawn(index));
};

const named = ({ call, fault, nth, andLater }: InjectionPoint): string =>
  `${call} ${nth}${andLater ? ' and later' : ''}: ${fault}`;

/** Has each point happen to a scenario, and tells how the program ended: exit codes and signals, with their counts. */
const injectEach = async (
  scenario: Scenario,
  isOnPaths: boolean,
  points: readonly InjectionPoint[],
  allowed: (end: string) => boolean,
): Promise<string> => {
  const ends = new Map<string, number>();
  for (const point of points) {
    const folder = join(home, 'tried');
    scenario.prepare(folder);
    const paths = isOnPaths ? scenario.paths(folder) : [];
    const { status, signal, error } = runInjected(point, paths, scenario.program(folder), environment());
    expect([named(point), error]).toEqual([named(point), undefined]);
    const end = String(status ?? signal);
    expect([named(point), end, allowed(end)]).toEqual([named(point), end, true]);
    ends.set(end, (ends.get(end) ?? 0) + 1);
    await scenario.check(folder, named(point));
    rmSync(folder, { recursive: true, force: true });
  }
  return [...ends].map(([end, count]) => `${count} with ${end}`).join(', ');
};

const callsOf = (scenario: Scenario, isOnPaths: boolean): ReadonlyMap<string, readonly number[]> => {
  const folder = join(home, 'counted');
  scenario.prepare(folder);
  const scope = isOnPaths ? { calls, paths: scenario.paths(folder) } : { calls: ['mmap'], paths: [] };
  const found = findCalls(scope, join(home, 'trace'), scenario.program(folder), environment());
  rmSync(folder, { recursive: true, force: true });
  return found;
};

beforeAll(async () => {
  writeFileSync(join(home, 'tiny.json'), JSON.stringify(sweepFile));
  const record = async (name: string, length: number): Promise<string> => {
    const { code } = await runHere(home, [
      ...training,
      '--epochs',
      String(length),
      '--log',
      join(home, name),
    ]);
    expect(code).toBe(0);
    const [found] = readdirSync(join(home, name));
    cpSync(join(home, name, found), runIn(join(home, name)), { recursive: true });
    rmSync(join(home, name, found), { recursive: true });
    return runIn(join(home, name));
  };
  sound = await framesOf(await record('whole', epochs));
  await record('half', epochs / 2);
  expect((await runHere(home, sweepArguments(join(home, 'swept')))).code).toBe(0);
  soundResults = resultsOf(join(home, 'swept'));
  expect([[...sound.keys()].at(-1), soundResults.size]).toEqual([1000 * epochs, 2]);
}, patienceMs);

const isTraced = canTrace();
if (!isTraced) tell('system calls that fail: NOT RUN, strace is missing or may trace nothing here');

test.skipIf(!isTraced).each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s: calls on its files that fail, each in turn, lose nothing that it said is kept',
  async (name, scenario) => {
    const points = pointsOf(callsOf(scenario, true), scale.injections);
    expect(points.length).toBeGreaterThan(0);
    const ends = await injectEach(scenario, true, points, (end) => ['0', '1', '2'].includes(end));
    tell(
      `system calls that fail, ${name}: ${points.length} points, 0 losses, 0 hangs, 0 wrong files (ended: ${ends})`,
    );
  },
);

/** Without memory the loader (127), V8 and libuv end the process, or a thread. */
const withoutMemory = ['0', '1', '2', '127', '133', '134', '139', 'SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL'];

test
  .skipIf(!isTraced)
  .each((scale.injections > 2 ? scenarios : [run]).map((scenario) => [scenario.name, scenario] as const))(
  '%s: memory that is refused, at each request in turn, loses nothing that it said is kept',
  async (name, scenario) => {
    const points = pointsOf(callsOf(scenario, false), scale.injections);
    expect(points.length).toBeGreaterThan(0);
    const ends = await injectEach(scenario, false, points, (end) => withoutMemory.includes(end));
    tell(
      `memory refused (mmap), ${name}: ${points.length} points, 0 losses, 0 hangs, 0 wrong files (ended: ${ends})`,
    );
  },
);

test('every write that takes half of what it is given: the same run, sweep and settings', async () => {
  for (const scenario of scenarios) {
    const folder = join(home, 'short');
    scenario.prepare(folder);
    const program = ['--import', fixedNames, '--import', shortWrites, ...scenario.program(folder)];
    const { status, stderr } = spawnSync(process.execPath, program, { env: environment(), encoding: 'utf8' });
    expect([scenario.name, status, stderr]).toEqual([
      scenario.name,
      0,
      expect.not.stringMatching(/teachtop:/),
    ]);
    await scenario.check(folder, 'short writes');
    rmSync(folder, { recursive: true });
  }
  tell('writes that take half of what they are given: one run, one gone on with, one sweep, settings');
});
