import type { LayerNumbersIn, ListIn, NumberIn, PairsIn } from '../fields/frame-field.js';
import type { Frame, LayerFrame } from '../frame.js';

/** Numbers of the frames: one, several, or one for each pair of nodes a frame. */
export type RunSeries = NumberIn<Frame>;
export type ListSeries = ListIn<Frame>;
export type PairSeries = PairsIn<Frame>;
/** Numbers of a hidden layer of the frames. */
export type LayerSeries = LayerNumbersIn<LayerFrame>;

/** A letter of a series' names, and the number that it stands for. */
export type SeriesPlace = Readonly<Partial<Record<'C' | 'I' | 'J' | 'K' | 'L' | 'N', number>>>;

/** A series' name at a place: "best_match.L.J" -> "best_match.0.3". */
export const nameAt = (name: string, place: SeriesPlace): string =>
  Object.entries(place).reduce((said, [letter, index]) => said.replace(letter, String(index)), name);
