import { allBuckets, type Bucket, type State } from '../../store/index.js';
import { axisEnd, columnOf, isWithin, type TimeWindow } from './time-axis.js';

/** How all charts over time are looked at. Steps, not columns: what streams in or a resize moves neither. */
export type ChartView = {
  /** Steps that the charts span; null spans the whole run. */
  readonly span: number | null;
  /** The step at which the charts are read; null without a cursor. */
  readonly cursor: number | null;
};

export const wholeChart: ChartView = { span: null, cursor: null };

/**
 * The steps on display. A part of the run holds the cursor, or else the present, in its second half, and moves on by
 * halves, so that it stands still in between.
 */
export const windowOf = (state: State, { span, cursor }: ChartView): TimeWindow => {
  const end = axisEnd(state);
  if (span === null || span >= end) return { from: 0, to: end };
  const half = span / 2;
  const wanted = (Math.floor((cursor ?? state.step) / half) - 1) * half;
  const from = Math.max(0, Math.min(end - span, wanted));
  return { from, to: from + span };
};

/** The record that the cursor reads: the last one up to its step, else the first; null without a cursor or records. */
export const readAt = ({ history }: State, { cursor }: ChartView): Bucket | null => {
  if (cursor === null) return null;
  const buckets = allBuckets(history);
  return buckets.findLast(({ toStep }) => toStep <= cursor) ?? buckets[0] ?? null;
};

/** With a cursor at the latest record, or without one again. */
export const toggledCursor = (state: State, chart: ChartView): ChartView => ({
  ...chart,
  cursor: chart.cursor === null ? (allBuckets(state.history).at(-1)?.toStep ?? null) : null,
});

/** The cursor at the record so many columns on, `width` being the columns of the chart; it stops at either end. */
export const movedCursor = (state: State, chart: ChartView, columns: number, width: number): ChartView => {
  const buckets = allBuckets(state.history);
  const at = readAt(state, chart);
  if (at === null) return chart;
  const window = windowOf(state, chart);
  const stepsPerColumn = (window.to - window.from) / width;
  const wanted = at.toStep + columns * stepsPerColumn;
  const found =
    columns < 0
      ? (buckets.findLast(({ toStep }) => toStep <= wanted && toStep < at.toStep) ?? buckets[0])
      : (buckets.find(({ toStep }) => toStep >= wanted && toStep > at.toStep) ?? buckets[buckets.length - 1]);
  return { ...chart, cursor: found.toStep };
};

/** With the cursor at the record nearest to a column of the chart; as it is where nothing is recorded. */
export const cursorAt = (state: State, chart: ChartView, column: number, width: number): ChartView => {
  const { from, to } = windowOf(state, chart);
  const wanted = from + ((column + 0.5) / width) * (to - from);
  const steps = allBuckets(state.history).map(({ toStep }) => toStep);
  if (steps.length === 0) return chart;
  const cursor = steps.reduce((best, step) =>
    Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best,
  );
  return { ...chart, cursor };
};

/** Twice as near, or null where no two records would be left to draw a line between. */
export const zoomedIn = (state: State, chart: ChartView): ChartView | null => {
  const { from, to } = windowOf(state, chart);
  const nearer = { ...chart, span: (to - from) / 2 };
  const window = windowOf(state, nearer);
  const shown = allBuckets(state.history).filter(({ toStep }) => isWithin(toStep, window));
  return shown.length >= 2 ? nearer : null;
};

/** Twice as far, up to the whole run. */
export const zoomedOut = (state: State, chart: ChartView): ChartView => {
  const span = (chart.span ?? axisEnd(state)) * 2;
  return { ...chart, span: span >= axisEnd(state) ? null : span };
};

/** The chart column of the record that the cursor reads; null without one. */
export const cursorColumn = (state: State, chart: ChartView, width: number): number | null => {
  const read = readAt(state, chart);
  const window = windowOf(state, chart);
  return read && isWithin(read.toStep, window) ? columnOf(read.toStep, window, width) : null;
};
