import { lstatSync } from 'node:fs';
import { findRun, newestWord, RunCatalog } from '../../log/index.js';
import type { RunRecord } from '../../protocol/index.js';
import type { Context } from '../command-row.js';

/** Whether a word is a path: there is such a file, it is standard input, or it has a slash, which no name of a run has. */
const isPath = (word: string): boolean =>
  word === '-' || word.includes('/') || lstatSync(word, { throwIfNoEntry: false }) !== undefined;

/**
 * The paths that words on the command line mean: themselves, or the folders of the runs of that name, beginning or number
 * in `teachtop runs`, or by "last" of the newest one that can be meant. Errors: UserError for a word that is neither.
 */
export const runPaths = async (
  words: readonly string[],
  { logParent }: Pick<Context, 'logParent'>,
  isMeant: (run: RunRecord) => boolean = () => true,
): Promise<string[]> => {
  if (words.every(isPath)) return [...words];
  const folder = logParent();
  const { runs } = await new RunCatalog(folder).list();
  const newest = runs.find(isMeant);
  return words.map((word) => {
    if (isPath(word)) return word;
    return (word === newestWord && newest ? newest : findRun(word, runs, folder)).folder;
  });
};

/** The path that one word means. Errors: UserError. */
export const runPath = async (
  word: string,
  context: Pick<Context, 'logParent'>,
  isMeant?: (run: RunRecord) => boolean,
): Promise<string> => {
  const [path] = await runPaths([word], context, isMeant);
  return path;
};
