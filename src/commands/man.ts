import type { RunCommand } from './command-row.js';
import { manPage } from './line/man-page.js';
import { refuseWords } from './line/refuse-words.js';

/** Prints the manual page. */
export const run: RunCommand = ({ out, commands }, words) => {
  refuseWords('man', words);
  out(manPage(commands));
  return 0;
};
