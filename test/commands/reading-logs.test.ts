import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { isOnPath, pythonEnvironment, pythonWith } from '../support/outside.js';
import { syntheticMessages } from '../support/synthetic-run.js';
import { projectFolder } from '../support/terminal-program.js';

const page = readFileSync(join(projectFolder, 'docs', 'guide', 'reading-logs.md'), 'utf8');
const examples = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);

const python = pythonWith('pandas');

let run: string;
beforeAll(() => {
  run = mkdtempSync(join(tmpdir(), 'teachtop-reading-'));
  const lines = syntheticMessages({ until: 40 }).flatMap((message) => {
    if (message.type === 'frame') return [logLine({ ...message, stateHash: '0'.repeat(16) })];
    return message.type === 'header' || message.type === 'event' ? [logLine(message)] : [];
  });
  writeFileSync(join(run, logFileName), lines.join(''));
});
afterAll(() => rmSync(run, { recursive: true }));

const environment = (): NodeJS.ProcessEnv => ({ ...pythonEnvironment, RUN: run });

test.skipIf(!isOnPath('jq')).each(examples('sh'))('jq: %s', (command) => {
  const script = `set -eo pipefail\n${command}`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
    env: environment(),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trim()).not.toBe('');
});

test.skipIf(python === undefined).each(examples('python'))('pandas: %s', (code) => {
  const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', code], {
    env: environment(),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trim().split('\n').length).toBeGreaterThan(10);
});

test('the page has examples for all three', () => {
  expect(['sh', 'python', 'sql'].map((language) => examples(language).length)).toEqual([5, 1, 2]);
});
