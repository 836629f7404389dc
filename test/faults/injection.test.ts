import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logFileName } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import { canTrace, countCalls, fixedDate, type InjectionPoint, runInjected } from '../support/injection.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment } from '../support/terminal-program.js';
import { scale, tell } from './scale.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-injection-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = () => personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });

const small = '--set d=6 --set m=3 --set c=3 --set trainSize=100 --set evalSize=50'.split(' ');
const training = ['quick-start', '--headless', ...small, '--epochs', '20', '--set', 'frameEvery=2000'];
const lastStep = 20_000;

const folderIn = (runs: string): string => join(runs, `${fixedDate}-quick-start-seed1`);
const pathsIn = (folder: string): string[] =>
  ['', logFileName, 'run.lock', 'checkpoints', `checkpoints/step-${lastStep}-line-13.safetensors`].map(
    (name) => join(folder, name),
  );

/** Calls that are counted on the run's own paths, and those that nobody but its log makes: of files with random names too. */
const onPaths = ['write', 'openat', 'mkdir', 'ftruncate', 'fdatasync', 'close', 'statx'];
const anywhere = ['fsync', 'rename', 'link', 'unlink'];
const errors: Readonly<Record<string, readonly string[]>> = {
  write: ['EIO', 'ENOSPC', 'EINTR'],
  openat: ['EMFILE', 'EIO'],
  mmap: ['ENOMEM'],
};

/** Every call once with each of its errors, alone and with all that follow; so many of them, evenly drawn. */
const pointsOf = (counts: ReadonlyMap<string, number>, most: number): InjectionPoint[] => {
  const all = [...counts].flatMap(([call, count]) =>
    (errors[call] ?? ['EIO', 'ENOSPC']).flatMap((error) =>
      // An interrupted call is made again, for as long as it is interrupted.
      (error === 'EINTR' ? [false] : [false, true]).flatMap((andLater) =>
        Array.from({ length: count }, (_, index) => ({ call, error, nth: index + 1, andLater })),
      ),
    ),
  );
  const share = Math.min(1, most / all.length);
  return all.filter((_, index) => Math.floor((index + 1) * share) > Math.floor(index * share));
};

const named = ({ call, error, nth, andLater }: InjectionPoint): string =>
  `${call} ${nth}${andLater ? ' and later' : ''}: ${error}`;

/** Frames by step, as hashes. */
const framesOf = async (path: string): Promise<Map<number, string | undefined>> => {
  const { lines } = await readLog(path);
  return new Map(lines.flatMap((line) => (line.type === 'frame' ? [[line.step, line.stateHash]] : [])));
};

/** What is left is whole, as the sound run has it, and can be gone on with to its end. */
const expectSound = async (folder: string, sound: ReadonlyMap<number, string | undefined>, point: string) => {
  if (!existsSync(join(folder, logFileName)) || readFileSync(join(folder, logFileName)).length === 0) return;
  const { lines, tornBytes } = await readLog(folder);
  expect([point, tornBytes]).toEqual([point, 0]);
  for (const [step, hash] of await framesOf(folder))
    expect([point, step, hash]).toEqual([point, step, sound.get(step)]);
  const isDone = lines.some((line) => line.type === 'event' && line.event === 'done');
  if (isDone) return;
  const { code, errors: said } = await runHere(home, ['--headless', '--resume', folder]);
  expect([point, code, said]).toEqual([point, 0, expect.not.stringMatching(/left out/)]);
  expect([point, await framesOf(folder)]).toEqual([point, sound]);
};

const isTraced = canTrace();
if (!isTraced) tell('system calls that fail: NOT RUN, strace is missing or may trace nothing here');

test.skipIf(!isTraced)(
  'a run whose calls fail, each in turn, loses nothing that it said is kept',
  async () => {
    const env = environment();
    const clean = join(home, 'clean');
    const scopes = [
      { calls: onPaths, paths: pathsIn(folderIn(clean)) },
      { calls: [...anywhere, 'mmap'], paths: [] },
    ];
    const counted = scopes.map((scope, index) => {
      const runs = index === 0 ? clean : join(home, 'clean-2');
      return countCalls(scope, join(home, 'trace'), [...training, '--log', runs], env);
    });
    const sound = await framesOf(folderIn(clean));
    expect([...sound.keys()].at(-1)).toBe(lastStep);
    const points = counted.flatMap((counts) => pointsOf(counts, scale.injections));
    const codes = new Map<string, number>();
    for (const [index, point] of points.entries()) {
      const runs = join(home, `runs-${index}`);
      const folder = folderIn(runs);
      const paths = onPaths.includes(point.call) ? pathsIn(folder) : [];
      const { status, signal, error } = runInjected(
        point,
        { calls: [], paths },
        [...training, '--log', runs],
        env,
      );
      expect([named(point), error]).toEqual([named(point), undefined]);
      // Without memory V8 ends the process; nothing else may.
      if (point.call !== 'mmap')
        expect([named(point), [0, 1, 2].includes(status ?? -1)]).toEqual([named(point), true]);
      const end = String(status ?? signal);
      codes.set(end, (codes.get(end) ?? 0) + 1);
      await expectSound(folder, sound, named(point));
      rmSync(runs, { recursive: true, force: true });
    }
    const ends = [...codes].map(([code, count]) => `${count} with ${code}`).join(', ');
    tell(
      `system calls that fail in a run: ${points.length} points, 0 losses, 0 hangs, 0 wrong files (ended: ${ends})`,
    );
  },
);

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
      const { run, status, epochs } = JSON.parse(line);
      return [run, [status, epochs]];
    }),
  );
};

test.skipIf(!isTraced)(
  'a sweep whose calls fail, each in turn, is gone on with to the same results',
  async () => {
    const env = environment();
    const file = join(home, 'tiny.json');
    writeFileSync(file, JSON.stringify(sweepFile));
    const sweep = (folder: string) => ['sweep', file, '--workers', '1', '--out', folder];
    const pathsOf = (folder: string) =>
      ['', 'results.jsonl', 'sweep.json', 'sweep.lock'].map((name) => join(folder, name));
    const clean = join(home, 'clean');
    const counts = countCalls(
      { calls: onPaths, paths: pathsOf(clean) },
      join(home, 'trace'),
      sweep(clean),
      env,
    );
    const others = countCalls(
      { calls: anywhere, paths: [] },
      join(home, 'trace'),
      sweep(join(home, 'clean-2')),
      env,
    );
    const sound = resultsOf(clean);
    expect(sound.size).toBe(2);
    const points = [counts, others].flatMap((each) => pointsOf(each, scale.injections));
    for (const [index, point] of points.entries()) {
      const folder = join(home, `sweep-${index}`);
      const paths = onPaths.includes(point.call) ? pathsOf(folder) : [];
      const { status, error } = runInjected(point, { calls: [], paths }, sweep(folder), env);
      expect([named(point), error]).toEqual([named(point), undefined]);
      expect([named(point), [0, 1, 2].includes(status ?? -1)]).toEqual([named(point), true]);
      const again = await runHere(home, [...sweep(folder), '--resume']);
      expect([named(point), again.code, again.errors]).toEqual([named(point), 0, expect.anything()]);
      expect([named(point), resultsOf(folder)]).toEqual([named(point), sound]);
      rmSync(folder, { recursive: true, force: true });
    }
    tell(`system calls that fail in a sweep: ${points.length} points, all gone on with to the same results`);
  },
);
