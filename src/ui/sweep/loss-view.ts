import type { CellStatistics } from '../../sweep/index.js';
import { nextOf } from '../charts/chart-actions.js';
import { type LossAxisName, lossAxisNames } from '../charts/loss-axis.js';
import { smoothed, smoothings } from '../charts/smoothing.js';

type LossCurve = CellStatistics['lossCurve'];

/** How the losses of a cell are looked at. Epochs, not columns: runs that finish move neither cursor nor window. */
export type LossView = {
  /** The epoch that is read; null without a cursor. */
  readonly cursor: number | null;
  /** Epochs that the chart spans; null spans all. */
  readonly span: number | null;
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

/** The part of the epochs on display: it holds the cursor, or else the end, in its second half. */
const windowOf = (curve: LossCurve, { cursor, span }: LossView): { from: number; to: number } => {
  const [first, last] = [curve[0].epoch, curve[curve.length - 1].epoch];
  if (span === null || span >= last - first) return { from: first, to: last };
  const half = span / 2;
  const from = Math.max(first, Math.min(last - span, (Math.floor((cursor ?? last) / half) - 1) * half));
  return { from, to: from + span };
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
  const { from, to } = windowOf(finite, view);
  return finite.flatMap(({ epoch, deviation }, at) => {
    if (epoch < from || epoch > to) return [];
    const band = Number.isNaN(deviation) ? 0 : deviation;
    const [value, low, high] = [0, -band, band].map((shift) => onAxis(means[at] + shift));
    return [{ epoch, value, low, high }];
  });
};

/** What the cursor reads: the last record up to its epoch, else the first; null without one. */
export const readLoss = (curve: LossCurve, { cursor }: LossView): LossCurve[number] | null => {
  if (cursor === null) return null;
  const finite = finiteOf(curve);
  return finite.findLast(({ epoch }) => epoch <= cursor) ?? finite[0] ?? null;
};

const toggled = (view: LossView, curve: LossCurve): LossView => ({
  ...view,
  cursor: view.cursor === null ? (finiteOf(curve).at(-1)?.epoch ?? null) : null,
});

/** By so many records; it stops at either end. */
const moved =
  (by: number) =>
  (view: LossView, curve: LossCurve): LossView => {
    const finite = finiteOf(curve);
    const read = readLoss(curve, view);
    if (read === null) return view;
    const at = finite.indexOf(read) + by;
    return { ...view, cursor: finite[Math.max(0, Math.min(finite.length - 1, at))].epoch };
  };

const zoomed =
  (factor: number) =>
  (view: LossView, curve: LossCurve): LossView => {
    const finite = finiteOf(curve);
    if (finite.length < 2) return view;
    const whole = finite[finite.length - 1].epoch - finite[0].epoch;
    const span = (view.span ?? whole) * factor;
    if (span >= whole) return { ...view, span: null };
    const nearer = { ...view, span };
    return shownLosses(curve, nearer).length >= 2 ? nearer : view;
  };

/** What each key makes of the view. */
export const lossActions = {
  cursor: toggled,
  'cursor-back': moved(-1),
  'cursor-on': moved(1),
  'zoom-in': zoomed(0.5),
  'zoom-out': zoomed(2),
  axis: (view: LossView) => ({ ...view, axis: nextOf(lossAxisNames, view.axis) }),
  smoothing: (view: LossView) => ({ ...view, smoothing: nextOf(smoothings, view.smoothing) }),
} satisfies Record<string, (view: LossView, curve: LossCurve) => LossView>;

export type LossAction = keyof typeof lossActions;
