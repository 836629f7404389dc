import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOnPath, pythonWith } from '../support/outside.js';
import { gridOf, trainSweep, writeSweepFolder } from '../support/sweep-folder.js';
import { projectFolder } from '../support/terminal-program.js';

const page = readFileSync(join(projectFolder, 'docs', 'guide', 'reading-results.md'), 'utf8');
const examples = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);

const [pandas, duckdb] = [pythonWith('pandas'), pythonWith('duckdb')];

let sweep = '';
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teachtop-results-'));
  sweep = writeSweepFolder(folder, await trainSweep({ epochs: 2 }, gridOf([1, 3], [0, 1]), [1, 2]));
});
afterAll(() => rmSync(sweep, { recursive: true }));

const lines = (command: string, args: readonly string[]): string[] => {
  const { stdout, stderr, status } = spawnSync(command, args, {
    env: { ...process.env, SWEEP: sweep },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.trim().split('\n');
};

test.skipIf(!isOnPath('jq'))('the examples for jq have a line a run or cell', () => {
  const counts = examples('sh').map((code) => lines('bash', ['-c', `set -eo pipefail\n${code}`]).length);
  expect(counts).toEqual([1, 8, 8, 4]);
});

test.skipIf(pandas === undefined)('the example for pandas', () => {
  for (const code of examples('python')) expect(lines(pandas ?? '', ['-c', code]).length).toBeGreaterThan(15);
});

test.skipIf(duckdb === undefined)('the examples for DuckDB', () => {
  for (const code of examples('sql')) {
    const run = `import duckdb, sys\nfor text in sys.argv[1].split(";"):\n    rows = text.strip() and duckdb.sql(text)\n    if rows: print(rows.fetchall())`;
    expect(lines(duckdb ?? '', ['-c', run, code.replaceAll('SWEEP', sweep)]).join('')).toMatch(
      /^\[\(1, 4, -[\d.]+, [\d.]+\), \(3, 4.*\(3, 4, [\d.]+\)\]$/,
    );
  }
});

test('the page has examples for all three', () => {
  expect(['sh', 'python', 'sql'].map((language) => examples(language).length)).toEqual([4, 1, 1]);
});
