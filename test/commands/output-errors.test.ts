import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../support/program-here.js';

/** An outlet whose every write fails so. */
const failing = (code: string): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: write`), { code })),
  });

const small = '--epochs 2 --set d=6 --set m=3 --set c=3 --set trainSize=100 --set evalSize=50'.split(' ');
const sweep = {
  title: 'Tiny',
  shows: 'nothing',
  experiment: { d: 6, m: 3, c: 3, trainSize: 100, evalSize: 50, epochs: 1 },
  grid: { strengthDecay: [0] },
  seeds: { first: 1, count: 1 },
};

let home: string;
let run: string;
let sweepFile: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-output-'));
  const runs = join(home, 'runs');
  await runHere(home, ['--headless', 'quick-start', ...small, '--log', runs]);
  run = join(runs, readdirSync(runs)[0]);
  sweepFile = join(home, 'tiny.json');
  writeFileSync(sweepFile, JSON.stringify(sweep));
});
afterAll(() => rmSync(home, { recursive: true }));

const commands: Readonly<Record<string, () => string[]>> = {
  help: () => ['--help'],
  version: () => ['--version'],
  presets: () => ['presets'],
  schema: () => ['schema', 'preset'],
  completion: () => ['completion', 'bash'],
  man: () => ['man'],
  verify: () => ['verify', run],
  watch: () => ['watch', run],
  'export --out=-': () => ['export', run, '--to', 'csv', '--out=-'],
  report: () => ['report', run, '--out', join(home, 'report')],
  'a headless run': () => ['--headless', 'quick-start', ...small, '--no-log'],
  'a log on standard output': () => ['quick-start', ...small, '--log=-'],
  sweep: () => ['sweep', sweepFile, '--out', mkdtempSync(join(home, 'sweep-'))],
};

test.each(Object.entries(commands))(
  '%s ends with exit code 1 and one line when its output cannot be written',
  async (_, args) => {
    const { code, errors } = await runHere(home, args(), failing('ENOSPC'));
    expect(code).toBe(1);
    expect(errors).toBe('teachtop: standard output: cannot be written (ENOSPC: write)\n');
  },
);

test.each(Object.entries(commands))('%s is quiet when its reader has gone', async (_, args) => {
  const { code, errors } = await runHere(home, args(), failing('EPIPE'));
  expect([0, 129]).toContain(code);
  expect(errors).toBe('');
});
