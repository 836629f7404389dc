import type { Scale } from '../chart.js';
import { multiplesOf } from './round-steps.js';

/** A scale on which ticks stand equally many rows apart. */
export type TickedScale = { readonly scale: Scale; readonly ticks: readonly number[] };

/** What rounding may have taken or added, in steps. */
const hair = 1e-9;

/** Rows between two ticks at least, so that labels do not crowd. */
const leastRowsApart = 2;

/** How much wider a scale with only two ticks counts: one with more is worth some rows. */
const fewTicksFactor = 1.4;

const costOf = ({ scale, ticks }: TickedScale): number =>
  (scale.high - scale.low) * (ticks.length < 3 ? fewTicksFactor : 1);

/**
 * The tightest scale of so many rows that holds the range and has its ticks, multiples of one of the steps, on rows
 * equally far apart; null where no step gives two ticks. `rows` 2 or more.
 */
export const tickedScale = (
  { low: least, high: most }: Scale,
  rows: number,
  steps: readonly number[],
): TickedScale | null => {
  let best: TickedScale | null = null;
  for (const step of steps)
    for (let apart = Math.min(leastRowsApart, rows - 1); apart < rows; apart++) {
      const ofRow = step / apart;
      // Ticks, or the middles between them: a scale that began on any row would move with every new extreme.
      const grid = apart % 2 === 0 ? step / 2 : step;
      const low = Math.floor(least / grid + hair) * grid;
      const high = low + (rows - 1) * ofRow;
      if (high < most - hair * step) continue;
      const ticks = multiplesOf(step, low, high);
      const found = { scale: { low, high: Math.max(high, most) }, ticks };
      if (ticks.length >= 2 && (best === null || costOf(found) < costOf(best) - hair * step)) best = found;
    }
  return best;
};
