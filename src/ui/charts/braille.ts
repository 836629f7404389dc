import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import type { Role } from '../terminal/theme.js';

const blankBraille = 0x2800;

/** Bits of the dots of a braille cell, by row and column. */
export const dotsOfCell = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** The braille character of these dots. */
export const brailleOf = (dots: number): string => String.fromCodePoint(blankBraille + dots);

/** A place in a plot: both from 0 to 1, the origin at the lower left. */
export type PlotPoint = { readonly x: number; readonly y: number };

const clamp = (value: number): number => Math.max(0, Math.min(1, value));

const asciiGlyphs = [...' .:*#'];

/** Paints points, eight a cell in braille; in the ASCII set the cell's character grows with their number. */
export const paintPoints = (
  canvas: Canvas,
  points: readonly PlotPoint[],
  drawing: Drawing,
  role: Role,
): void => {
  const cells = new Uint8Array(canvas.width * canvas.height);
  const counts = new Uint32Array(cells.length);
  for (const { x, y } of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const column = Math.round(clamp(x) * (2 * canvas.width - 1));
    const row = Math.round((1 - clamp(y)) * (4 * canvas.height - 1));
    const cell = (row >> 2) * canvas.width + (column >> 1);
    cells[cell] |= dotsOfCell[row & 3][column & 1];
    counts[cell]++;
  }
  cells.forEach((dots, cell) => {
    if (dots === 0) return;
    const glyph =
      drawing.name === 'utf8' ? brailleOf(dots) : asciiGlyphs[Math.min(asciiGlyphs.length - 1, counts[cell])];
    canvas.text(cell % canvas.width, Math.floor(cell / canvas.width), glyph, role);
  });
};
