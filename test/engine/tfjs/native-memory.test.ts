import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { rememberedNativeProblem } from '../../../src/engine/tfjs/native-memory.js';

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
    problem: () => rememberedNativeProblem(pathToFileURL(module).href, cache),
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
