import { type Standing, standingsOf, type TeacherStanding } from '../../../../store/index.js';
import { type Pieces, widthOf, writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import type { Drawing } from '../../../terminal/drawing.js';
import type { Scene } from '../../scene.js';
import { nodesOf, notLearned, numberRanges } from '../standing-lists.js';
import { standingRole, standingSign, standingWord } from '../standing-signs.js';

/** What stands in one piece where a list is broken into lines, and the columns before it within a line. */
type Token = { readonly pieces: Pieces; readonly gap: 1 | 2 };

/** What signs are called, and whether nodes that several have learned have their number, and those not learned their names. */
type Detail = {
  readonly words: 'long' | 'short' | 'none';
  readonly learners: boolean;
  readonly names: boolean;
};

/** From the whole to what fits nearly anywhere. */
const details: readonly Detail[] = [
  { words: 'long', learners: true, names: true },
  { words: 'short', learners: true, names: true },
  { words: 'none', learners: true, names: true },
  { words: 'short', learners: true, names: false },
  { words: 'none', learners: true, names: false },
  { words: 'short', learners: false, names: true },
  { words: 'short', learners: false, names: false },
];

const wordOf = (standing: Standing, { words }: Detail): Pieces => {
  if (words === 'none') return [];
  const isShort = words === 'short' && standing === 'one';
  return [[isShort ? 'one ' : `${standingWord(standing)} `, 'dim']];
};

const tokensOf = (standings: readonly TeacherStanding[], drawing: Drawing, detail: Detail): Token[][] =>
  (['several', 'one', ...notLearned] as const).map((standing): Token[] => {
    const nodes = nodesOf(standings, standing);
    if (nodes.length === 0) return [];
    const role = standingRole(standing);
    const sign = standingSign(standing, drawing);
    if (!detail.names && notLearned.some((each) => each === standing)) {
      const count: Pieces[number] = [`${sign} ${nodes.length}`, role];
      return [{ pieces: [count, [` ${standingWord(standing)}`, 'dim']], gap: 2 }];
    }
    const names =
      standing === 'several' && detail.learners
        ? nodes.map((teacher) => `${teacher}${sign}${standings[teacher].learners}`)
        : numberRanges(nodes);
    return names.map((name, at) =>
      at === 0
        ? { pieces: [[`${sign} `, role], ...wordOf(standing, detail), [name, role]], gap: 2 }
        : { pieces: [[name, role]], gap: 1 },
    );
  });

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

/** The first detail in which all fits into the rows, a list a line or one after the other; the least where none does. */
const linesThatFit = (
  standings: readonly TeacherStanding[],
  drawing: Drawing,
  width: number,
  rows: number,
): Pieces[] => {
  let lines: Pieces[] = [];
  for (const detail of details) {
    const lists = tokensOf(standings, drawing, detail);
    for (const tokens of [lists, [lists.flat()]]) {
      lines = tokens.flatMap((list) => brokenIntoLines(list, width));
      if (lines.length <= rows) return lines;
    }
  }
  return lines;
};

/**
 * Every teacher node of the layer on display by its standing: which are learned, by how many student nodes, and which are
 * not. Shown where the tables do not have a row for each.
 */
export const paintOverview = (canvas: Canvas, { state, view, drawing }: Scene): void => {
  const { width, height } = canvas;
  const lines = linesThatFit(standingsOf(state, view.layer), drawing, width - 1, height);
  for (const [y, pieces] of lines.slice(0, height).entries()) writePieces(canvas, 1, y, pieces);
  if (lines.length > height) canvas.textBefore(width, height - 1, drawing.ellipsis, 'dim');
};
