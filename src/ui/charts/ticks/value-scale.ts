import type { Scale } from '../chart.js';
import { multiplesOf } from './round-steps.js';

/** A scale on which ticks stand equally many rows apart. */
export type TickedScale = { readonly scale: Scale; readonly ticks: readonly number[] };

/** What rounding may have taken or added, in steps. */
const hair = 1e-9;

/** Rows between two ticks at least, so that labels do not crowd. */
const leastRowsApart = 2;

/** How much wider a scale with only two ticks counts: one with more is worth some rows. */
const fewTicksFactor = 1.2;

const costOf = ({ scale, ticks }: TickedScale, fewTicks: number): number =>
  (scale.high - scale.low) * (ticks.length < 3 ? fewTicks : 1);

/** Share of its rows that a scale may leave empty before another is looked for. */
const mostEmpty = 1 / 4;

/** Whether a range fills the rows of a scale as far as it can be asked to. */
export const isFilled = (scale: Scale, { low, high }: Scale): boolean =>
  high - low >= (1 - mostEmpty) * (scale.high - scale.low);

/** The scale of least cost on which so many rows hold the range, beginning at multiples of a part of the step. */
const tightest = (
  { low: least, high: most }: Scale,
  rows: number,
  steps: readonly number[],
  fewTicks: number,
  gridOf: (step: number, apart: number) => number,
): TickedScale | null => {
  let best: TickedScale | null = null;
  for (const step of steps)
    for (let apart = Math.min(leastRowsApart, rows - 1); apart < rows; apart++) {
      const low = Math.floor(least / gridOf(step, apart) + hair) * gridOf(step, apart);
      const high = low + ((rows - 1) * step) / apart;
      if (high < most - hair * step) continue;
      const ticks = multiplesOf(step, low, high);
      if (ticks.length < 2) continue;
      // Rounding leaves no tick outside.
      const scale = { low: Math.min(low, ticks[0]), high: Math.max(high, most, ticks[ticks.length - 1]) };
      const found = { scale, ticks };
      if (best === null || costOf(found, fewTicks) < costOf(best, fewTicks) - hair * step) best = found;
    }
  return best;
};

/**
 * The tightest scale of so many rows that holds the range and has its ticks, multiples of one of the steps, on rows
 * equally far apart; null where no step gives two ticks. `rows` 2 or more. It begins at a tick or in the middle between
 * two, so that it stands still while extremes move on; where that leaves too many rows empty, on any row. `fewTicks`: how much
 * wider one with only two ticks counts.
 */
export const tickedScale = (
  range: Scale,
  rows: number,
  steps: readonly number[],
  fewTicks = fewTicksFactor,
): TickedScale | null => {
  const steady = tightest(range, rows, steps, fewTicks, (step, apart) => (apart % 2 === 0 ? step / 2 : step));
  if (steady !== null && isFilled(steady.scale, range)) return steady;
  return tightest(range, rows, steps, fewTicks, (step, apart) => step / apart) ?? steady;
};
