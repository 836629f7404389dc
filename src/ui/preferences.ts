import type { DrawingName } from './drawing.js';
import type { PaletteName } from './palette.js';
import type { ThemeChoice } from './theme.js';

/** What a person sets by key and expects to find again. */
export type Preferences = {
  readonly theme: ThemeChoice;
  readonly palette: PaletteName;
  readonly drawing: DrawingName;
  readonly threshold: number;
  readonly framesPerSecond: number;
  /** Whether the program has the mouse, not the terminal. */
  readonly mouse: boolean;
};

/** Thresholds that the threshold key goes through. */
export const thresholds: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** Frame rates that the frame-rate keys go through. */
const frameRates: readonly number[] = [1, 2, 4, 8, 12, 15, 20, 30];

/** The threshold after this one; the first after the last. */
export const nextThreshold = (threshold: number): number =>
  thresholds.find((each) => each > threshold) ?? thresholds[0];

/** The nearest frame rate above or below; the same at either end. */
export const nextFrameRate = (rate: number, direction: 1 | -1): number =>
  (direction === 1 ? frameRates.find((each) => each > rate) : frameRates.findLast((each) => each < rate)) ??
  rate;
