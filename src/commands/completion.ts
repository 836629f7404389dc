import type { RunCommand } from './command-row.js';
import { completionScript } from './line/completion-script.js';

/** Prints what a shell reads to complete the command line. */
export const run: RunCommand = ({ out, commands }, words) => {
  out(completionScript(words, commands));
  return 0;
};
