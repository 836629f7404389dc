import { expect, test } from 'vitest';
import { takeApart } from '../../../src/commands/line/arguments.js';
import { isSetting } from '../../../src/commands/line/option-kinds.js';
import { optionTable } from '../../../src/commands/line/option-table.js';
import { readOptions } from '../../../src/commands/line/options.js';

test('every option that is a setting of the experiment is among the settings, after those of --set', () => {
  const flags = optionTable.filter(({ kind }) => isSetting(kind)).map(({ flag }) => flag);
  expect(flags).toContain('seed');
  const args = [...flags.map((flag) => `--${flag}=7`), '--set', 'n=3'];
  expect(readOptions(args).settings.map(({ option }) => option)).toEqual([
    '--set',
    ...flags.map((flag) => `--${flag}`),
  ]);
});

test.each([
  [['a', '--log', 'x', 'b'], ['a', 'b'], { log: 'x' }],
  [['--log=x=y', '--data-dir', '-1'], [], { log: 'x=y', dataDir: '-1' }],
  [['--log', '--strict', 'a'], ['a'], { log: '', strict: true }],
  [
    ['--dataDir', 'x', '--strict=false', '--headless', 'true'],
    [],
    { dataDir: 'x', strict: false, headless: true },
  ],
  [['--set', 'a=1', '--set=b=2', '-', '-.5'], ['-', '-.5'], { set: ['a=1', 'b=2'] }],
  [['--no-log', '--color', '--no-color', '-hV'], [], { log: false, color: false, help: true, version: true }],
  [['--at', '--', '--log', '-h'], ['--log', '-h'], { at: [''] }],
  [['--bogus=3', '-x', '-4x', '--__proto__'], [], { '4': true, bogus: false, x: true, ['__proto__']: true }],
])('%j is taken apart', (args, words, flags) => {
  const taken = takeApart(args);
  expect([taken.words, Object.entries(taken.flags)]).toEqual([words, Object.entries(flags)]);
});

test.each([[['--log', 'x', '--no-log']], [['--no-log', '--log=x']]])('%j is refused', (args) => {
  expect(() => takeApart(args)).toThrow('--log: got it with --no-log, allowed: one of the two');
});
