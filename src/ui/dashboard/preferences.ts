import { thresholdChoices } from '../../protocol/index.js';
import type { LineDrawing } from '../charts/line-drawing.js';
import type { DrawingName } from '../terminal/drawing.js';
import type { PaletteName } from '../terminal/palette.js';
import type { ThemeChoice } from '../terminal/theme.js';

/** What a person sets by key and expects to find again. */
export type Preferences = {
  readonly theme: ThemeChoice;
  readonly palette: PaletteName;
  readonly drawing: DrawingName;
  /** How lines of charts are drawn. */
  readonly lines: LineDrawing;
  readonly threshold: number;
  readonly framesPerSecond: number;
  /** Whether the program has the mouse, not the terminal. */
  readonly mouse: boolean;
};

/** Frame rates that the frame-rate keys go through. */
const frameRates: readonly number[] = [1, 2, 4, 8, 12, 15, 20, 30];

/** Frames a second while the training waits for processors: what a frame costs is taken from it then. */
const slowedRate = 2;

/** Shares of waiting from which on the screen slows down, and below which it is as fast as before. */
const waits = { slow: 0.05, quick: 0.02 };

/** Whether the screen is to be slow, by the share of its time that the training waits for a processor. */
export const isSlowed = (before: boolean, wait: number | null): boolean =>
  wait !== null && wait > (before ? waits.quick : waits.slow);

/** Frames a second of a screen at a chosen rate. */
export const shownRate = (chosen: number, slowed: boolean): number =>
  slowed ? Math.min(slowedRate, chosen) : chosen;

/** The threshold after this one; the first after the last. */
export const nextThreshold = (threshold: number): number =>
  thresholdChoices.find((each) => each > threshold) ?? thresholdChoices[0];

/** The nearest frame rate above or below; the same at either end. */
export const nextFrameRate = (rate: number, direction: 1 | -1): number =>
  (direction === 1 ? frameRates.find((each) => each > rate) : frameRates.findLast((each) => each < rate)) ??
  rate;
