import { isShown } from '../../input/index.js';
import { newestWord, runNames } from '../../log/index.js';
import type { RunCommand } from '../command-row.js';

/** Prints a word for each run in the log folder, without reading their logs; not those that no line can hold. */
export const run: RunCommand = ({ out, logParent }) => {
  for (const name of [newestWord, ...runNames(logParent())].filter(isShown)) out(name);
  return 0;
};
