import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
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
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { printable } from '../../src/commands/host/printable.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { isOnPath } from '../support/outside.js';
import { runHere, TerminalHere } from '../support/program-here.js';
import { syntheticMessages } from '../support/synthetic-run.js';

/** Sets a title, clears the screen, colours by a C1 control, turns text around, and a lone half of a character. */
const hostile = 'x\u001b]0;pwned\u0007\u001b[2J\u009b31m\u202eelbatirb\u2028y\ud800';
const dangerous = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\p{Zl}\p{Zp}]/u;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-strangers-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (...args: string[]) => runHere(home, args);

/** A finished log whose every text is a stranger's. */
const strangersLog = (text = hostile): string => {
  const file = join(home, logFileName);
  writeFileSync(file, '');
  for (const message of syntheticMessages({ until: 20 })) {
    if (message.type === 'header')
      appendFileSync(file, logLine({ ...message, title: text, preset: text, program: text }));
    else if (message.type === 'frame')
      appendFileSync(file, logLine({ ...message, stateHash: '0'.repeat(16) }));
  }
  appendFileSync(file, logLine({ type: 'event', step: 20_000, event: 'stopped', summary: text }));
  return file;
};

test('printable text has no control or direction characters, and plain text stays as it is, fast-check seed 7', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const printed = printable(text);
      return !dangerous.test(printed) && printable(printed) === printed;
    }),
    { seed: 7, numRuns: 800 },
  );
  expect(printable('Ünïcode, 5×, ◆\n\ttwo lines')).toBe('Ünïcode, 5×, ◆\n\ttwo lines');
});

test("a stranger's log prints no control sequence as plain lines", async () => {
  const { out: stdout, code: status } = await run('watch', strangersLog());
  expect(status).toBe(0);
  expect(stdout).toContain(']0;pwned');
  expect(stdout).not.toMatch(dangerous);
});

test("a stranger's log prints no control sequence on the screen", async () => {
  const program = new TerminalHere(home, ['watch', strangersLog()], { columns: 120, rows: 40 });
  await program.waitFor(/x.\]0;pwned/u);
  program.press('q');
  await program.exited;
  expect(program.output).not.toContain('\u001b]0;');
  expect(program.output).not.toMatch(/[\u{80}-\u{9f}]|\p{Bidi_Control}|\p{Zl}/u);
});

test.each([
  ['title', JSON.stringify({ title: hostile, experiment: {} })],
  ['key', JSON.stringify({ title: 'x', look: 'x', shows: 'x', experiment: { [hostile]: 1 } })],
  ['value', JSON.stringify({ title: 'x', look: 'x', shows: 'x', experiment: { kind: hostile } })],
])('a preset with a hostile %s is refused without printing it as it is', async (_, content) => {
  const file = join(home, 'preset.json');
  writeFileSync(file, content);
  expect(readFileSync(file, 'utf8')).toBe(content);
  const { out: stdout, errors: stderr, code: status } = await run(file, '--headless');
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trimEnd()).not.toMatch(dangerous);
  expect(stderr.trimEnd().split('\n').length).toBe(1);
});

test('a hostile option is refused without printing it as it is', async () => {
  const { errors: stderr, code: status } = await run('--set', `${hostile}=1`);
  expect(status).toBe(2);
  expect(stderr).not.toMatch(dangerous);
});

test("a report on a stranger's log has none of its markup and no control sequence", async () => {
  const script = '<script>alert(1)</script><img src=x onerror=alert(1)>';
  const log = strangersLog(`${hostile}${script}`);
  const out = join(home, 'report');
  const { out: stdout, errors: stderr, code: status } = await run('report', dirname(log), '--out', out);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).not.toMatch(dangerous);
  for (const name of readdirSync(out)) {
    const text = readFileSync(join(out, name), 'utf8');
    expect(text).not.toMatch(/<script>alert|<img src=x/);
    expect(text).not.toMatch(dangerous);
  }
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('&lt;script&gt;');
});

test("a report on runs in strangers' folders has no control sequence in its figures", async () => {
  const folders = ['a\u001b[31m\nb', 'c\u202ed', 'plain'].map((name) => {
    const folder = join(home, 'runs', name);
    mkdirSync(folder, { recursive: true });
    cpSync(strangersLog('T'), join(folder, logFileName));
    return folder;
  });
  const out = join(home, 'report');
  expect((await run('report', ...folders, '--out', out)).code).toBe(0);
  for (const name of readdirSync(out))
    expect([name, dangerous.test(readFileSync(join(out, name), 'utf8'))]).toEqual([name, false]);
});

test('a run whose folder has the longest name is exported beside others', async () => {
  const parent = join(home, 'runs');
  for (const name of ['x'.repeat(255), '测'.repeat(85), 'plain']) {
    mkdirSync(join(parent, name), { recursive: true });
    cpSync(strangersLog('T'), join(parent, name, logFileName));
  }
  const { code, errors } = await run('export', parent, '--to', 'tensorboard', '--out', join(home, 'events'));
  expect([code, errors]).toEqual([0, '']);
  expect(readdirSync(join(home, 'events')).length).toBe(3);
});

test('a CSV of a log has no control sequence and no formula', async () => {
  for (const [text, cell] of [
    [hostile, 'x\ufffd]0;pwned\ufffd\ufffd[2J\ufffd31m\ufffdelbatirb\ufffdy\ufffd'],
    ['=1+2', "'=1+2"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1+2', "'＝1+2"],
    ['-1.5e-3', '-1.5e-3'],
  ]) {
    const { out } = await run('export', strangersLog(text), '--to', 'csv-events', '--out=-');
    expect(out).toContain(`,stopped,`);
    expect(out.split('\r\n').find((line) => line.includes(',stopped,'))).toContain(cell);
  }
});

/** What a script would do that a page ran: tell the page around it. */
const script = "top.postMessage('RAN','*')";
const carriers = [
  `<script>${script}</script>`,
  `<img src=x onerror="${script}">`,
  `"><svg onload="${script}">`,
  `</title><script>${script}</script>`,
  `javascript:${script}`,
  `]]><script>${script}</script>`,
];

test.skipIf(!isOnPath('chromium'))("a report on a stranger's log runs no script in a browser", async () => {
  const log = strangersLog(carriers.join(' '));
  const out = join(home, 'report');
  expect((await run('report', dirname(log), '--out', out)).code).toBe(0);
  const pages = readdirSync(out).filter((name) => /\.(?:html|svg)$/.test(name));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(home, 'profile')}`];
  const control = join(home, 'control.html');
  writeFileSync(control, `<body>${carriers.join(' ')}`);
  const frames = [control, ...pages.map((name) => join(out, name))].map(
    (page) => `<iframe src="file://${page}">`,
  );
  const around = join(home, 'around.html');
  writeFileSync(
    around,
    `<body><script>addEventListener('message', ({ source }) => {
      for (const frame of document.querySelectorAll('iframe')) if (frame.contentWindow === source) frame.title = 'RAN';
    })</script>${frames.join('</iframe>')}</iframe>`,
  );
  const { stdout: dom } = spawnSync(
    'chromium',
    [...flags, '--virtual-time-budget=2000', '--dump-dom', `file://${around}`],
    { encoding: 'utf8' },
  );
  const seen = dom.match(/<iframe [^>]*>/g)?.map((frame) => frame.includes('title="RAN"'));
  expect(seen).toEqual([true, ...pages.map(() => false)]);
});

const traces = join(import.meta.dirname, '..', 'fixtures', 'traces');

test.each([
  ['kind', (trace: Record<string, unknown>) => ({ ...trace, kind: hostile })],
  [
    'setting',
    (trace: Record<string, unknown>) => ({ ...trace, config: { ...(trace.config as object), [hostile]: 1 } }),
  ],
  ['epoch', (trace: Record<string, unknown>) => ({ ...trace, epochs: [{ [hostile]: hostile }] })],
])('a trace with a hostile %s prints no control sequence', async (_, spoil) => {
  const folder = join(home, 'trace');
  cpSync(join(traces, 'full-batch-normalized'), folder, { recursive: true });
  const path = join(folder, 'trace.json');
  writeFileSync(path, JSON.stringify(spoil(JSON.parse(readFileSync(path, 'utf8')))));
  const { out: stdout, errors: stderr } = await run('parity', folder);
  expect(stdout + stderr).not.toMatch(dangerous);
});

test.each([
  '../secret.safetensors',
  '/etc/passwd',
  'a/b.safetensors',
  '..',
  '.',
  'x\u0000.safetensors',
  'a\\b.safetensors',
])(
  'weights named %j are refused: a preset names files of the data folder, and none beside it',
  async (name) => {
    const file = join(home, 'preset.json');
    const experiment = { kind: 'multi-layer', teacherFile: name };
    writeFileSync(file, JSON.stringify({ title: 'x', look: 'x', shows: 'x', experiment }));
    const { errors: stderr, code: status } = await run(file, '--headless', '--data-dir', home);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^teachtop: .*"teacherFile".*allowed.*\n$/)]);
    expect(stderr.trimEnd()).not.toMatch(dangerous);
  },
);

test('a run of a preset with a path for a name logs inside the folder of runs', async () => {
  const folder = join(home, 'deep', 'er');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, '...json');
  writeFileSync(
    file,
    JSON.stringify({
      title: 'x',
      look: 'x',
      shows: 'x',
      experiment: { epochs: 1, trainSize: 500, evalSize: 500 },
    }),
  );
  const { code: status } = await run(
    join(folder, '..', 'er', '...json'),
    '--headless',
    '--log',
    join(home, 'runs'),
  );
  expect(status).toBe(0);
  const [name, ...others] = readdirSync(join(home, 'runs'));
  expect([others, existsSync(join(home, 'runs', name, logFileName))]).toEqual([[], true]);
});
