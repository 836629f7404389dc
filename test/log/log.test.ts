import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/input/user-error.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { LogParser } from '../../src/log/log-parser.js';
import { readLog } from '../../src/log/log-reader.js';
import { type LogFileSystem, LogWriter } from '../../src/log/log-writer.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Header } from '../../src/protocol/header.js';
import type { LogStatus, RunMessage } from '../../src/protocol/session.js';
import { replay } from '../../src/run/replay/replay.js';
import { recordRun, trainTo } from '../support/small-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

/** A finished run with a perturbation, a learning rate by key and an undo. */
const eventfulRun = (): { header: Header; lines: (Frame | RunEvent)[] } => {
  const { run, messages } = recordRun({ regenerateData: true, halvingPeriod: 3 });
  trainTo(run, 23);
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.7 } });
  trainTo(run, 41);
  run.handle({ type: 'set-learning-rate', learningRate: 0.013 });
  run.handle({ type: 'set-threshold', threshold: 0.5 });
  run.handle({ type: 'perturb', perturbation: { kind: 'reinitialize', which: 'unlearned' } });
  trainTo(run, 66);
  run.handle({ type: 'undo' });
  trainTo(run, 100);
  return { header: run.header, lines: messages.filter(isLogged) };
};

const record = (header: Header, lines: readonly (Frame | RunEvent)[], fileSystem?: LogFileSystem) => {
  const statuses: LogStatus[] = [];
  const writer = new LogWriter(
    () => folder,
    header,
    (status) => statuses.push(status),
    fileSystem,
  );
  writer.start();
  for (const line of lines) writer.write(line);
  return { writer, statuses };
};

describe('a written log', () => {
  test('reads back as what was written', async () => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines);
    writer.close();
    const log = await readLog(writer.folder ?? '');
    expect(log.header).toEqual(header);
    expect(log.lines).toEqual(lines);
    expect(log.tornBytes).toBe(0);
  });

  test('holds numbers that are not finite as null and gives them back as NaN', async () => {
    const { run, messages } = recordRun();
    run.handle({ type: 'set-learning-rate', learningRate: 1e6 });
    trainTo(run, 100);
    expect(run.state).toBe('diverged');
    const { writer } = record(run.header, messages.filter(isLogged));
    const text = readFileSync(join(writer.folder ?? '', logFileName), 'utf8');
    expect(text).toContain('"trainLoss":null');
    const frames = (await readLog(writer.folder ?? '')).lines.filter((line) => line.type === 'frame');
    expect(frames.at(-1)?.trainLoss).toBeNaN();
  });

  test.each([2, 10, 500])('cut %i bytes short, loses its last line only and says how much', async (cut) => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines);
    const path = join(writer.folder ?? '', logFileName);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - cut));
    const log = await readLog(path);
    const lastLine = Buffer.byteLength(logLine(lines[lines.length - 1]));
    const lost = cut <= lastLine ? 1 : lines.length - log.lines.length;
    expect(log.lines).toEqual(lines.slice(0, lines.length - lost));
    expect(log.tornBytes).toBeGreaterThan(0);
  });

  test('without its last line feed, loses nothing', async () => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines);
    const path = join(writer.folder ?? '', logFileName);
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    expect(await readLog(path)).toMatchObject({ lines, tornBytes: 0 });
  });

  test('two runs started in the same second have folders of their own', () => {
    const { header } = eventfulRun();
    const first = record(header, []);
    const second = record(header, []);
    expect(second.writer.folder).not.toBe(first.writer.folder);
  });

  test('switched off, it keeps what a replay needs and writes it when switched on again', async () => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines.slice(0, 2));
    writer.stop();
    for (const line of lines.slice(2, -1)) writer.write(line);
    writer.start();
    writer.write(lines[lines.length - 1]);
    const log = await readLog(writer.folder ?? '');
    const kept = log.lines.slice(2, -1);
    expect(kept.map((line) => line.type === 'event' && line.event)).toEqual(
      lines
        .slice(2, -1)
        .filter(
          (line) =>
            line.type === 'event' &&
            (['perturbed', 'undone', 'threshold'].includes(line.event) ||
              (line.event === 'learning-rate' && line.cause === 'key')),
        )
        .map((line) => line.type === 'event' && line.event),
    );
  });
});

/** Replays the log in this folder, expects every frame of it again, and resolves to their number. */
const expectReplay = async (path: string | null): Promise<number> => {
  const log = await readLog(path ?? '');
  const choice = { engine: 'naive', precision: 'float64', strict: false } as const;
  let frames = 0;
  for await (const { logged, replayed } of replay(log.header, log.lines, choice, null)) {
    expect(`${replayed.step} ${replayed.stateHash}`).toBe(`${logged.step} ${logged.stateHash}`);
    expect(replayed.layers).toEqual(logged.layers);
    frames++;
  }
  return frames;
};

test('a run replays from its log bit for bit, perturbations and undo included', async () => {
  const { header, lines } = eventfulRun();
  const { writer } = record(header, lines);
  expect(await expectReplay(writer.folder)).toBe(lines.filter(({ type }) => type === 'frame').length);
});

describe('a failing disk', () => {
  const failing = (overrides: Partial<LogFileSystem>): LogFileSystem => ({ ...fs, ...overrides });
  const diskError = (code: string): Error => Object.assign(new Error(code), { code });

  test('that fills up in the middle of a line leaves whole lines, one status, and training to go on', async () => {
    const { header, lines } = eventfulRun();
    let room = 6000;
    const full = failing({
      writeSync: ((descriptor: number, bytes: Buffer, offset: number, length: number) => {
        if (room === 0) throw diskError('ENOSPC');
        const written = fs.writeSync(descriptor, bytes, offset, Math.min(length, room));
        room -= written;
        return written;
      }) as typeof fs.writeSync,
    });
    const { writer, statuses } = record(header, lines, full);
    expect(statuses.map(({ state }) => state)).toEqual(['recording', 'failed']);
    expect(statuses[1].reason).toBe('no space left on the disk');
    const log = await readLog(writer.folder ?? '');
    expect(log.tornBytes).toBe(0);
    expect(log.lines).toEqual(lines.slice(0, log.lines.length));
    room = Number.POSITIVE_INFINITY;
    writer.start();
    writer.write(lines[lines.length - 1]);
    expect((await readLog(writer.folder ?? '')).lines.at(-1)).toEqual(lines[lines.length - 1]);
  });

  test('whose folder is removed reports it, and a retry starts a new folder with a header', async () => {
    const { header, lines } = eventfulRun();
    const { writer, statuses } = record(header, lines.slice(0, 3));
    rmSync(writer.folder ?? '', { recursive: true });
    writer.write(lines[3]);
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', reason: 'the log file was removed' });
    writer.start();
    writer.write(lines[4]);
    expect(statuses.at(-1)?.state).toBe('recording');
    expect((await readLog(writer.folder ?? '')).header).toEqual(header);
  });

  test('that counts no links is no removed log, until its path leads elsewhere', async () => {
    const { header, lines } = eventfulRun();
    const uncounted = failing({
      fstatSync: ((descriptor: number) =>
        Object.assign(fs.fstatSync(descriptor), { nlink: 0 })) as typeof fs.fstatSync,
    });
    const { writer, statuses } = record(header, lines.slice(0, 3), uncounted);
    expect(statuses.map(({ state }) => state)).toEqual(['recording']);
    expect((await readLog(writer.folder ?? '')).lines).toEqual(lines.slice(0, 3));
    rmSync(writer.folder ?? '', { recursive: true });
    writer.write(lines[3]);
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', reason: 'the log file was removed' });
  });

  test('on which another file has taken the path of the log reports it as removed', () => {
    const { header, lines } = eventfulRun();
    const { writer, statuses } = record(header, lines.slice(0, 3));
    const path = join(writer.folder ?? '', logFileName);
    fs.renameSync(path, `${path}.old`);
    writeFileSync(path, '');
    writer.write(lines[3]);
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', reason: 'the log file was removed' });
  });

  test('that misses a perturbation gets it at the next try, so that the log replays', async () => {
    const { header, lines } = eventfulRun();
    const broken = { now: false };
    const fileSystem = failing({
      writeSync: ((descriptor: number, bytes: Buffer, offset: number, length: number) => {
        if (broken.now) throw diskError('EIO');
        return fs.writeSync(descriptor, bytes, offset, length);
      }) as typeof fs.writeSync,
    });
    const perturbed = lines.findIndex((line) => line.type === 'event' && line.event === 'perturbed');
    const { writer } = record(header, lines.slice(0, perturbed), fileSystem);
    broken.now = true;
    writer.write(lines[perturbed]);
    broken.now = false;
    writer.start();
    for (const line of lines.slice(perturbed + 1)) writer.write(line);
    expect(await expectReplay(writer.folder)).toBe(lines.filter(({ type }) => type === 'frame').length);
  });

  test('whose folder is removed late in a run: the new log replays all the same', async () => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines.slice(0, -2));
    rmSync(writer.folder ?? '', { recursive: true });
    writer.write(lines[lines.length - 2]);
    writer.start();
    writer.write(lines[lines.length - 2]);
    writer.write(lines[lines.length - 1]);
    expect(await expectReplay(writer.folder)).toBe(1);
  });

  test('that takes not even the header, then all of it', async () => {
    const { header, lines } = eventfulRun();
    let failures = 1;
    const fileSystem = failing({
      writeSync: ((descriptor: number, bytes: Buffer, offset: number, length: number) => {
        if (failures-- > 0) throw diskError('ENOSPC');
        return fs.writeSync(descriptor, bytes, offset, length);
      }) as typeof fs.writeSync,
    });
    const { writer, statuses } = record(header, [], fileSystem);
    expect(statuses.map(({ state }) => state)).toEqual(['failed']);
    writer.start();
    writer.write(lines[0]);
    const log = await readLog(writer.folder ?? '');
    expect(log).toMatchObject({ header, lines: [lines[0]], tornBytes: 0, notes: [] });
  });

  test('has its folder announced before there is a file in it', () => {
    const { header } = eventfulRun();
    const seen: string[][] = [];
    const announce = (path: string): void => void seen.push(readdirSync(path));
    const writer = new LogWriter(
      () => folder,
      header,
      () => {},
      undefined,
      announce,
    );
    writer.start();
    writer.close();
    expect(seen).toEqual([[]]);
    expect(readdirSync(writer.folder ?? '')).toEqual([logFileName]);
  });

  test('that cannot be written at all is a status, not an exception', () => {
    const { header } = eventfulRun();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const statuses: LogStatus[] = [];
    new LogWriter(
      () => file,
      header,
      (status) => statuses.push(status),
    ).start();
    expect(statuses.map(({ state }) => state)).toEqual(['failed']);
  });
});

describe('the reader', () => {
  const written = (): string => {
    const { header, lines } = eventfulRun();
    const { writer } = record(header, lines);
    return join(writer.folder ?? '', logFileName);
  };

  test('takes a growing file in pieces of any size', () => {
    const path = written();
    const bytes = readFileSync(path);
    const parser = new LogParser(path);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, i) =>
      bytes.subarray(i * 997, (i + 1) * 997),
    );
    const lines = pieces.flatMap((piece) => parser.push(piece));
    expect(lines).toEqual(new LogParser(path).push(bytes));
    expect(lines.at(-1)).toMatchObject({
      number: lines.length,
      offset: bytes.length - 1 - (lines.at(-1)?.bytes ?? 0),
    });
    expect(parser.tornBytes).toBe(0);
  });

  test.each([
    ['no JSON', 'hello\n', /line 1: not a frame log/],
    ['another object', '{"a":1}\n', /line 1: not a frame log/],
    ['nothing', '', /no whole first line/],
  ])('refuses a file that is no log: %s', async (_, content, message) => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(path, content);
    await expect(readLog(path)).rejects.toThrow(UserError);
    await expect(readLog(path)).rejects.toThrow(message);
  });

  test('refuses a newer format with both versions', async () => {
    const path = written();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"formatVersion":1', '"formatVersion":2'));
    await expect(readLog(path)).rejects.toThrow(
      /newer teachtop: format version 2, this program reads up to 1/,
    );
  });

  test.each([
    [
      'a teacher node too few',
      (frame: Frame) => ({ bestMatchOfTeacher: frame.layers[0].fanOutNorm.slice(0, 4) }),
    ],
    ['a student node too many', (frame: Frame) => ({ fanOutNorm: [...frame.layers[0].fanOutNorm, 1] })],
    ['a match that is not there', () => ({ bestStudentOfTeacher: [0, 1, 2, 3, 15] })],
    ['a ragged matrix', (frame: Frame) => ({ correlation: [...frame.layers[0].correlation.slice(1), [1]] })],
  ])('leaves out a frame with %s', (_, change) => {
    const { header, lines } = eventfulRun();
    const [frame] = lines.filter((line) => line.type === 'frame');
    const misfit = { ...frame, layers: [{ ...frame.layers[0], ...change(frame) }] };
    const parser = new LogParser('x.jsonl');
    parser.push(Buffer.from(logLine(header) + logLine(frame)));
    expect(parser.push(Buffer.from(logLine(misfit)))).toEqual([]);
    expect(parser.omissions.notes).toEqual([
      '1 line left out: line 3 (a frame that is not of 5 teacher and 15 student nodes)',
    ]);
  });

  test("lets no control character of a stranger's log through", async () => {
    const path = written();
    const evil = '\\u001b]0;evil\\u0007';
    writeFileSync(path, readFileSync(path, 'utf8').replace('"title":"Small"', `"title":"${evil}"`));
    expect((await readLog(path)).header.title).toBe('\ufffd]0;evil\ufffd');
  });
});

test('a frame at m=20, n=200 stays under 40 KB', () => {
  const { run, messages } = recordRun({ m: 20, multi: 10, d: 30, c: 10, epochs: 1, learningRate: 0.1 });
  trainTo(run, 25);
  const sizes = messages
    .filter((message) => message.type === 'frame')
    .map((frame) => Buffer.byteLength(logLine(frame)));
  expect(Math.max(...sizes)).toBeLessThan(40_000);
  expect(Math.min(...sizes)).toBeGreaterThan(10_000);
});
