import type { RunCommand } from '../command-row.js';

/** Prints the name of each preset of the user's own. */
export const run: RunCommand = ({ out, presets }) => {
  for (const name of presets.ownNames()) out(name);
  return 0;
};
