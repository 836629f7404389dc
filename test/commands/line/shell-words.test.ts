import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord, shellWords } from '../../../src/commands/line/shell-words.js';

test('words come back as they were quoted, fast-check seed 7', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'binary' })), (words) => {
      expect(shellWords(words.map(shellWord).join(' '))).toEqual(words);
    }),
    { seed: 7 },
  );
});

test.each([
  ['--partition=x  --time=1:00:00', ['--partition=x', '--time=1:00:00']],
  [`--comment="two words" -A 'my account'`, ['--comment=two words', '-A', 'my account']],
  [`--comment="say \\"hi\\"" a\\ b ""`, ['--comment=say "hi"', 'a b', '']],
  ['  ', []],
])('%s', (text, words) => {
  expect(shellWords(text)).toEqual(words);
});

test('a quote that is not closed is none', () => {
  expect([shellWords('--comment="two words'), shellWords("it's"), shellWords('a\\')]).toEqual([
    null,
    null,
    null,
  ]);
});
