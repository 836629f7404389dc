import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/input/user-error.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { LogIndex } from '../../src/log/log-index.js';
import { readLog } from '../../src/log/log-reader.js';
import { mayGrow } from '../../src/log/runs/growth.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import { recordRun, trainTo } from '../support/small-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recorded = () => {
  const { run, messages } = recordRun({ epochs: 1, frameEvery: 5 });
  trainTo(run, 25);
  const lines = messages.filter(
    (message): message is Frame | RunEvent => message.type === 'frame' || message.type === 'event',
  );
  return { header: run.header, lines, texts: [run.header, ...lines].map((line) => logLine(line).trimEnd()) };
};

const { header, lines, texts } = recorded();

const written = (content: string | Buffer, name = logFileName): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('what is no line of a log is left out and said, and every other line read', () => {
  test.each([
    ['blank', '', 'blank'],
    ['of blanks', '  \t', 'blank'],
    ['of zeros', '\0\0\0\0', 'bytes of zero'],
    ['torn', texts[2].slice(0, 300), 'no whole object of JSON'],
    ['of text', 'Epoch 1: loss 0.3', 'no whole object of JSON'],
    ['of another kind', '{"type":"metrics","x":1}', 'type: "metrics" is not known here'],
    [
      'of a newer kind',
      '{"type":"event","step":5,"event":"teleported"}',
      'event: "teleported" is not known here',
    ],
    ['that lacks a key', texts[2].replace('"epoch"', '"age"'), /^epoch: /],
    ['that is a second header', texts[0], 'a second header'],
  ])('a line %s', async (_, strange, reason) => {
    for (const at of [1, 3, texts.length]) {
      const log = await readLog(written(`${texts.toSpliced(at, 0, strange).join('\n')}\n`));
      expect(log.header).toEqual(header);
      expect(log.lines).toEqual(lines);
      const [, place, said] = /^1 line left out: line (\d+) \((.*)\)$/.exec(log.notes[0]) ?? [];
      expect(Number(place)).toBe(at + 1);
      expect(said).toMatch(reason);
    }
  });

  test('a byte order mark, carriage returns, and zeros around a line, are read over', async () => {
    const marked = `\u{feff}${texts.join('\r\n')}\r\n`;
    expect(await readLog(written(marked))).toMatchObject({ lines, notes: [] });
    const zeros = texts.with(2, `\0\0${texts[2]}\0\0`).join('\n');
    expect(await readLog(written(zeros))).toMatchObject({ lines, notes: [] });
    const index = await LogIndex.readWhole(written(zeros));
    expect([...index.each()]).toEqual(lines);
    index.close();
  });

  test.each([
    ['what is left of a torn one', texts[2].slice(0, 100), ''],
    ['a torn one that ends in a word', texts[2].slice(0, 21), ''],
    ["a rank's name", '[rank0]: ', ''],
    ['colours', '\u001b[32m', '\u001b[0m'],
    ['a foreign object', '{"loss":0.1} ', ''],
  ])('a whole line beside %s is read, whatever the order of its keys', async (_, before, after) => {
    const { type, ...rest } = JSON.parse(texts[2]);
    for (const text of [texts[2], JSON.stringify({ ...rest, type })]) {
      const log = await readLog(written(texts.with(2, before + text + after).join('\n')));
      expect(log.lines).toEqual(lines);
      expect(log.notes).toEqual(['1 line left out: line 3 (what stands beside the sound objects of JSON)']);
    }
  });

  const around = texts.slice(3).map((text) => `${text}\n`);
  test.each([
    ['side by side', [texts[0] + texts[1] + texts[2], '\n', ...around]],
    ['with a line feed too many', [texts[0], '\n', `${texts[1]}${texts[2]}`, '\n', ...around]],
    ['without any line feed', texts],
    ['with carriage returns alone', [texts.join('\r')]],
    ['with commas behind them', texts.map((text) => `${text},\n`)],
    ['as a list', [`[${texts.join(', ')}]\n`]],
  ])('objects that stand %s are all read, and read again', async (_, pieces) => {
    const path = written(pieces.join(''));
    expect(await readLog(path)).toMatchObject({ header, lines, notes: [] });
    const index = await LogIndex.readWhole(path);
    expect([...index.each()]).toEqual(lines);
    index.close();
  });

  test('a torn one behind whole ones, on one line, is left out and said', async () => {
    const log = await readLog(written(texts.join('') + texts[2].slice(0, 500)));
    expect(log.lines).toEqual(lines);
    expect(log.notes).toEqual(['1 line left out: line 1 (what stands beside the sound objects of JSON)']);
  });

  test('long lines without end are left out in one pass', async () => {
    const long = [
      `{${'\0'.repeat(1e6)}x`,
      '{}'.repeat(5e5),
      '"\\'.repeat(5e5),
      `{"a":"${'\\"'.repeat(5e5)}`,
      '}'.repeat(1e6),
    ];
    const log = await readLog(written([...texts, ...long, texts[2]].join('\n')));
    expect(log.lines).toEqual([...lines, lines[1]]);
    expect(log.notes[0]).toMatch(/^5 lines left out/);
  });

  test('lines before the header, as a program prints them, are left out', async () => {
    const printed = Array<string>(5000).fill('Using device cpu');
    const log = await readLog(written([...printed, ...texts].join('\n')));
    expect(log.lines).toEqual(lines);
    expect(log.notes).toEqual([
      expect.stringMatching(/^5000 lines left out: line 1 \(no whole object of JSON\), .* and 4992 more$/),
    ]);
  });

  test('of very many, the first are named', async () => {
    const strange = Array.from({ length: 5000 }, (_, at) => `x${at}`);
    const { notes } = await readLog(written([...texts, ...strange].join('\n')));
    expect(notes[0]).toMatch(/^4999 lines left out: line 10 \(.*\), line 11 .* and 4991 more$/);
    await expect(readLog(written(strange.join('\n')))).rejects.toThrow(/line 1: not a frame log/);
  });
});

test.each(['NaN', 'Infinity', '-Infinity', '1e999', '"NaN"', '"-Infinity"', '"inf"'])(
  '%s is read as null, and said once',
  async (literal) => {
    const frame = { ...(lines[0] as Frame), trainLoss: Number.NaN, evalLoss: Number.NaN };
    const text = JSON.stringify(frame).replace(/"(trainLoss|evalLoss)":null/g, `"$1":${literal}`);
    expect(text).toContain(`"evalLoss":${literal}`);
    const log = await readLog(written([texts[0], text, text].join('\n')));
    expect(log.lines).toEqual([frame, frame]);
    expect(log.notes).toEqual(['NaN or Infinity read as null in 2 lines, first in line 2']);
  },
);

test('a word in quotes stays what it is', async () => {
  const event = { type: 'event', step: 3, event: 'refused', summary: 'NaN, "Infinity" \\' } as const;
  const text = JSON.stringify(event).replace('"step":3', '"step":3,"more":NaN');
  expect((await readLog(written([texts[0], text].join('\n')))).lines).toEqual([event]);
});

describe('a log that is no plain file', () => {
  test('is read compressed, by its name or as the log of a folder', async () => {
    const path = written(gzipSync(`${texts.join('\n')}\n`), `${logFileName}.gz`);
    expect((await readLog(path)).lines).toEqual(lines);
    expect((await readLog(folder)).lines).toEqual(lines);
  });

  test('cut short or damaged in its compressed form, is read as far as it goes', async () => {
    const whole = gzipSync(`${texts.join('\n')}\n`, { level: 0 });
    const log = await readLog(written(whole.subarray(0, whole.length - 400), 'cut.gz'));
    expect(log.header).toEqual(header);
  });

  test('damaged at any byte of its compressed form, loses nothing that stands before the byte', async () => {
    const content = Buffer.from(texts.map((text) => `${text}\n`).join(''));
    for (const level of [0, 9]) {
      const whole = gzipSync(content, { level });
      for (let at = 20; at < whole.length; at += Math.ceil(whole.length / 9)) {
        const damaged = Buffer.from(whole);
        damaged[at] ^= 0xff;
        const before = gunzipSync(whole.subarray(0, at), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
        const steps = before
          .split('\n')
          .slice(1, -1)
          .map((text) => JSON.parse(text).step);
        if (!before.includes('\n')) continue;
        const { lines: read, notes } = await readLog(written(damaged, 'damaged.gz'));
        expect(read.slice(0, steps.length).map(({ step }) => step)).toEqual(steps);
        expect(notes).not.toEqual([]);
      }
    }
  });

  test('nor a pipe, is refused before it is read', async () => {
    await expect(readLog('/dev/zero')).rejects.toThrow(UserError);
    await expect(readLog('/dev/zero')).rejects.toThrow(/got a device, allowed: a file or a pipe/);
  });
});

describe('a log that is followed', () => {
  const text = (from: number, to: number): string =>
    texts
      .slice(from, to)
      .map((one) => `${one}\n`)
      .join('');
  const stepsOf = (index: LogIndex): number[] => index.lines.map(({ step }) => step);
  const all = lines.map(({ step }) => step);

  test('and cut back to its last whole line, then written on, is read on from there', () => {
    const path = written(text(0, 3) + texts[4].slice(0, 200));
    const index = new LogIndex(path);
    index.grow();
    expect([index.lines.length, index.tornBytes]).toEqual([2, 200]);
    truncateSync(path, Buffer.byteLength(text(0, 3)));
    appendFileSync(path, text(3, texts.length));
    expect(index.grow()).toBe('grown');
    expect(stepsOf(index)).toEqual(all);
    expect(index.notes).toEqual([]);
    index.close();
  });

  test.each([
    ['cut to nothing and begun again', (path: string) => writeFileSync(path, text(0, 4))],
    [
      'replaced by another file',
      (path: string) => {
        writeFileSync(`${path}.new`, text(0, 4));
        renameSync(`${path}.new`, path);
      },
    ],
    ['written anew, longer than it was', (path: string) => writeFileSync(path, ` ${text(0, texts.length)}`)],
  ])('and %s is read from its start', (name, change) => {
    const path = written(text(0, 6));
    const index = new LogIndex(path);
    index.grow();
    change(path);
    if (name.startsWith('cut to nothing')) expect(() => index.read(4, 5)).toThrow(/anew while it was read/);
    expect(index.grow()).toBe('begun-again');
    expect(index.lines.length).toBe(0);
    expect(index.grow()).toBe('grown');
    expect(stepsOf(index)).toEqual(all.slice(0, index.lines.length));
    expect(index.lines.length).toBeGreaterThan(2);
    index.close();
  });

  test('and taken away may come back, as long as it could have grown', () => {
    const path = written(text(0, 4));
    const index = new LogIndex(path);
    index.grow();
    rmSync(path);
    expect(mayGrow(index)).toBe(true);
    expect(index.grow()).toBe('unchanged');
    writeFileSync(path, text(0, texts.length));
    expect(index.grow()).toBe('grown');
    expect(stepsOf(index)).toEqual(all);
    utimesSync(path, 1, 1);
    rmSync(path);
    expect(mayGrow(index)).toBe(false);
    index.close();
  });

  test('and replaced by a longer copy of itself is read on', () => {
    const path = written(text(0, 4));
    const index = new LogIndex(path);
    index.grow();
    writeFileSync(`${path}.new`, text(0, texts.length));
    renameSync(`${path}.new`, path);
    expect(index.grow()).toBe('grown');
    expect(stepsOf(index)).toEqual(all);
    index.close();
  });
});
