import { listPresets, type Preset } from '../experiment/index.js';
import type { RunCommand } from './command-row.js';
import { printableJson } from './host/printable.js';
import { refuseWords } from './line/refuse-words.js';

/** A preset as its file has it, with its name. */
const asJson = ({ name, title, look, shows, draft, interventions, breakpoints }: Preset): object => ({
  ...{ name, title, look, shows },
  experiment: Object.fromEntries([...draft.given].map(([key, { value }]) => [key, value])),
  interventions,
  breakpoints,
});

/** Lists the presets in the order of the number keys. */
export const run: RunCommand = ({ out, options }, words) => {
  refuseWords('presets', words);
  const all = listPresets();
  if (options.json) {
    out(printableJson(all.map(asJson)));
    return 0;
  }
  const width = Math.max(...all.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  all.forEach(({ name, title, look, shows }, index) => {
    const key = index < 9 ? String(index + 1) : ' ';
    out(`${key} ${name.padEnd(width)}  ${title}\n${indent}${look}\n${indent}${shows}`);
  });
  return 0;
};
