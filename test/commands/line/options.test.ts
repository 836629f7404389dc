import { expect, test } from 'vitest';
import { isSetting } from '../../../src/commands/line/option-kinds.js';
import { optionTable } from '../../../src/commands/line/option-table.js';
import { readOptions } from '../../../src/commands/line/options.js';

test('every option that is a setting of the experiment is among the settings, after those of --set', () => {
  const flags = optionTable.filter(({ kind }) => isSetting(kind)).map(({ flag }) => flag);
  expect(flags).toContain('seed');
  const args = [...flags.map((flag) => `--${flag}=7`), '--set', 'n=3'];
  expect(readOptions(args, import.meta).settings.map(({ option }) => option)).toEqual([
    '--set',
    ...flags.map((flag) => `--${flag}`),
  ]);
});
