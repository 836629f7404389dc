import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { cacheFolder, TrialMemory } from '../../src/package/cache.js';

const work = mkdtempSync(join(tmpdir(), 'teachtop-cache-'));
afterAll(() => rmSync(work, { recursive: true }));

const memoryOf = (folder: string | null, ...circumstances: string[]): TrialMemory =>
  new TrialMemory('trial', circumstances, folder);

test('what a trial found holds in the same circumstances, for whoever asks, until it is forgotten', () => {
  const folder = join(work, 'not', 'there', 'yet');
  expect(memoryOf(folder, 'a').holds()).toBe(false);
  memoryOf(folder, 'a').keep();
  expect([memoryOf(folder, 'a').holds(), memoryOf(folder, 'b').holds()]).toEqual([true, false]);
  memoryOf(folder, 'a').forget();
  expect(memoryOf(folder, 'a').holds()).toBe(false);
});

test('it is that of this runtime and machine', () => {
  memoryOf(work).keep();
  const [node, v8] = [process.versions.node, process.versions.v8];
  expect(readFileSync(join(work, 'trial.txt'), 'utf8')).toMatch(`Node ${node}, V8 ${v8}`);
});

test('no byte of it may be another, or be missing', () => {
  const memory = memoryOf(work, 'a');
  memory.keep();
  const path = join(work, 'trial.txt');
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at] ^= 1;
    writeFileSync(path, flipped);
    if (memory.holds()) throw new Error(`trusted with another byte at ${at}`);
  }
  writeFileSync(path, whole.subarray(0, -1));
  expect(memory.holds()).toBe(false);
  writeFileSync(path, whole);
  expect(memory.holds()).toBe(true);
});

test.each([
  ['without a folder', null],
  ['in a folder that cannot be made', '/dev/null/cache'],
])('%s nothing is remembered, and nothing fails', (_, folder) => {
  const memory = memoryOf(folder, 'a');
  memory.keep();
  expect(memory.holds()).toBe(false);
  memory.forget();
});

test('the cache folder is the one that the environment names, where that is a whole path', () => {
  try {
    vi.stubEnv('XDG_CACHE_HOME', work);
    expect(cacheFolder()).toBe(join(work, 'teachtop'));
    vi.stubEnv('XDG_CACHE_HOME', 'relative');
    expect(cacheFolder()).toMatch(/teachtop$/);
    expect(cacheFolder()).not.toContain('relative');
  } finally {
    vi.unstubAllEnvs();
  }
});
