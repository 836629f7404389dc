import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { readStoppedLog } from '../../src/log/resumption.js';
import { resume } from '../../src/run/replay/resume.js';
import { ResultsWriter } from '../../src/sweep/results-file.js';
import { runHere } from '../support/program-here.js';
import { recordRun, trainTo } from '../support/small-run.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-special-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What a stranger may put in a file's place: it has no end, or nothing ever comes out of it. */
const specials: readonly (readonly [string, (path: string) => void])[] = [
  ['a device without end', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', (path) => void spawnSync('mkfifo', [path])],
  ['a folder', (path) => void mkdirSync(path)],
];

const put = (path: string, make: (path: string) => void): string => {
  mkdirSync(dirname(path), { recursive: true });
  make(path);
  return path;
};

/** One line, and no more: what was wrong with which file. */
const refused = async (...args: string[]): Promise<string> => {
  const { out, errors, code } = await runHere(home, args);
  expect([code, out, errors.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  return errors;
};

/** A run that stopped, in a folder of its own among the runs. */
const stoppedRun = () => {
  const { run, messages } = recordRun();
  trainTo(run, 30);
  const lines = messages.filter((message) => message.type === 'frame' || message.type === 'event');
  const folder = join(home, 'teachtop', 'runs', 'stranger');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, logFileName), [run.header, ...lines].map(logLine).join(''));
  return { folder, frames: lines.filter(({ type }) => type === 'frame').length };
};

describe.each(specials)('%s', (_, make) => {
  test.each([
    ['preset.json', (path: string) => ['--headless', path]],
    ['sweep.json', (path: string) => ['sweep', path]],
  ])('in place of %s is refused before it is read', async (name, command) => {
    const path = put(join(home, name), make);
    expect(await refused(...command(path))).toMatch(new RegExp(`${name}: got a (?:device|folder)`));
  });

  test('in place of a sweep of results is refused, by who reads them and who writes on', async () => {
    const path = put(join(home, 'sweep', 'results.jsonl'), make);
    expect(await refused('report', dirname(path))).toMatch(/results\.jsonl: got a (?:device|folder)/);
    expect(() => new ResultsWriter(path)).toThrow(/results\.jsonl: got a link, a folder, a device or a pipe/);
  });

  test('in place of a lock is a lock that cannot be read', async () => {
    const { folder } = stoppedRun();
    put(join(folder, 'run.lock'), make);
    const { out, code } = await runHere(home, ['runs', '--json']);
    expect([code, JSON.parse(out)[0]]).toEqual([
      0,
      expect.objectContaining({ state: 'running', process: null }),
    ]);
    expect(await refused('--headless', '--resume', folder)).toMatch(/another process records a run/);
  });

  test('in place of a checkpoint gives way to the seed', async () => {
    const { folder } = stoppedRun();
    put(join(folder, 'checkpoints', 'step-20-line-6.safetensors'), make);
    const { checkpoints, places, reports } = await readStoppedLog(folder);
    const { run } = recordRun({}, { followsLog: true });
    const { notes } = resume(run, { checkpoints, lines: places, reports, olderKernels: null }, []);
    expect(notes).toEqual([expect.stringMatching(/^left out checkpoint step-20.*got no plain file/)]);
    expect(run.step).toBe(30);
  });
});

test('a link in place of a sweep of results is not followed by who writes on', () => {
  const target = join(home, 'precious');
  writeFileSync(target, 'as it was\n');
  const path = put(join(home, 'sweep', 'results.jsonl'), (at) => symlinkSync(target, at));
  expect(() => new ResultsWriter(path)).toThrow(/got a link/);
});
