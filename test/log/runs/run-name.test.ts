import { expect, test } from 'vitest';
import { findRun, runFolderName, shortName } from '../../../src/log/runs/run-name.js';
import type { Header } from '../../../src/protocol/header.js';
import type { RunRecord } from '../../../src/protocol/session.js';

const run = (folderName: string): RunRecord =>
  ({ name: shortName(folderName), folder: `/runs/${folderName}` }) as RunRecord;

const runs = [
  '2026-01-03T10-00-00-quick-start-seed1',
  '2026-01-02T10-00-00-quick-start-seed1',
  '2026-01-01T10-00-00-strong-first-seed3-2',
  'mine',
  '4000-steps',
].map(run);

const found = (word: string): number => runs.indexOf(findRun(word, runs, '/runs'));

test('a short name is the preset and four letters or digits that hang on the folder alone', () => {
  expect(runs.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^quick-start-[0-9a-z]{4}$/),
    expect.stringMatching(/^quick-start-[0-9a-z]{4}$/),
    expect.stringMatching(/^strong-first-[0-9a-z]{4}$/),
    'mine',
    '4000-steps',
  ]);
  expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
});

test('a word means a name, a beginning that is one run alone, a number in the list, or the newest', () => {
  expect(found(runs[1].name)).toBe(1);
  expect(found('2026-01-02T10-00-00-quick-start-seed1')).toBe(1);
  expect(found('2026-01-02')).toBe(1);
  expect(found('st')).toBe(2);
  expect(found('3')).toBe(2);
  expect(found('40')).toBe(4);
  expect(found('last')).toBe(0);
});

test('what means several runs or none is refused, with the candidates', () => {
  expect(() => found('quick')).toThrow(
    `"quick": got a name that 2 runs begin with, allowed: one of ${runs[0].name}, ${runs[1].name}`,
  );
  expect(() => found('strng-first')).toThrow('no such run in /runs; did you mean strong-first?');
  expect(() => found('')).toThrow('see teachtop runs');
  expect(() => findRun('last', [], '/runs')).toThrow('"last": no such file, and no runs in /runs');
  const twice = [run('mine'), { ...run('yours'), name: 'mine' }];
  expect(() => findRun('mine', twice, '/runs')).toThrow('allowed: one of mine, yours');
});

test.each([
  ['हिन्दी', 'हिन्दी'],
  ['Cafe\u0301 50%.json', 'Cafe\u0301-50'],
  [`${'a'.repeat(59)}\u{20000}`, 'a'.repeat(59)],
  ['a/..\nb\\c', 'c'],
  ['测'.repeat(90), '测'.repeat(60)],
])('the folder of a run of %j', (preset, name) => {
  const header = {
    startedAt: '2026-01-02T03:04:05.678Z',
    preset,
    experiment: { seed: 7 },
  } as unknown as Header;
  const folder = runFolderName(header);
  expect(folder).toBe(`2026-01-02T03-04-05-${name}-seed7`);
  expect(Buffer.byteLength(folder)).toBeLessThan(255);
});
