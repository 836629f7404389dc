import type { Frame, LayerFrame } from '../frame.js';

/** What is said of a number of the frames wherever it is kept, drawn or exported. */
export type Said = {
  /** What a legend calls it. */
  readonly label: string;
  readonly unit: string;
  /** Which way is better; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  /** The metric of the long CSV, the columns of the wide one and the tags for TensorBoard; absent where it is left out. */
  readonly long?: string;
  readonly wide?: string;
  readonly tag?: string;
  /** Where the report has it: the end of a figure's name after "run", or a table. */
  readonly report?: string;
  /** Why it is left out where it is. */
  readonly absent?: string;
};

/** One number a frame; undefined where the frame has none. */
export type RunSeries = Said & {
  readonly of: (frame: Frame) => number | undefined;
  /** A clock reading, which no two runs share. */
  readonly clock?: true;
  /** Only the frames of runs that ask for it have it. */
  readonly asked?: true;
};

/** Several numbers a frame. In its names K stands for the rank from 1, L for the layer of weights from 0, C for the class. */
export type ListSeries = Said & {
  readonly of: (frame: Frame) => readonly number[] | undefined;
  readonly per: 'rank' | 'weights' | 'class';
};

/**
 * Numbers of pairs of nodes of the lowest layer. In their names I stands for the student node of a row, J for the teacher
 * node of a row or column, N for a second node of the network that the row's is of.
 */
export type PairSeries = Said & {
  readonly of: (frame: Frame) => readonly (readonly number[])[] | undefined;
  readonly rows: 'I' | 'J';
  readonly columns: 'J' | 'N';
};

/** Numbers of a hidden layer. In their names L stands for the layer, J for the teacher node. */
export type LayerSeries = Said &
  (
    | {
        readonly per: 'layer';
        readonly long?: never;
        readonly wide?: never;
        /** `threshold`: the header's. */
        readonly of: (layer: LayerFrame, threshold: number) => number;
      }
    | { readonly per: 'teacher'; readonly of: (layer: LayerFrame) => readonly number[] }
    | {
        readonly per: 'student';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (layer: LayerFrame) => readonly number[];
      }
    | {
        readonly per: 'pair';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (layer: LayerFrame) => readonly (readonly number[])[];
      }
  );

/** A letter of a series' names, and the number that it stands for. */
export type SeriesPlace = Readonly<Partial<Record<'C' | 'I' | 'J' | 'K' | 'L' | 'N', number>>>;

/** A series' name at a place: "best_match.L.J" -> "best_match.0.3". */
export const nameAt = (name: string, place: SeriesPlace): string =>
  Object.entries(place).reduce((said, [letter, index]) => said.replace(letter, String(index)), name);
