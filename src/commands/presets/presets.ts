import type { Preset } from '../../experiment/index.js';
import type { RunCommand } from '../command-row.js';
import { printableJson } from '../host/printable.js';
import { refuseWords } from '../line/refuse-words.js';

/** A preset as its file has it, with its name. */
const asJson = ({ name, isOwn, title, look, shows, draft, interventions, breakpoints }: Preset): object => ({
  ...{ name, isOwn, title, look, shows },
  experiment: Object.fromEntries([...draft.given].map(([key, { value }]) => [key, value])),
  interventions,
  breakpoints,
});

/** Lists the presets in the order of the number keys. */
export const run: RunCommand = ({ out, warn, options, presets }, words) => {
  refuseWords('presets', words);
  const { presets: all, skipped } = presets.list();
  for (const reason of skipped) warn(`skipped: ${reason}`);
  if (options.json) {
    out(printableJson(all.map(asJson)));
    return 0;
  }
  const width = Math.max(...all.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  all.forEach(({ name, isOwn, title, look, shows }, index) => {
    const key = index < 9 ? String(index + 1) : ' ';
    out(
      `${key} ${name.padEnd(width)}  ${title}${isOwn ? '  (your own)' : ''}\n${indent}${look}\n${indent}${shows}`,
    );
  });
  return 0;
};
