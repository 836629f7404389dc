import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { cacheFolder, rememberedNativeProblem } from '../../../src/engine/tfjs/native-memory.js';

const work = mkdtempSync(join(tmpdir(), 'teachtop-native-'));
afterAll(() => rmSync(work, { recursive: true }));

/** A package whose module writes a letter each time that it is loaded, then does `code`; and a cache folder. */
const packageThat = (name: string, code = '') => {
  const folder = join(work, name);
  for (const part of ['dist', join('lib', 'napi'), join('deps', 'lib')])
    mkdirSync(join(folder, part), { recursive: true });
  const [loads, binding] = [join(folder, 'loads'), join(folder, 'lib', 'napi', 'binding.node')];
  writeFileSync(binding, 'first');
  const module = join(folder, 'dist', 'index.mjs');
  writeFileSync(
    module,
    `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(loads)}, 'x'); ${code}`,
  );
  const cache = join(folder, 'cache', 'teachtop');
  return {
    folder,
    binding,
    cache,
    problem: (folder: string | null = cache) => rememberedNativeProblem(pathToFileURL(module).href, folder),
    trials: () => readFileSync(loads, 'utf8').length,
  };
};

test('that a module loads is tried once, until its library is another', () => {
  const { problem, trials, binding } = packageThat('loads');
  expect([problem(), problem(), trials()]).toEqual([null, null, 1]);
  writeFileSync(binding, 'upgraded');
  expect([problem(), trials(), problem(), trials()]).toEqual([null, 2, null, 2]);
});

test('a problem is not remembered', () => {
  const { problem, trials } = packageThat('fails', 'throw new Error("no library");');
  expect([problem(), problem(), trials()]).toEqual(['no library', 'no library', 2]);
});

test('a cache folder that cannot be made, or half a file in it, costs a trial each time', () => {
  const { problem, trials, binding, cache } = packageThat('uncached');
  expect([problem(join(binding, 'cache')), problem(join(binding, 'cache')), trials()]).toEqual([
    null,
    null,
    2,
  ]);
  problem();
  const path = join(cache, 'native-tensorflow.txt');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 30));
  expect([problem(), problem(), trials()]).toEqual([null, null, 4]);
});

test('without a home folder nothing is remembered, and nothing fails', () => {
  const { problem, trials } = packageThat('homeless');
  expect([problem(null), problem(null), trials()]).toEqual([null, null, 2]);
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
