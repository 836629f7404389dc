import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderLock, recording } from '../../../src/files/folder-lock.js';
import { logFileName, logLine } from '../../../src/log/log-file.js';
import { RunCatalog, runNames } from '../../../src/log/runs/run-catalog.js';
import { shortName } from '../../../src/log/runs/run-name.js';
import type { RunRecord } from '../../../src/protocol/session.js';
import { recordRun, trainTo } from '../../support/small-run.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'teachtop-runs-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Ten minutes after every log was written, so that none of them counts as growing. */
const writtenMs = Date.parse('2026-01-01T00:00:00Z');
const later = (): number => writtenMs + 600_000;

/** The lines of a run as far as a step, then others. */
const linesTo = (step: number, ...more: readonly object[]): string => {
  const { run, messages } = recordRun();
  trainTo(run, step);
  const logged = messages.filter(({ type }) => type === 'frame' || type === 'event' || type === 'header');
  return [run.header, ...logged.filter(({ type }) => type !== 'header'), ...more]
    .map((line) => logLine(line as typeof run.header))
    .join('');
};

const folderOf = (name: string): string => {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

const write = (name: string, content: string | Uint8Array, file = logFileName): string => {
  const folder = folderOf(name);
  const path = join(folder, file);
  writeFileSync(path, content);
  utimesSync(path, writtenMs / 1000, writtenMs / 1000);
  return folder;
};

const stopped = { type: 'event', step: 50, event: 'stopped', summary: 'quit' };

const listed = async (): Promise<Record<string, RunRecord>> => {
  const { runs } = await new RunCatalog(parent, later).list();
  return Object.fromEntries(runs.map((run) => [run.name, run]));
};

test('a run is what its header and its last frame say', async () => {
  const { run, messages } = recordRun();
  trainTo(run, 100);
  const last = messages.findLast((message) => message.type === 'frame');
  const lines = messages.filter(({ type }) => type === 'frame' || type === 'event');
  const text = [run.header, ...lines].map((line) => logLine(line as typeof run.header)).join('');
  const folder = write('2026-01-01T00-00-00-small-seed7', text);
  writeFileSync(join(folder, 'notes'), 'x'.repeat(1000));
  const { runs } = await new RunCatalog(parent, later).list();
  expect(runs).toEqual([
    {
      name: shortName('2026-01-01T00-00-00-small-seed7'),
      folder,
      preset: 'small',
      title: 'Small',
      ...{ seed: 7, overRealization: 3, isForeign: false },
      engine: `${run.header.engine.engine} ${run.header.engine.variant} float64`,
      ...{ step: 100, totalSteps: 100, trainLoss: last?.trainLoss, evalLoss: last?.evalLoss },
      threshold: 0.95,
      specialized: last?.layers[0].bestMatchOfTeacher.filter((match) => match > 0.95).length,
      teachers: 5,
      ...{ state: 'done', process: null, host: null },
      bytes: text.length + 1000,
      startedAt: '2026-01-01T00:00:00.000Z',
      writtenAt: '2026-01-01T00:00:00.000Z',
    },
  ]);
});

test('how a run stands follows from the end of its log, its lock and its last change', async () => {
  write('stopped', linesTo(50, stopped));
  write('killed', linesTo(50));
  write('torn', `${linesTo(50)}{"type":"frame","st`);
  write('diverged', linesTo(50, { type: 'event', step: 50, event: 'diverged', summary: 'NaN' }));
  write('continued', linesTo(50, stopped, { type: 'event', step: 50, event: 'continued' }));
  write('compressed', gzipSync(linesTo(100)), `${logFileName}.gz`);
  const dead = write('dead', linesTo(50));
  writeFileSync(join(dead, recording.fileName), JSON.stringify({ process: 2 ** 22 + 1, host: '?' }));
  const growing = write('growing', linesTo(50));
  utimesSync(join(growing, logFileName), later() / 1000, later() / 1000);
  const open = write('open', linesTo(50));
  const lock = new FolderLock(open, recording);
  const runs = await listed();
  lock.release();
  expect(Object.fromEntries(Object.values(runs).map(({ name, state }) => [name, state]))).toEqual({
    ...{ stopped: 'stopped', killed: 'killed', torn: 'killed', diverged: 'diverged', continued: 'killed' },
    // Whether a process on another machine lives cannot be told.
    ...{ compressed: 'done', dead: 'running', growing: 'running', open: 'running' },
  });
  expect(runs.open.process).toBe(process.pid);
  expect(runs.torn.step).toBe(50);
  expect(Object.keys(runs).slice(0, 3).sort()).toEqual(['dead', 'growing', 'open']);
});

test('what is no run is passed over; what cannot be read is named', async () => {
  write('sound', linesTo(50));
  writeFileSync(join(parent, 'notes.txt'), 'a file');
  folderOf('empty');
  write('strange', '{"type":"frame","step":1}\n');
  symlinkSync('loop', join(parent, 'loop'));
  symlinkSync(parent, join(parent, 'up'));
  mkdirSync(join(folderOf('folder'), logFileName));
  const { runs, skipped } = await new RunCatalog(parent, later).list();
  expect(runs.map(({ name }) => name)).toEqual(['sound']);
  expect(skipped).toEqual([
    expect.stringMatching(/folder.*got no file, allowed: a frame log$/),
    expect.stringMatching(/loop: cannot be read \(ELOOP\)$/),
    expect.stringMatching(/strange.*line 1: not a frame log/),
  ]);
  expect(runNames(parent)).toEqual(['folder', 'sound', 'strange']);
  expect(await new RunCatalog(join(parent, 'none')).list()).toEqual({ runs: [], skipped: [] });
});

test.skipIf(process.platform !== 'linux')('a folder whose name is not UTF-8 is named', async () => {
  write('sound', linesTo(50));
  mkdirSync(Buffer.concat([Buffer.from(join(parent, 'a')), Buffer.of(0xff)]));
  const { runs, skipped } = await new RunCatalog(parent, later).list();
  expect(runs.map(({ name }) => name)).toEqual(['sound']);
  expect(skipped).toEqual([`${join(parent, 'a\ufffd')}: got a name that is not UTF-8`]);
});

test('of a long log little is read, and of one that has not changed nothing', async () => {
  const [header, ...lines] = linesTo(50).split('\n');
  const middle = `${'x'.repeat(2 ** 20)}\n`.repeat(20);
  const folder = write('long', `${header}\n${middle}${lines.join('\n')}`);
  const catalog = new RunCatalog(parent, later);
  const [first] = (await catalog.list()).runs;
  expect(first).toMatchObject({ name: 'long', step: 50, state: 'killed' });
  // Other content of the same size and time is not looked at.
  const { length } = `${header}\n${middle}${lines.join('\n')}`;
  write('long', 'y'.repeat(length));
  expect((await catalog.list()).runs).toEqual([first]);
  write('long', linesTo(50));
  appendFileSync(join(folder, logFileName), logLine(stopped as Parameters<typeof logLine>[0]));
  expect((await catalog.list()).runs[0].state).toBe('stopped');
});
