import { listPresets } from '../experiment/index.js';
import type { RunCommand } from './command-row.js';
import { refuseWords } from './line/refuse-words.js';

/** Lists the presets in the order of the number keys. */
export const run: RunCommand = ({ out }, words) => {
  refuseWords('presets', words);
  const all = listPresets();
  const width = Math.max(...all.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  all.forEach(({ name, title, look, shows }, index) => {
    const key = index < 9 ? String(index + 1) : ' ';
    out(`${key} ${name.padEnd(width)}  ${title}\n${indent}${look}\n${indent}${shows}`);
  });
  return 0;
};
