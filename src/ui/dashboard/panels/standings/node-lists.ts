import type { Standing, TeacherStanding } from '../../../../store/index.js';
import { type Pieces, widthOf } from '../../../screen/panel-frame.js';
import type { Drawing } from '../../../terminal/drawing.js';
import type { Role } from '../../../terminal/theme.js';
import { type NodeName, nodeNames, nodesOf, notLearned } from './standing-lists.js';
import { standingRole, standingSign, standingWord } from './standing-signs.js';

/** What signs are called, and whether nodes that several have learned have their number. */
type Detail = { readonly words: 'long' | 'short' | 'none'; readonly learners: boolean };

/** From the whole to what fits nearly anywhere. */
const details: readonly Detail[] = [
  { words: 'long', learners: true },
  { words: 'short', learners: true },
  { words: 'none', learners: true },
  { words: 'none', learners: false },
];

/** The teacher nodes of a standing, and what their list begins with. */
type NodeList = {
  readonly standing: Standing;
  readonly label: Pieces;
  readonly role: Role;
  readonly names: readonly NodeName[];
  /** What stands between two names: a blank where a number ends the first, so that the second is not taken for its rest. */
  readonly between: ',' | ' ';
};

const labelOf = (standing: Standing, drawing: Drawing, { words }: Detail): Pieces => {
  const word = words === 'short' && standing === 'one' ? 'one' : standingWord(standing);
  return [
    [`${standingSign(standing, drawing)} `, standingRole(standing)],
    ...(words === 'none' ? [] : ([[`${word} `, 'dim']] as const)),
  ];
};

/** Standings as lists of teacher nodes have them: learned ones first. */
export const learnedStandings = ['several', 'one'] as const;
export const listedStandings = [...learnedStandings, ...notLearned] as const;

const listsOf = ({ standings, wanted, drawing }: NodeLists, detail: Detail): NodeList[] =>
  wanted.flatMap((standing): NodeList[] => {
    const nodes = nodesOf(standings, standing);
    if (nodes.length === 0) return [];
    const sign = standingSign(standing, drawing);
    const list = { standing, label: labelOf(standing, drawing, detail), role: standingRole(standing) };
    if (standing !== 'several' || !detail.learners)
      return [{ ...list, names: nodeNames(nodes), between: ',' }];
    const names = nodes.map((node) => ({ text: `${node}${sign}${standings[node].learners}`, nodes: 1 }));
    return [{ ...list, names, between: ' ' }];
  });

/** What stands in one piece where a list is broken into lines, and the columns before it within a line. */
type Token = { readonly pieces: Pieces; readonly gap: 0 | 1 | 2 };

/** "◐ t0-2," "4," "9": the letter once a list; of a list that is cut how many nodes are missing. */
const tokensOf = ({ label, names, role, between }: NodeList, shown: number, more: number): Token[] => {
  const tokens = names.slice(0, shown).map(({ text }, at): Token => {
    const name = `${at === 0 ? 't' : ''}${text}${at < shown - 1 ? between.trim() : ''}`;
    if (at === 0) return { pieces: [...label, [name, role]], gap: 2 };
    return { pieces: [[name, role]], gap: between === ' ' ? 1 : 0 };
  });
  return more === 0 ? tokens : [...tokens, { pieces: [[`${more} more`, 'dim']], gap: 1 }];
};

/** Tokens in lines of a width. */
const brokenIntoLines = (tokens: readonly Token[], width: number): Pieces[] => {
  const lines: Pieces[number][][] = [];
  let taken = 0;
  for (const { pieces, gap } of tokens) {
    const columns = widthOf(pieces);
    const last = lines.at(-1);
    if (last && taken + gap + columns <= width) {
      last.push([' '.repeat(gap), 'dim'], ...pieces);
      taken += gap + columns;
    } else {
      lines.push([...pieces]);
      taken = columns;
    }
  }
  return lines;
};

/** Lists in lines of a width: one goes on in a line only where all of it fits. */
const packedIntoLines = (lists: readonly (readonly Token[])[], width: number): Pieces[] => {
  const lines: Pieces[] = [];
  for (const tokens of lists) {
    const last = lines.at(-1);
    const joined = last ? brokenIntoLines([{ pieces: last, gap: 2 }, ...tokens], width) : [];
    if (joined.length === 1) lines.splice(-1, 1, joined[0]);
    else lines.push(...brokenIntoLines(tokens, width));
  }
  return lines;
};

/** Lists cut until they fit, the longest of nodes that are not learned first: each keeps a name, and says how many it lacks. */
const cutLines = (lists: readonly NodeList[], width: number, rows: number): Pieces[] => {
  const shown = lists.map(({ names }) => names.length);
  const longest = (isCut: (list: NodeList) => boolean): number =>
    shown.reduce(
      (best, count, at) => (isCut(lists[at]) && count > Math.max(1, shown[best] ?? 1) ? at : best),
      -1,
    );
  for (;;) {
    const tokens = lists.flatMap((list, at) => {
      const more = list.names.slice(shown[at]).reduce((sum, { nodes }) => sum + nodes, 0);
      return tokensOf(list, shown[at], more);
    });
    const lines = brokenIntoLines(tokens, width);
    const unlearned = longest(({ standing }) => notLearned.some((each) => each === standing));
    const cut = unlearned >= 0 ? unlearned : longest(() => true);
    if (lines.length <= rows || cut < 0) return lines;
    shown[cut]--;
  }
};

/** What is listed: teacher nodes of a layer of the standings that are wanted. */
export type NodeLists = {
  readonly standings: readonly TeacherStanding[];
  readonly wanted: readonly Standing[];
  readonly drawing: Drawing;
};

/**
 * Lists of teacher nodes in lines of a width: in the first detail in which all fits into the rows, a list a line, whole
 * lists side by side, or one after the other; cut where none does.
 */
export const nodeListLines = (all: NodeLists, width: number, rows: number): Pieces[] => {
  for (const detail of details) {
    const tokens = listsOf(all, detail).map((list) => tokensOf(list, list.names.length, 0));
    const choices = [
      tokens.flatMap((each) => brokenIntoLines(each, width)),
      packedIntoLines(tokens, width),
      brokenIntoLines(tokens.flat(), width),
    ];
    const fitting = choices.find((lines) => lines.length <= rows);
    if (fitting) return fitting;
  }
  return cutLines(listsOf(all, { words: 'none', learners: true }), width, rows);
};
