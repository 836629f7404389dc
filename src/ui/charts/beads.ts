import type { Canvas } from '../terminal/cells.js';
import type { Role } from '../terminal/theme.js';
import { rowOf, type Scale } from './chart.js';

/** Columns from one bead of a line to its next. */
const spacing = 8;

/** A sign on a line every few columns, the first one in the column `from`. */
export type Bead = { readonly sign: string; readonly role: Role; readonly from: number };

/** Puts beads on a line, so that it is seen where others cover it. `values`: evenly over the plot; NaN is a gap. */
export const paintBeads = (
  plot: Canvas,
  values: readonly number[],
  scale: Scale,
  { sign, role, from }: Bead,
): void => {
  for (let column = from; column < plot.width; column += spacing) {
    const value = values[Math.floor((column * values.length) / plot.width)];
    if (value !== undefined && !Number.isNaN(value))
      plot.text(column, rowOf(value, scale, plot.height), sign, role);
  }
};
