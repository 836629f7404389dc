import type { Canvas } from '../terminal/cells.js';
import { type Drawing, shorten } from '../terminal/drawing.js';
import { columnsOf } from '../terminal/text-width.js';
import type { Role } from '../terminal/theme.js';

/** Pieces of text, each in its role, written one after the other. */
export type Pieces = readonly (readonly [text: string, role: Role])[];

/** Columns of pieces. */
export const widthOf = (pieces: Pieces): number => pieces.reduce((sum, [text]) => sum + columnsOf(text), 0);

/** Writes pieces from column x on and returns the column after them. */
export const writePieces = (canvas: Canvas, x: number, y: number, pieces: Pieces): number =>
  pieces.reduce((column, [text, role]) => canvas.text(column, y, text, role), x);

/** The first variant that fits into a width; none if none does. */
export const firstFitting = (width: number, variants: readonly Pieces[]): Pieces =>
  variants.find((pieces) => widthOf(pieces) <= width) ?? [];

/** How panels of a screen are framed. */
export type FrameLook = {
  readonly drawing: Drawing;
  /** Whether by a border all around; otherwise only by a rule above. */
  readonly framed: boolean;
};

export type FrameOptions = {
  readonly title: string;
  /** Whether the panel has the focus. */
  readonly isFocused?: boolean;
  /** Said at the right end of the title line: the first of these that fits. */
  readonly aside?: readonly Pieces[];
};

/** Draws a panel's border or rule with its title, and returns the canvas inside. */
export const paintFrame = (canvas: Canvas, look: FrameLook, options: FrameOptions): Canvas => {
  const { drawing, framed } = look;
  const focused = options.isFocused ?? false;
  const role: Role = focused ? 'focus' : 'rule';
  canvas.text(0, 0, drawing.horizontal.repeat(canvas.width), role);
  if (framed) paintBorder(canvas, drawing, role);
  const title = ` ${focused ? drawing.right : ''}${options.title} `;
  const end = canvas.text(2, 0, shorten(title, canvas.width - 4, drawing), focused ? 'focus' : 'title');
  const room = canvas.width - end - (framed ? 5 : 4);
  const aside = firstFitting(room, options.aside ?? []);
  const asideWidth = widthOf(aside);
  if (asideWidth > 0) {
    const start = canvas.width - asideWidth - (framed ? 4 : 3);
    canvas.put(start, 0, 0x20, 'text');
    canvas.put(writePieces(canvas, start + 1, 0, aside), 0, 0x20, 'text');
  }
  return framed
    ? canvas.region(2, 1, canvas.width - 4, canvas.height - 2)
    : canvas.region(0, 1, canvas.width, canvas.height - 1);
};

const paintBorder = (canvas: Canvas, drawing: Drawing, role: Role): void => {
  const [topLeft, topRight, bottomLeft, bottomRight] = drawing.corners;
  const right = canvas.width - 1;
  const bottom = canvas.height - 1;
  canvas.text(0, bottom, drawing.horizontal.repeat(canvas.width), role);
  for (let y = 1; y < bottom; y++) {
    canvas.text(0, y, drawing.vertical, role);
    canvas.text(right, y, drawing.vertical, role);
  }
  canvas.text(0, 0, topLeft, role);
  canvas.text(right, 0, topRight, role);
  canvas.text(0, bottom, bottomLeft, role);
  canvas.text(right, bottom, bottomRight, role);
};
