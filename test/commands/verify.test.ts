import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logFileName } from '../../src/log/log-file.js';
import { runHere } from '../support/program-here.js';

const home = mkdtempSync(join(tmpdir(), 'teachtop-verify-'));
let run = '';
let lines: readonly string[] = [];

beforeAll(async () => {
  const settings = [
    'd=6',
    'm=3',
    'n=6',
    'c=3',
    'trainSize=100',
    'evalSize=100',
    'statements=true',
    'precision=float64',
  ];
  const words = settings.flatMap((setting) => ['--set', setting]);
  const runs = join(home, 'runs');
  const { code } = await runHere(home, [
    ...['quick-start', '--headless', '--engine', 'naive', '--epochs', '1'],
    ...[...words, '--set', 'stepsPerEpoch=20', '--log', runs],
  ]);
  expect(code).toBe(0);
  run = join(runs, readdirSync(runs)[0]);
  lines = readFileSync(join(run, logFileName), 'utf8').trimEnd().split('\n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What `verify` says of the log after its first frame has been changed. */
const verifiedWith = async (change: (frame: Record<string, unknown>) => object) => {
  const first = lines.findIndex((line) => line.startsWith('{"type":"frame"'));
  const changed = lines.with(first, JSON.stringify(change(JSON.parse(lines[first]))));
  writeFileSync(join(run, logFileName), `${changed.join('\n')}\n`);
  const { code, out } = await runHere(home, ['verify', run]);
  return { code, said: out.trimEnd().split('\n').at(-1) };
};

test('a log whose statements an earlier build judged less exactly has the same bits, and that is said', async () => {
  const { code, said } = await verifiedWith(({ statements, ...frame }) => {
    expect(statements).toBeDefined();
    return frame;
  });
  expect(code).toBe(0);
  expect(said).toMatch(
    /^\d+ frames, the same bits on naive .*; this build judges the statements of 1 of them otherwise$/,
  );
});

test('another loss at equal weights is a difference', async () => {
  const { code, said } = await verifiedWith((frame) => ({ ...frame, evalLoss: 0.125 }));
  expect(code).toBe(1);
  expect(said).toBe('step 0: differs in metrics, at equal weights (0 frames before it are the same)');
});
