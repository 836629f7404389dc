import { allBuckets, type Bucket, type State, stepOf } from '../../store/index.js';
import {
  type Axis,
  furtherSpan,
  movedTo,
  nearerSpan,
  type RecordView,
  readPlace,
  shownPart,
  toggledAt,
} from './record-view.js';
import { axisEnd, columnOf, isWithin, type TimeWindow } from './time-axis.js';

/** How all charts over time are looked at, in steps. */
export type ChartView = RecordView;

export const wholeChart: ChartView = { span: null, cursor: null };

const axisOf = (state: State): Axis => ({ from: 0, to: axisEnd(state), present: stepOf(state) });

const placesOf = ({ history }: State): number[] => allBuckets(history).map(({ toStep }) => toStep);

/** The steps on display. */
export const windowOf = (state: State, chart: ChartView): TimeWindow => shownPart(axisOf(state), chart);

/** The record that the cursor reads; null without a cursor or records. */
export const readAt = (state: State, chart: ChartView): Bucket | null => {
  const place = readPlace(placesOf(state), chart);
  return place === null
    ? null
    : (allBuckets(state.history).findLast(({ toStep }) => toStep === place) ?? null);
};

/** With a cursor at the latest record, or without one again. */
export const toggledCursor = (state: State, chart: ChartView): ChartView => ({
  ...chart,
  cursor: toggledAt(placesOf(state), chart),
});

/** The cursor at the record so many columns on, `width` being the columns of the chart; it stops at either end. */
export const movedCursor = (state: State, chart: ChartView, columns: number, width: number): ChartView => {
  const { from, to } = windowOf(state, chart);
  const distance = Math.abs(columns) * ((to - from) / width);
  return { ...chart, cursor: movedTo(placesOf(state), chart, columns < 0 ? -1 : 1, distance) };
};

/** With the cursor at the record nearest to a column of the chart; as it is where nothing is recorded. */
export const cursorAt = (state: State, chart: ChartView, column: number, width: number): ChartView => {
  const { from, to } = windowOf(state, chart);
  const wanted = from + ((column + 0.5) / width) * (to - from);
  const steps = placesOf(state);
  if (steps.length === 0) return chart;
  const cursor = steps.reduce((best, step) =>
    Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best,
  );
  return { ...chart, cursor };
};

/** Twice as near, or null where no two records would be left to draw a line between. */
export const zoomedIn = (state: State, chart: ChartView): ChartView | null => {
  const span = nearerSpan(axisOf(state), placesOf(state), chart);
  return span === null ? null : { ...chart, span };
};

/** Twice as far, up to the whole run. */
export const zoomedOut = (state: State, chart: ChartView): ChartView => ({
  ...chart,
  span: furtherSpan(axisOf(state), chart),
});

/** The chart column of the record that the cursor reads; null without one. */
export const cursorColumn = (state: State, chart: ChartView, width: number): number | null => {
  const read = readAt(state, chart);
  const window = windowOf(state, chart);
  return read && isWithin(read.toStep, window) ? columnOf(read.toStep, window, width) : null;
};
