import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, printableText } from '../../terminal/drawing.js';
import { wrapWords } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import { footerHeight, type Layout, placedPanels } from '../layout.js';

/** Text of an overlay: its title and what stands in it, each line of the width asked for at most. */
export type OverlayText = { readonly title: string; readonly lines: readonly Pieces[] };

/** A line of one role. */
export const plain = (text: string, role: Role = 'text'): Pieces => [[text, role]];

/** Text as lines of a width at most. */
export const wrapped = (text: string, width: number, drawing: Drawing, role: Role = 'text'): Pieces[] =>
  wrapWords(printableText(text, drawing), width).map((line) => plain(line, role));

/** Columns and rows of an overlay that are not its text: border, padding, title. */
export const overlayChrome = { columns: 4, rows: 3 } as const;

const widestOverlay = 76;

/** Where an overlay may stand on the screen. */
export type OverlayBox = {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
};

/** The middle of the screen, below the header and above the footer. */
export const wholeBox = ({
  columns,
  rows,
  header,
}: Pick<Layout, 'columns' | 'rows' | 'header'>): OverlayBox => {
  const width = Math.min(columns - 2, widestOverlay);
  return {
    ...{ left: Math.floor((columns - width) / 2), top: header.height },
    ...{ columns: width, rows: rows - header.height - footerHeight },
  };
};

/** Rows from which on a menu above the matrix is worth having. */
const leastRows = 11;

/** A place that leaves the matrix in sight: beside it, else above it, else over it where there is no room. */
export const boxBesideMatrix = (layout: Layout): OverlayBox => {
  const whole = wholeBox(layout);
  const matrix = placedPanels(layout).find(({ id }) => id === 'matrix');
  if (!matrix) return whole;
  if (matrix.left >= whole.columns)
    return { ...whole, left: Math.min(whole.left, matrix.left - whole.columns) };
  const above = matrix.top - whole.top;
  return above >= leastRows ? { ...whole, rows: above } : whole;
};

/** Lines and columns of text in an overlay. */
export const textSizeIn = ({ columns, rows }: OverlayBox) => ({
  columns: columns - overlayChrome.columns,
  rows: rows - overlayChrome.rows,
});
