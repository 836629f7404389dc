import type { CellStatistics } from '../../sweep/index.js';
import { nextOf } from '../charts/chart-actions.js';
import { smoothed, smoothings } from '../charts/lines/smoothing.js';
import { type LossAxisName, lossAxisNames } from '../charts/loss-axis.js';
import {
  type Axis,
  furtherSpan,
  movedTo,
  nearerSpan,
  type RecordView,
  readPlace,
  shownPart,
  toggledAt,
} from '../charts/record-view.js';
import { isWithin } from '../charts/time-axis.js';

type LossCurve = CellStatistics['lossCurve'];

/** How the losses of a cell are looked at, in epochs. */
export type LossView = RecordView & {
  readonly axis: LossAxisName;
  /** Weight of the past in the line; 0 shows it as it is. */
  readonly smoothing: number;
};

export const wholeLoss: LossView = { cursor: null, span: null, axis: 'log', smoothing: 0 };

/** A loss and one standard deviation about it, on the axis of the view; of one seed all three are the same. */
export type ShownLoss = {
  readonly epoch: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

const finiteOf = (curve: LossCurve): LossCurve => curve.filter(({ mean }) => Number.isFinite(mean));

const placesOf = (curve: LossCurve): number[] => finiteOf(curve).map(({ epoch }) => epoch);

/** From the first record to the last, which is the present. */
const axisOf = (places: readonly number[]): Axis => {
  const to = places.at(-1) ?? 0;
  return { from: places[0] ?? 0, to, present: to };
};

/** The points on display, of a curve in log10; none where nothing is finite. */
export const shownLosses = (curve: LossCurve, view: LossView): readonly ShownLoss[] => {
  const finite = finiteOf(curve);
  if (finite.length === 0) return [];
  const means = smoothed(
    finite.map(({ mean }) => mean),
    view.smoothing,
  );
  const onAxis = (log: number): number => (view.axis === 'log' ? log : 10 ** log);
  const part = shownPart(axisOf(finite.map(({ epoch }) => epoch)), view);
  return finite.flatMap(({ epoch, deviation }, at) => {
    if (!isWithin(epoch, part)) return [];
    const band = Number.isNaN(deviation) ? 0 : deviation;
    const [value, low, high] = [0, -band, band].map((shift) => onAxis(means[at] + shift));
    return [{ epoch, value, low, high }];
  });
};

/** The record that the cursor reads; null without one. */
export const readLoss = (curve: LossCurve, view: LossView): LossCurve[number] | null => {
  const place = readPlace(placesOf(curve), view);
  return finiteOf(curve).find(({ epoch }) => epoch === place) ?? null;
};

/** By one record; it stops at either end. */
const moved =
  (direction: 1 | -1) =>
  (view: LossView, curve: LossCurve): LossView => ({
    ...view,
    cursor: movedTo(placesOf(curve), view, direction, 0),
  });

const zoomedIn = (view: LossView, curve: LossCurve): LossView => {
  const places = placesOf(curve);
  const span = nearerSpan(axisOf(places), places, view);
  return span === null ? view : { ...view, span };
};

/** What each key makes of the view. */
export const lossActions = {
  cursor: (view: LossView, curve: LossCurve) => ({ ...view, cursor: toggledAt(placesOf(curve), view) }),
  'cursor-back': moved(-1),
  'cursor-on': moved(1),
  'zoom-in': zoomedIn,
  'zoom-out': (view: LossView, curve: LossCurve) => ({
    ...view,
    span: furtherSpan(axisOf(placesOf(curve)), view),
  }),
  axis: (view: LossView) => ({ ...view, axis: nextOf(lossAxisNames, view.axis) }),
  smoothing: (view: LossView) => ({ ...view, smoothing: nextOf(smoothings, view.smoothing) }),
} satisfies Record<string, (view: LossView, curve: LossCurve) => LossView>;

export type LossAction = keyof typeof lossActions;
