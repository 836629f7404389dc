import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { projectFolder } from '../support/terminal-program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-library-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(projectFolder, join(folder, 'node_modules', 'teachtop'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The page's examples by their headings. */
const examples = new Map(
  [
    ...readFileSync(join(projectFolder, 'docs', 'reference', 'library.md'), 'utf8').matchAll(
      /^## ([^\n]+)\n\n```ts\n(.*?)```/gms,
    ),
  ].map(([, heading, code]) => [heading, code]),
);

/** Runs an example as an importer of the package would; resolves to the lines that it prints. */
const run = async (heading: string): Promise<string[]> => {
  const file = join(folder, 'example.ts');
  writeFileSync(file, examples.get(heading) ?? '');
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
  return stdout.trim().split('\n');
};

test('the example of the library page trains a student', async () => {
  const lines = (await run('Train a student')).map((line) => line.split(' ').map(Number));
  expect(lines.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const [[, first, ...bestAtFirst], [, last, ...bestAtLast]] = [lines[0], lines[9]];
  expect(last).toBeLessThan(first);
  expect(Math.max(...bestAtLast)).toBeGreaterThan(Math.max(...bestAtFirst));
  expect(bestAtLast).toHaveLength(5);
});

test('the example of the library page writes a log that reads back', async () => {
  const [path] = await run('Write a log');
  const { header, lines } = await readLog(join(folder, path));
  expect(header.program).toBe('example 1.0');
  expect(lines.map((line) => line.type === 'frame' && line.epoch)).toEqual([1, 2, 3, 4, 5]);
});
