import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { logLine } from '../../src/log/log-file.js';
import { readStoppedLog } from '../../src/log/resumption.js';
import { WatchSession } from '../../src/session/watch-session.js';
import { runHere } from '../support/program-here.js';
import { recordRun, trainTo } from '../support/small-run.js';

const home = mkdtempSync(join(tmpdir(), 'teachtop-hostile-'));
afterAll(() => rmSync(home, { recursive: true }));

const { run, messages } = recordRun({ epochs: 2, frameEvery: 5 });
trainTo(run, 30);
const lines = messages.filter((message) => message.type === 'frame' || message.type === 'event');
const texts = [run.header, ...lines].map((line) => logLine(line).trimEnd());
const frames = lines.filter(({ type }) => type === 'frame').length;
const whole = `${texts.join('\n')}\n`;
const aFrame = texts[2];

/** What a reader says of a log: what it left out, and how many frames it read. */
type Said = { readonly notes: readonly string[]; readonly frames: number };

const noteIn =
  /(?:\d+ lines? left out: |NaN or Infinity read as null in |the last line is torn |damaged after ).*/g;

/** Runs a command on the log; nothing it prints is a trace of the program's insides. */
const told = async (...args: string[]) => {
  const { out, errors, code } = await runHere(home, args);
  const text = `${out}\n${errors}`;
  expect(text).not.toMatch(/\n\s+at /);
  expect(text).not.toMatch(/[^\P{Cc}\n\r\t]/u);
  return { text, code, notes: [...new Set([...text.matchAll(noteIn)].map(([note]) => note))] };
};

/** Those that read logs, each by its own way. */
const readers: Readonly<Record<string, (path: string) => Promise<Said>>> = {
  watch: async (path) => {
    const session = new WatchSession({ find: () => path, waiting: '', clock: () => 0 });
    // What is compressed is there once it has been copied.
    do await setImmediate();
    while (session.poll() || (session.index?.isOpen && !session.index.isPlain));
    session.poll();
    const { length } = session;
    session.close();
    const { notes } = await told('watch', path);
    return { notes, frames: length };
  },
  verify: async (path) => {
    const { text, notes } = await told('verify', path);
    return { notes, frames: Number(/(\d+) frames, the same bits/.exec(text)?.[1]) };
  },
  export: async (path) => {
    const { text, notes } = await told('export', path, '--to', 'csv-wide', '--out=-');
    return { notes, frames: text.match(/^\d+,.*,[0-9a-f]{16},\d+\r$/gm)?.length ?? 0 };
  },
  report: async (path) => {
    const folder = mkdtempSync(join(home, 'report-'));
    const { notes } = await told('report', path, '--out', folder);
    const page = readFileSync(join(folder, 'report.md'), 'utf8');
    return { notes, frames: Number(/a run, (\d+) frame/.exec(page)?.[1]) };
  },
  resume: async (path) => {
    const { notes, places } = await readStoppedLog(path);
    const last = places.at(-1)?.line;
    expect(last?.type).toBe('frame');
    return {
      notes,
      frames: 1 + lines.filter((one) => one.type === 'frame' && one.step < (last?.step ?? 0)).length,
    };
  },
};

const written = (content: string | Buffer): string => {
  const path = join(mkdtempSync(join(home, 'log-')), 'frames.jsonl');
  writeFileSync(path, content);
  // Nobody writes to it any more: a watcher need not wait.
  utimesSync(path, 1, 1);
  return path;
};

/** All readers say of a log what is right, and so the same. */
const expectOfAll = async (
  content: string | Buffer,
  said: Said,
  names = Object.keys(readers),
): Promise<void> => {
  const path = written(content);
  for (const name of names) expect({ name, ...(await readers[name](path)) }).toEqual({ name, ...said });
};

/** Sound lines with strange ones from the fourth on, each with the reason for which it is left out. */
const strange: readonly (readonly [name: string, line: string, reason: string])[] = [
  ['blank', '', 'blank'],
  ['blanks', ' \t ', 'blank'],
  ['zeros', '\0\0\0', 'bytes of zero'],
  ['torn', aFrame.slice(0, 200), 'no whole object of JSON'],
  ['text', 'Epoch 3/10 loss=0.2', 'no whole object of JSON'],
  ['control sequences', '\u001b]0;title\u0007\u001b[2J', 'no whole object of JSON'],
  ['no UTF-8', Buffer.from([0xff, 0xc0, 0x80]).toString('latin1'), 'no whole object of JSON'],
  ['deep', '['.repeat(100_000), 'no whole object of JSON'],
  ['foreign', '{"loss":0.2}', 'type: undefined is not known here'],
  ['a list', '[1,2,3]', 'a list, allowed: objects of JSON'],
  ['a number', '42', 'the line: Invalid input: expected object, received number'],
  ['null', 'null', 'the line: Invalid input: expected object, received null'],
  ['newer event', '{"type":"event","event":"teleported","step":1}', 'event: "teleported" is not known here'],
  ['newer kind', '{"type":"hologram","step":1}', 'type: "hologram" is not known here'],
  ['of a prototype', '{"type":"__proto__"}', 'type: "__proto__" is not known here'],
  ['second header', texts[0], 'a second header'],
  [
    'huge step',
    aFrame.replace(/"step":\d+/, '"step":1e300'),
    'step: Too big: expected int to be <=9007199254740991',
  ],
  ['negative step', aFrame.replace(/"step":\d+/, '"step":-5'), 'step: Too small: expected number to be >=0'],
  [
    'quoted step',
    aFrame.replace(/"step":(\d+)/, '"step":"$1"'),
    'step: Invalid input: expected number, received string',
  ],
  [
    'incomplete',
    aFrame.replace('"layers"', '"strata"'),
    'layers: Invalid input: expected array, received undefined',
  ],
  [
    'of another size',
    aFrame.replace(/"fanOutNorm":\[[^,]*,/, '"fanOutNorm":['),
    'a frame that is not of 5 teacher and 15 student nodes',
  ],
  ['of 4 MB', 'x'.repeat(4 * 1024 ** 2), 'no whole object of JSON'],
  [
    'long text',
    `{"type":"event","event":"refused","step":3,"summary":"${'y'.repeat(4000)}"}`,
    'summary: Too big: expected string to have <=2000 characters',
  ],
];

const lots = [0, 8, 16].map((from) => strange.slice(from, from + 8));

test.each(lots.map((lot) => [lot.map(([name]) => name).join(', '), lot] as const))(
  'lines that are none are left out alike: %s',
  async (_, lot) => {
    const content = `${texts.toSpliced(3, 0, ...lot.map(([, line]) => line)).join('\n')}\n`;
    const reasons = lot.map(([, , reason], at) => `line ${at + 4} (${reason})`).join(', ');
    await expectOfAll(content, { notes: [`${lot.length} lines left out: ${reasons}`], frames });
  },
);

const torn = whole.slice(0, -300);
const tornBytes = torn.length - torn.lastIndexOf('\n') - 1;
const tornNote = `the last line is torn (${tornBytes} bytes) and left out`;
const zipped = gzipSync(whole);
/** Readers of what is not the run's own file, on which no run can go on. */
const onlookers = ['watch', 'verify', 'export', 'report'];

test.each<[name: string, content: string | Buffer, said: Said, names?: readonly string[]]>([
  ['a torn end', torn, { notes: [tornNote], frames: frames - 1 }],
  [
    'an end of zeros',
    `${whole}${'\0'.repeat(4096)}`,
    { notes: ['the last line is torn (4096 bytes) and left out'], frames },
  ],
  ['a beginning of zeros', `${'\0'.repeat(4096)}${whole}`, { notes: [], frames }],
  [
    'a byte order mark and carriage returns',
    `\u{feff}${whole.replaceAll('\n', '\r\n')}`,
    { notes: [], frames },
  ],
  ['keys of a newer build', whole.replaceAll('"epoch"', '"newer":{"a":[1]},"epoch"'), { notes: [], frames }],
  [
    'lines before the header',
    `${texts[1]}\n${whole}`,
    { notes: ['1 line left out: line 1 (no header yet)'], frames },
  ],
  [
    'two members of gzip',
    Buffer.concat([gzipSync(whole.slice(0, 5000)), gzipSync(whole.slice(5000))]),
    { notes: [], frames },
    onlookers,
  ],
  ['gzip and zeros', Buffer.concat([zipped, Buffer.alloc(512)]), { notes: [], frames }, onlookers],
])('%s', async (_, content, said, names = Object.keys(readers)) => {
  await expectOfAll(content, said, [...names]);
});

test.each<[name: string, content: string | Buffer, reason: RegExp]>([
  ['nothing', '', /not a frame log: it has no whole first line/],
  ['blank lines', '\n\n', /line 1: not a frame log: blank/],
  ['frames without a header', texts.slice(1).join('\n'), /line 1: not a frame log: no header yet/],
  ['UTF-16', Buffer.from(`\u{feff}${whole}`, 'utf16le'), /line 1: not a frame log: UTF-16, allowed: UTF-8/],
])('%s: all refuse it in the same words', async (_, content, reason) => {
  const path = written(content);
  const commands = [
    ['watch'],
    ['verify'],
    ['export', '--to', 'csv', '--out=-'],
    ['report', '--out', join(home, 'none')],
  ];
  for (const command of commands) {
    const { text, code } = await told(...command, path);
    expect([command, code, text.trim().split('\n').length]).toEqual([command, 2, 1]);
    expect(text).toMatch(reason);
  }
  await expect(readStoppedLog(path)).rejects.toThrow(reason);
});
