import type { Header } from '../../../protocol/index.js';
import { epochs, shortStep } from '../../../words/index.js';
import { columnOf, type TimeWindow } from '../time-axis.js';
import { multiplesOf, roundUp } from './round-steps.js';

/** What time is counted in, wherever the screen says when. */
export const timeUnits = ['epochs', 'steps'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** Steps of one unit. */
const stepsOf = (unit: TimeUnit, { experiment }: Header): number =>
  unit === 'epochs' ? experiment.stepsPerEpoch : 1;

/** A moment in a unit, in six columns. */
export const timeText = (step: number, header: Header, unit: TimeUnit): string => {
  const value = step / stepsOf(unit, header);
  return unit === 'epochs' && value < 1000 ? epochs(Math.round(10 * value) / 10) : shortStep(value);
};

/** A label of the time axis, `from` the column of its tick on. */
export type TimeTick = { readonly from: number; readonly label: string };

/** Columns from the start of a label to the next one, at least. */
const labelSpacing = 8;

/** Ticks at round moments of a window on so many columns, each label with room of its own in the first `free` of them. */
export const timeTicks = (
  window: TimeWindow,
  header: Header,
  unit: TimeUnit,
  { width, free }: { readonly width: number; readonly free: number },
): readonly TimeTick[] => {
  const ofUnit = stepsOf(unit, header);
  const [from, to] = [window.from / ofUnit, window.to / ofUnit];
  const step = Math.max(unit === 'steps' ? 1 : 0, roundUp(((to - from) * labelSpacing) / width));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const label = (value: number): string => (value < 1000 ? value.toFixed(digits) : shortStep(value));
  return multiplesOf(step, from, to)
    .map((value) => ({ from: columnOf(value * ofUnit, window, width), label: label(value) }))
    .filter((tick) => tick.from + tick.label.length <= free);
};
