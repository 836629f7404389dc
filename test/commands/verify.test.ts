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
    ...['statements=true', 'curvatureEvery=1', 'richness=true'],
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

/** What `verify` says of the log after its first frame has been changed, and with these events after it. */
const verifiedWith = async (change: (frame: Record<string, unknown>) => object, ...events: object[]) => {
  const first = lines.findIndex((line) => line.startsWith('{"type":"frame"'));
  const changed = lines.toSpliced(
    first,
    1,
    ...[change(JSON.parse(lines[first])), ...events].map((line) => JSON.stringify(line)),
  );
  writeFileSync(join(run, logFileName), `${changed.join('\n')}\n`);
  const { code, out } = await runHere(home, ['verify', run]);
  return { code, said: out.trimEnd().split('\n').at(-1) };
};

test('a log as it was written is the same in everything', async () => {
  const { code, said } = await verifiedWith((frame) => frame);
  expect([code, said]).toEqual([0, expect.stringMatching(/^\d+ frames, the same bits on naive \S+ \S+$/)]);
});

test('minibatch losses that a build counted from another frame on are named beside the same bits', async () => {
  const { code, said } = await verifiedWith((frame) => ({
    ...frame,
    batchLoss: { minimum: 0, mean: 1, maximum: 2 },
  }));
  expect(code).toBe(0);
  expect(said).toMatch(/the same bits on naive .*; this build measures otherwise: minibatch losses in 1$/);
});

test('measurements that an earlier build made less exactly, or not at all, are named beside the same bits', async () => {
  const { code, said } = await verifiedWith(({ statements, ...frame }) => {
    const curvature = frame.curvature as { largest: { value: number } };
    curvature.largest.value += 1e-3;
    const { distance } = frame.richness as { distance: number[] };
    distance[0] += 1e-3;
    expect(statements).toBeDefined();
    return frame;
  });
  expect(code).toBe(0);
  expect(said).toMatch(
    /the same bits on naive .*; this build measures otherwise: the statements in 1, the curvature in 1, lazy or rich in 1$/,
  );
});

test.each([
  ['evalLoss', 0.125],
  ['learningRate', 0.5],
  ['teacherStrength', [[1, 2, 3]]],
])('another %s at equal weights is a difference', async (field, value) => {
  const { code, said } = await verifiedWith((frame) => ({ ...frame, [field]: value }));
  expect(code).toBe(1);
  expect(said).toBe(`step 0: differs in ${field}, at equal weights (0 frames before it are the same)`);
});

test('an event that the run does not say again is told', async () => {
  const { code, said } = await verifiedWith((frame) => frame, {
    ...{ type: 'event', event: 'specialized', step: 0, layer: 0, teacher: 0, student: 0 },
    ...{ correlation: 0.99, threshold: 0.95 },
  });
  expect(code).toBe(0);
  expect(said).toMatch(/; 1 of its events do not come again$/);
});
