import { newestWord, runNames } from '../../log/index.js';
import type { RunCommand } from '../command-row.js';

/** Prints a word for each run in the log folder, without reading their logs. */
export const run: RunCommand = ({ out, logParent }) => {
  for (const name of [newestWord, ...runNames(logParent())]) out(name);
  return 0;
};
