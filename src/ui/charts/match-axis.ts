import type { Scale } from './chart.js';
import type { Tick } from './chart-axes.js';

/** How best matches become heights. */
export type MatchAxis = {
  readonly heightOf: (correlation: number) => number;
  readonly scale: Scale;
  /** Values that are worth a label, as correlations. */
  readonly landmarks: readonly number[];
};

export const matchAxisNames = ['linear', 'log'] as const;
export type MatchAxisName = (typeof matchAxisNames)[number];

const linear: MatchAxis = {
  heightOf: (correlation) => correlation,
  scale: { low: 0, high: 1 },
  landmarks: [0, 0.25, 0.5, 0.75, 1],
};

/** Decades of the distance to 1 that are told apart. */
const mostDecades = 6;

/** Heights are the nines of a correlation: what a linear axis shows as 1 it spreads out. */
const log: MatchAxis = {
  heightOf: (correlation) =>
    Number.isNaN(correlation)
      ? Number.NaN
      : Math.max(0, Math.min(mostDecades, -Math.log10(Math.max(0, 1 - correlation)))),
  scale: { low: 0, high: mostDecades },
  landmarks: [0, 0.9, 0.99, 0.999, 0.9999, 0.99999],
};

export const matchAxes: Readonly<Record<MatchAxisName, MatchAxis>> = { linear, log };

/** Six columns at most. */
const shortLabel = (value: number): string => {
  const text = String(value);
  return text.length <= 6 ? text : text.slice(1, 7);
};

/** Ticks at the threshold, and at the landmarks that `rowOf` does not put on a row taken already. */
export const matchTicks = (
  { heightOf, landmarks }: MatchAxis,
  threshold: number,
  rowOf: (height: number) => number,
): Tick[] => {
  const ticks: Tick[] = [];
  for (const value of [threshold, ...landmarks]) {
    const height = heightOf(value);
    if (ticks.every((tick) => rowOf(tick.value) !== rowOf(height)))
      ticks.push({ value: height, label: shortLabel(value) });
  }
  return ticks;
};
