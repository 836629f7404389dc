import type { Canvas } from '../../terminal/cells.js';
import type { Drawing } from '../../terminal/drawing.js';
import type { Role } from '../../terminal/theme.js';
import { brailleOf, dotsOfCell } from '../braille.js';
import { paintLine, type Scale } from '../chart.js';
import type { LineDrawing } from '../line-drawing.js';
import type { TimeLine } from './line-over-time.js';

/** Draws lines into a plot. */
export type Pen = {
  /** Values that a line takes from the left edge to the right: one a column, or two where it draws finely. */
  readonly places: number;
  /** Draws one value a place. A later line lies above the earlier ones. */
  line(line: TimeLine, role: Role): void;
};

/** Rows from which asciichart's lines have height enough. */
const plainFrom = 8;

const isFine = (choice: LineDrawing, rows: number, { name }: Drawing): boolean =>
  name === 'utf8' && (choice === 'braille' || (choice === 'auto' && rows < plainFrom));

/** asciichart's hand, or braille as the choice and the height of the plot have it. */
export const penFor = (plot: Canvas, scale: Scale, drawing: Drawing, choice: LineDrawing): Pen =>
  isFine(choice, plot.height, drawing)
    ? braillePen(plot, scale)
    : {
        places: plot.width,
        line: (line, role) => paintLine(plot, line, scale, drawing, role),
      };

/** Rows of dots from the top to a value, so that a value stands in the same cell as in a plain line. */
const dotRowOf = (value: number, { low, high }: Scale, rows: number): number => {
  const height = Math.max(0, Math.min(1, (value - low) / (high - low)));
  return rows === 1 ? Math.round(3 * (1 - height)) : Math.round(4 * (rows - 1) * (1 - height) + 1.5);
};

const braillePen = (plot: Canvas, scale: Scale): Pen => {
  const { width, height } = plot;
  const dots = new Uint8Array(width * height);
  const dot = (place: number, row: number, role: Role): void => {
    const [x, y] = [place >> 1, row >> 2];
    dots[y * width + x] |= dotsOfCell[row & 3][place & 1];
    plot.text(x, y, brailleOf(dots[y * width + x]), role);
  };
  return {
    places: 2 * width,
    line: ({ values, starts }, role) => {
      let before: number | null = null;
      values.forEach((value, place) => {
        if (starts.has(place)) before = null;
        if (Number.isNaN(value)) {
          before = null;
          return;
        }
        const row = dotRowOf(value, scale, height);
        const from = before === null ? row : before + Math.sign(row - before);
        for (let at = Math.min(from, row); at <= Math.max(from, row); at++) dot(place, at, role);
        before = row;
      });
    },
  };
};
