import { isWithin, type TimeWindow } from './time-axis.js';

/**
 * How records along an axis are looked at. Places on the axis (steps, epochs), not columns: neither what streams in nor
 * a resize moves them.
 */
export type RecordView = {
  /** How much of the axis is on display; null spans all of it. */
  readonly span: number | null;
  /** The place that is read; null without a cursor. */
  readonly cursor: number | null;
};

/** A whole axis, and the place that a part of it follows where there is no cursor. */
export type Axis = TimeWindow & { readonly present: number };

/**
 * The part of the axis on display. It holds the cursor, or else the present, in its second half, and moves on by halves,
 * so that it stands still in between.
 */
export const shownPart = (
  { from: start, to: end, present }: Axis,
  { span, cursor }: RecordView,
): TimeWindow => {
  if (span === null || span >= end - start) return { from: start, to: end };
  const half = span / 2;
  const wanted = (Math.floor((cursor ?? present) / half) - 1) * half;
  const from = Math.max(start, Math.min(end - span, wanted));
  return { from, to: from + span };
};

/** The place of the record that the cursor reads: the last one up to it, else the first; null without one. */
export const readPlace = (places: readonly number[], { cursor }: RecordView): number | null =>
  cursor === null ? null : (places.findLast((place) => place <= cursor) ?? places[0] ?? null);

/** The cursor at the last record, or none again. */
export const toggledAt = (places: readonly number[], { cursor }: RecordView): number | null =>
  cursor === null ? (places.at(-1) ?? null) : null;

/** The cursor one record on, or further where that is less than `distance` along the axis; it stops at either end. */
export const movedTo = (
  places: readonly number[],
  view: RecordView,
  direction: 1 | -1,
  distance: number,
): number | null => {
  const at = readPlace(places, view);
  if (at === null) return view.cursor;
  const wanted = at + direction * distance;
  return direction < 0
    ? (places.findLast((place) => place <= wanted && place < at) ?? places[0])
    : (places.find((place) => place >= wanted && place > at) ?? places[places.length - 1]);
};

/** Half the span, or null where no two records would be left to draw a line between. */
export const nearerSpan = (axis: Axis, places: readonly number[], view: RecordView): number | null => {
  const { from, to } = shownPart(axis, view);
  const span = (to - from) / 2;
  const part = shownPart(axis, { ...view, span });
  return places.filter((place) => isWithin(place, part)).length >= 2 ? span : null;
};

/** Twice the span, up to the whole axis. */
export const furtherSpan = ({ from, to }: Axis, { span }: RecordView): number | null => {
  const wider = (span ?? to - from) * 2;
  return wider >= to - from ? null : wider;
};
