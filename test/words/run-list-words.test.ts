import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { replaceUnshown } from '../../src/input/index.js';
import type { RunRecord } from '../../src/protocol/index.js';
import { runListLines } from '../../src/words/run-list-words.js';

const runOf = (name: string): RunRecord => ({
  ...{ name, folder: `/runs/${name}`, preset: 'p', title: 'T', startedAt: '2026-01-01T00:00:00.000Z' },
  ...{ totalSteps: 10, seed: 1, overRealization: 5, engine: 'wasm', isForeign: false, step: 10 },
  ...{ trainLoss: 1, evalLoss: 1, threshold: 0.95, specialized: 1, teachers: 2 },
  ...{ state: 'done', process: null, host: null, bytes: 1000, writtenAt: '2026-01-01T00:00:00.000Z' },
});

const names = [
  'plain',
  '中文实验',
  '👨‍👩‍👧‍👦',
  're\u0301sume\u0301',
  'two\nlines',
  'a\u001b[31mb',
  'x'.repeat(255),
];
const runs = names.map(runOf);
const measure = {
  shown: (text: string) => replaceUnshown(text),
  columnsOf: stringWidth,
  shorten: (text: string, columns: number) => text.slice(0, columns),
};

test.each([Number.POSITIVE_INFINITY, 20])(
  'names of any characters keep the columns in line, at most %s wide',
  (longestName) => {
    const lines = runListLines(runs, runs, { now: 0, measure, longestName });
    const places = lines.slice(1).map((line) => stringWidth(line.slice(0, line.indexOf('done'))));
    expect(places).toEqual(places.map(() => 2 + 1 + Math.min(longestName, 255) + 2));
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  },
);
