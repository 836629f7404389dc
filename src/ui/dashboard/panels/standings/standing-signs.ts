import type { CellClass, Standing } from '../../../../store/index.js';
import type { Pieces } from '../../../screen/panel-frame.js';
import type { Drawing } from '../../../terminal/drawing.js';
import type { Role } from '../../../terminal/theme.js';

const words: Readonly<Record<Standing, string>> = {
  one: 'one student',
  several: 'several',
  lost: 'lost',
  partial: 'on its way',
  none: 'unlearned',
};

/** In the order of legends and counts. */
export const allStandings = ['one', 'several', 'partial', 'lost', 'none'] as const;

export const standingWord = (standing: Standing): string => words[standing];

/** How a standing is told apart without colour. */
export const standingSign = (standing: Standing, drawing: Drawing): string =>
  ({
    one: drawing.one,
    several: drawing.several,
    lost: drawing.lost,
    partial: drawing.partial,
    none: drawing.unlearned,
  })[standing];

/** One saturated colour above the threshold, greys below it. */
export const standingRole = (standing: Standing): Role =>
  (
    ({
      one: 'specialized',
      several: 'specialized',
      lost: 'lost',
      partial: 'partial',
      none: 'unlearned',
    }) as const
  )[standing];

/** A sign and what it means; `more` is said of it, too. */
export const signMeaning = (standing: Standing, drawing: Drawing, more = ''): Pieces => [
  [standingSign(standing, drawing), standingRole(standing)],
  [` ${words[standing]}${more} `, 'dim'],
];

/** The sign of a cell of the matrix, and its role. */
export const cellSign = (cell: CellClass, drawing: Drawing): readonly [string, Role] =>
  cell === 'none' ? [drawing.none, 'heat0'] : [standingSign(cell, drawing), standingRole(cell)];
