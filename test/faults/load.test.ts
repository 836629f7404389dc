import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogStream } from '../../src/commands/train/log-stream.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import { RunCatalog } from '../../src/log/runs/run-catalog.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import { WatchSession } from '../../src/session/watch-session.js';
import { logOfLines } from '../support/growing-log.js';
import { patienceMs } from '../support/patience.js';
import { runHere } from '../support/program-here.js';
import { syntheticFrame, syntheticHeader } from '../support/synthetic-run.js';
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
import { slowAfterFrames } from '../support/training-thread.js';
import { isTold, scale, tell } from './scale.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-load-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
/** Only told: NaN where nobody is, since a collection of all garbage takes long among many tests. */
const heapBytes = (): number => {
  if (!isTold) return Number.NaN;
  collectGarbage();
  return process.memoryUsage().heapUsed;
};
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const secondsSince = (startedMs: number): string =>
  `${((performance.now() - startedMs) / 1000).toFixed(2)} s`;

/** A line of a synthetic log; hashes in logs have 16 digits. */
const frameLine = (header: ReturnType<typeof syntheticHeader>, at: number): string =>
  logLine({ ...syntheticFrame(header, at), stateHash: '0'.repeat(16) });

test(`${scale.runs} runs in the folder are listed, and read again only where they have changed`, async () => {
  const runs = join(home, 'teachtop', 'runs');
  const header = syntheticHeader({ frames: 4 });
  const text = logLine(header) + [0, 1, 2, 3].map((at) => frameLine(header, at)).join('');
  for (let at = 0; at < scale.runs; at++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString().slice(0, 19);
    const folder = join(runs, `${startedAt.replaceAll(':', '-')}-quick-start-seed${at}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, logFileName), text);
    utimesSync(join(folder, logFileName), 1000 + at, 1000 + at);
  }
  const before = heapBytes();
  const catalog = new RunCatalog(runs);
  const started = performance.now();
  const first = await catalog.list();
  const listed = secondsSince(started);
  const again = performance.now();
  expect(await catalog.list()).toEqual(first);
  const listedAgain = secondsSince(again);
  const kept = heapBytes() - before;
  expect([first.runs.length, first.skipped]).toEqual([scale.runs, []]);
  const { out } = await runHere(home, ['runs', '--json']);
  expect(JSON.parse(out).length).toBe(scale.runs);
  const watched = performance.now();
  const { out: shown } = await runHere(home, ['watch', 'last']);
  expect(shown).toContain(`quick-start-seed${scale.runs - 1}`);
  tell(
    `runs in the folder: ${scale.runs}, listed in ${listed}, again in ${listedAgain}, watch last in ` +
      `${secondsSince(watched)}, ${(kept / scale.runs / 1000).toFixed(1)} kB kept a run`,
  );
});

/** Frames that a fast run may log in a second; a log has some whole seconds of them. */
const framesASecond = 1000;
const seconds = Math.ceil(scale.frames / framesASecond);
const frames = seconds * framesASecond;

test(
  `a log of ${frames} frames, ${framesASecond} a second: its watcher shows the newest at every look`,
  async () => {
    const file = join(home, logFileName);
    const header = syntheticHeader({ m: 4, n: 8, frames });
    writeFileSync(file, logLine(header));
    const descriptor = openSync(file, 'a');
    // Every look at the clock is past the time that a poll may take: no machine reads more at a time.
    let now = 0;
    const session = new WatchSession({
      find: () => file,
      waiting: '',
      clock: () => {
        now += 1000;
        return now;
      },
    });
    const heaps: number[] = [];
    const write = (from: number, to: number): void => {
      let lot = '';
      for (let at = from; at < to; at++) lot += frameLine(header, at);
      writeSync(descriptor, lot);
    };
    for (let at = 0; at < frames; at += framesASecond) {
      const end = at + framesASecond;
      write(at, end);
      session.poll();
      const { frame } = session.stateAt(session.length - 1);
      expect(frame?.step).toBe((end - 1) * 1000);
      while (session.poll());
      if (at % (framesASecond * Math.ceil(seconds / 4)) === 0) heaps.push(heapBytes());
    }
    heaps.push(heapBytes());
    expect(session.length).toBe(frames);
    const middle = Math.floor(frames / 2);
    expect(session.stateAt(middle).frame?.step).toBe(middle * 1000);
    const last = heaps[heaps.length - 1];
    const perFrame = (last - heaps[0]) / (frames - framesASecond);
    tell(
      `frames of a day: ${frames} read as they came, the newest shown at every look; heap after each quarter ` +
        `${heaps.map(megabytes).join(', ')}, ${perFrame.toFixed(0)} bytes a frame`,
    );
    closeSync(descriptor);
    session.close();
  },
  patienceMs,
);

/** A pipe whose reader takes nothing until it is told to. */
const stalledPipe = () => {
  const taken: Buffer[] = [];
  let waiting: (() => void)[] | null = [];
  const pipe = new Writable({
    write(chunk: Buffer, _encoding, done) {
      taken.push(chunk);
      if (waiting) waiting.push(done);
      else done();
    },
  });
  const flow = (): void => {
    const held = waiting ?? [];
    waiting = null;
    for (const done of held) done();
  };
  return { pipe, flow, text: () => Buffer.concat(taken).toString() };
};

test('a log on a pipe that nobody reads waits outside of memory, and comes whole when it is read', async () => {
  const { pipe, flow, text } = stalledPipe();
  const header = syntheticHeader({ m: 20, n: 200, frames: 200 });
  const messages = [header, ...Array.from({ length: 150 }, (_, at) => syntheticFrame(header, at))];
  const stream = new LogStream(pipe);
  for (const message of messages) stream.receive(message);
  const bytes = messages.map(logLine).join('').length;
  expect(bytes).toBeGreaterThan(4e6);
  expect(pipe.writableLength).toBeLessThan(1.2e6);
  flow();
  await stream.close();
  expect(text()).toBe(messages.map(logLine).join(''));
  stream.receive(messages[1]);
  expect(text().endsWith(logLine(messages[1]))).toBe(true);
});

const environmentOf = (more: Record<string, string> = {}): Record<string, string> =>
  personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...more });

const residentMegabytes = (pid: number | undefined): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
};

/** A run that logs some hundred frames a second where it is not slowed. */
const longRun = '--headless quick-start --epochs 100000 --set frameEvery=500'.split(' ');

const trained = (parent: string, slow: boolean): ChildProcess =>
  spawn(process.execPath, [programPath, ...longRun, '--log', parent], {
    env: environmentOf({ NODE_OPTIONS: slow ? slowAfterFrames(40) : '' }),
    stdio: 'ignore',
  });

/** Steps a second between two of the lines of a log, by its own clock. */
const rateOver = (lines: readonly (Frame | RunEvent)[], from: number, to: number): number => {
  const frames = lines.slice(from, to).filter((line) => line.type === 'frame');
  const [first, last] = [frames[0], frames[frames.length - 1]];
  return (last.step - first.step) / (last.trainingSeconds - first.trainingSeconds);
};

test(
  `${scale.watchers} watchers of one growing log each show how it ends`,
  async () => {
    const parent = join(home, 'watched');
    const isWhole = scale.watchers > 2;
    const child = trained(parent, !isWhole);
    const closed = once(child, 'close');
    const file = await logOfLines(parent, 30);
    const alone = (await readLog(file)).lines.length;
    const watchers = Array.from(
      { length: scale.watchers },
      () => new TerminalProgram(['watch', file], { environment: environmentOf(), columns: 80, rows: 24 }),
    );
    try {
      await Promise.all(watchers.map((watcher) => watcher.waitFor(/step\s+[\d,]+/)));
      const together = (await readLog(file)).lines.length;
      const more = isWhole ? together + 200 : together;
      await logOfLines(parent, more);
      const memory = watchers.map(({ pid }) => residentMegabytes(pid));
      child.kill('SIGTERM');
      await closed;
      const { lines } = await readLog(file);
      // A run may be stopped between two frames.
      const step = lines.findLast(({ type }) => type === 'frame')?.step.toLocaleString('en-US');
      await Promise.all(watchers.map((watcher) => watcher.waitFor(new RegExp(`step\\s+${step}\\b`))));
      tell(
        `watchers of one log: ${scale.watchers}, each at its last step; at most ${Math.max(...memory).toFixed(0)} MB each` +
          (isWhole
            ? `; ${rateOver(lines, 0, alone).toFixed(0)} steps a second before, ${rateOver(lines, together, more).toFixed(0)} beside them`
            : ''),
      );
    } finally {
      for (const watcher of watchers) watcher.kill('SIGKILL');
      await Promise.all(watchers.map((watcher) => watcher.exited));
      child.kill('SIGKILL');
      await closed;
    }
  },
  patienceMs,
);
