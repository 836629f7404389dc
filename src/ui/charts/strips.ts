import { isSpecialized } from '../../net/index.js';
import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import type { Role } from '../terminal/theme.js';

/** A best match over time: one value a column, NaN where there is none. */
export type Strip = readonly number[];

/** Strips that share a row: so many that all have a place. */
export const stripsARow = (strips: number, rows: number): number =>
  Math.max(1, Math.ceil(strips / Math.max(1, rows)));

/** Below the threshold the glyph alone tells how far: shades of grey besides would cost a slow link more than they say. */
const belowRole: Role = 'unlearned';

/** Darker the nearer to the threshold. */
const shadeOf = (value: number, threshold: number, { heat }: Drawing): string =>
  heat[
    Math.max(0, Math.min(heat.length - 1, Math.floor((threshold > 0 ? value / threshold : 0) * heat.length)))
  ];

const paintStrip = (
  canvas: Canvas,
  y: number,
  values: readonly number[],
  threshold: number,
  drawing: Drawing,
): void => {
  let wasAbove = false;
  values.forEach((value, x) => {
    if (Number.isNaN(value)) return;
    const isAbove = isSpecialized(value, threshold);
    // A run that starts above the threshold has not crossed it.
    const isCrossing = isAbove && !wasAbove && x > 0;
    if (isAbove) canvas.text(x, y, isCrossing ? drawing.crossing : drawing.strip, 'specialized');
    else canvas.text(x, y, shadeOf(value, threshold, drawing), belowRole);
    wasAbove = isAbove;
  });
};

/** Two strips in one row: which of them are above the threshold, the mean shade where neither is. */
const paintPair = (
  canvas: Canvas,
  y: number,
  [upper, lower]: readonly (readonly number[])[],
  threshold: number,
  drawing: Drawing,
): void =>
  upper.forEach((value, x) => {
    const [isUpper, isLower] = [value, lower[x]].map((each) => isSpecialized(each, threshold));
    const [onlyUpper, onlyLower, both] = drawing.stripPair;
    const glyph = isUpper && isLower ? both : isUpper ? onlyUpper : onlyLower;
    if (isUpper || isLower) canvas.text(x, y, glyph, 'specialized');
    else if (!Number.isNaN(value + lower[x]))
      canvas.text(x, y, shadeOf((value + lower[x]) / 2, threshold, drawing), belowRole);
  });

/** How many of so many are above the threshold: a bar by their share, in ASCII their number; full where all are. */
const shareGlyph = (above: number, all: number, drawing: Drawing): string => {
  if (above === all) return drawing.stripPair[2];
  if (drawing.name === 'ascii') return String(Math.min(9, above));
  return drawing.spark[Math.max(0, Math.floor((above / all) * drawing.spark.length) - 1)];
};

/** Several strips in one row: the share of them that is above the threshold, the mean shade where none is. */
const paintShare = (
  canvas: Canvas,
  y: number,
  strips: readonly (readonly number[])[],
  threshold: number,
  drawing: Drawing,
): void =>
  strips[0].forEach((_, x) => {
    const values = strips.map((strip) => strip[x]).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return;
    const above = values.filter((value) => isSpecialized(value, threshold)).length;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (above > 0) canvas.text(x, y, shareGlyph(above, values.length, drawing), 'specialized');
    else canvas.text(x, y, shadeOf(mean, threshold, drawing), belowRole);
  });

/**
 * Strips one below the other, shaded by their values, full from the threshold on with a sign where they cross it. Where
 * there are fewer rows than strips neighbours share one.
 */
export const paintStrips = (
  canvas: Canvas,
  strips: readonly Strip[],
  threshold: number,
  drawing: Drawing,
): void => {
  const each = stripsARow(strips.length, canvas.height);
  for (let first = 0, y = 0; first < strips.length; first += each, y++) {
    const values = strips.slice(first, first + each);
    if (values.length === 1) paintStrip(canvas, y, values[0], threshold, drawing);
    else if (values.length === 2) paintPair(canvas, y, values, threshold, drawing);
    else paintShare(canvas, y, values, threshold, drawing);
  }
};
