import { isResumable, type RunList, type RunRecord } from '../../../protocol/index.js';
import { compact, runListLines } from '../../../words/index.js';
import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, printableText, shorten } from '../../terminal/drawing.js';
import { columnsOf, padded } from '../../terminal/text-width.js';
import { scrollWindow } from '../scene.js';
import { type OverlayText, plain, wrapped } from './overlay-text.js';
import { chosenAt, type RunsOverlay, searchRuns } from './run-search.js';

/** What the list of runs shows besides the list. */
export type RunListShown = {
  readonly list: RunList | null;
  /** Folder of the run on display; null where it has none. */
  readonly current: string | null;
  /** Folders of runs that are laid over it. */
  readonly laid: readonly string[];
  /** Whether a stopped run can be gone on with from here. */
  readonly canGoOn: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Columns that the list does without where there is no room, the first one first. */
const dispensable = ['title', 'size', 'seed', 'n/m', 'age', 'step'];

/** Terminal columns that a name has at most: long ones would leave no room for the rest. */
const longestName = 36;

const fittingLines = (
  found: readonly RunRecord[],
  { list, now }: RunListShown,
  width: number,
  drawing: Drawing,
): string[] => {
  const measure = {
    shown: (text: string) => printableText(text, drawing),
    columnsOf,
    shorten: (text: string, columns: number) => shorten(text, columns, drawing),
  };
  for (let left = 1; left <= dispensable.length; left++) {
    const without = dispensable.slice(0, left);
    const lines = runListLines(found, list?.runs ?? [], { now, measure, without, longestName });
    if (lines.every((line) => columnsOf(line) <= width - 2) || left === dispensable.length) return lines;
  }
  return [];
};

/** What enter does with a run. */
export const choiceWords = (run: RunRecord, { current, canGoOn }: RunListShown): string => {
  if (run.folder === current) return 'it is on display';
  return canGoOn && isResumable(run) ? 'enter goes on with it' : 'enter watches it';
};

/** What tab does with a run; nothing with the one on display. */
const layWords = ({ folder }: RunRecord, { current, laid }: RunListShown): readonly string[] => {
  if (folder === current) return [];
  return [laid.includes(folder) ? 'tab takes it away' : 'tab lays it over'];
};

const aboutRun = (run: RunRecord, shown: RunListShown, width: number, drawing: Drawing): Pieces[] => {
  const { title, seed, overRealization, threshold, engine, bytes } = run;
  const facts = [
    title,
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(overRealization === null ? [] : [`${Number(overRealization.toPrecision(3))}x`]),
    `learned at ${threshold}`,
    engine,
    `${compact(bytes)}B`,
  ];
  return [
    ...wrapped(facts.join('  '), width, drawing, 'dim').slice(0, 2),
    plain(
      shorten([choiceWords(run, shown), ...layWords(run, shown), 'esc closes'].join('  '), width, drawing),
      'dim',
    ),
  ];
};

const nothingFound = ({ list }: RunListShown): string => {
  if (list === null) return 'reading the log folder';
  return list.runs.length === 0 ? 'no runs in the log folder' : 'no run has that';
};

/** The runs that match the search, the one on display marked, with what can be said of the chosen one. */
export const runOverlayLines = (
  overlay: RunsOverlay,
  shown: RunListShown,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const { list, current, laid } = shown;
  const found = searchRuns(list, overlay.query);
  const at = chosenAt(found, overlay);
  const chosen = found[at];
  const about = chosen ? aboutRun(chosen, shown, width, drawing) : [];
  const room = Math.max(1, height - 2 - about.length);
  const { from, to } = scrollWindow(at - Math.floor(room / 2), room, found.length);
  const [head, ...lines] = fittingLines(found, shown, width, drawing);
  const rows = lines.slice(from, to).map((line, index): Pieces => {
    const { folder } = found[from + index];
    const mark = folder === current ? drawing.right : laid.includes(folder) ? '+' : ' ';
    const text = padded(shorten(`${mark} ${line}`, width, drawing), width);
    return plain(text, from + index === at ? 'selected' : 'text');
  });
  const search: Pieces = [
    ['search: ', 'dim'],
    [
      overlay.query === '' ? 'type to search' : `${printableText(overlay.query, drawing)}_`,
      overlay.query === '' ? 'dim' : 'key',
    ],
  ];
  return {
    title: `runs ${found.length} of ${list?.runs.length ?? 0}`,
    lines: [
      search,
      found.length > 0
        ? plain(shorten(`  ${head}`, width, drawing), 'dim')
        : plain(nothingFound(shown), list === null ? 'dim' : 'alarm'),
      ...rows,
      ...about,
    ],
  };
};
