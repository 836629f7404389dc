import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, printableText } from '../../terminal/drawing.js';
import { wrapWords } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import { footerHeight, type Layout } from '../layout.js';

/** Text of an overlay: its title and what stands in it, each line of the width asked for at most. */
export type OverlayText = { readonly title: string; readonly lines: readonly Pieces[] };

/** A line of one role. */
export const plain = (text: string, role: Role = 'text'): Pieces => [[text, role]];

/** Text as lines of a width at most. */
export const wrapped = (text: string, width: number, drawing: Drawing, role: Role = 'text'): Pieces[] =>
  wrapWords(printableText(text, drawing), width).map((line) => plain(line, role));

/** Columns and rows of an overlay that are not its text: border, padding, title. */
export const overlayChrome = { columns: 4, rows: 3 } as const;

/** Lines of text in an overlay of the greatest height, below the header and above the footer. */
export const overlayTextRows = ({ rows, header }: Pick<Layout, 'rows' | 'header'>): number =>
  rows - header.height - footerHeight - overlayChrome.rows;

const widestOverlay = 76;

/** Columns of an overlay, its chrome among them. */
export const overlayColumns = (columns: number): number => Math.min(columns - 2, widestOverlay);

/** Columns of text in an overlay. */
export const overlayTextColumns = (columns: number): number =>
  overlayColumns(columns) - overlayChrome.columns;
