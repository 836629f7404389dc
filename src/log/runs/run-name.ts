import { basename } from 'node:path';
import { nearestName, UserError } from '../../input/index.js';
import { builtIn } from '../../package/index.js';
import type { Header, RunRecord } from '../../protocol/index.js';

/** Letters with their marks, and digits; what else there is becomes a dash. At most 180 bytes, no character cut in two. */
const slug = (text: string): string =>
  text
    .replace(/^.*[/\\]/s, '')
    .replace(/\.json$/, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replace(/\p{Cs}$/u, '')
    .replace(/^-|-$/g, '') || 'run';

/** What the folder of a run is called, where no other has that name: date, preset and seed. */
export const runFolderName = ({ startedAt, preset, experiment }: Header): string =>
  `${startedAt.slice(0, 19).replace(/:/g, '-')}-${slug(preset)}-seed${experiment.seed}`;

const ownName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-(.+)-seed\d+(?:-\d+)?$/;

/**
 * A short name for the run in a folder: the preset and four letters or digits of its own, which follow from the folder's name, so
 * that it stays whatever becomes of other runs. A folder that somebody else has named keeps its name.
 */
export const shortName = (folderName: string): string => {
  const preset = ownName.exec(folderName)?.[1];
  if (preset === undefined) return folderName;
  const digest = builtIn.crypto().createHash('sha256').update(folderName).digest().readUIntBE(0, 6);
  return `${preset}-${digest.toString(36).slice(-4)}`;
};

/** The word that stands for the newest run. */
export const newestWord = 'last';

const mostNamed = 8;

const namesOf = ({ name, folder }: RunRecord): readonly string[] => [name, basename(folder)];

/** Names that tell runs apart, as many as a line holds. */
const listed = (runs: readonly RunRecord[]): string => {
  const areApart = new Set(runs.map(({ name }) => name)).size === runs.length;
  const names = runs.slice(0, mostNamed).map(({ name, folder }) => (areApart ? name : basename(folder)));
  const others = runs.length - names.length;
  return others > 0 ? `${names.join(', ')} or ${others} others` : names.join(', ');
};

/** The runs that a word may mean: those called so, else those whose names begin so. */
const meantBy = (word: string, runs: readonly RunRecord[]): readonly RunRecord[] => {
  const called = runs.filter((run) => namesOf(run).includes(word));
  if (called.length > 0) return called;
  return runs.filter((run) => namesOf(run).some((name) => name.startsWith(word)));
};

/**
 * The run that a word means among a folder's, the newest first: its short name, its folder's, a beginning that no other
 * has, its number in the list from 1, or "last". Errors: UserError that names the candidates.
 */
export const findRun = (word: string, runs: readonly RunRecord[], folder: string): RunRecord => {
  const numbered = word === newestWord ? runs[0] : /^\d+$/.test(word) ? runs[Number(word) - 1] : undefined;
  if (numbered) return numbered;
  const meant = word === '' ? [] : meantBy(word, runs);
  if (meant.length === 1) return meant[0];
  if (meant.length > 1)
    throw new UserError(
      `"${word}": got a name that ${meant.length} runs begin with, allowed: one of ${listed(meant)}`,
    );
  if (runs.length === 0) throw new UserError(`"${word}": no such file, and no runs in ${folder}`);
  const beginnings = runs.map(({ name }) => name.replace(/-[^-]*$/, ''));
  const nearest = nearestName(word, [...runs.flatMap(namesOf), ...beginnings]);
  const advice = nearest === undefined ? 'see teachtop runs' : `did you mean ${nearest}?`;
  throw new UserError(`"${word}": no such file, and no such run in ${folder}; ${advice}`);
};
