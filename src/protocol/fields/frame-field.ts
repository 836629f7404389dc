import type * as z from 'zod';
import type { Immutable } from '../immutable.js';

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

/** One number of what holds it, a field or a frame; undefined where that has none. */
export type NumberIn<Holder> = Said & {
  readonly of: (holder: Holder) => number | undefined;
  /** A clock reading, which no two runs share. */
  readonly clock?: true;
  /** Only the frames of runs that ask for it have it. */
  readonly asked?: true;
};

/** Several numbers. In its names K stands for the rank from 1, L for the layer of weights from 0, C for the class. */
export type ListIn<Holder> = Said & {
  readonly of: (holder: Holder) => readonly number[] | undefined;
  readonly per: 'rank' | 'weights' | 'class';
};

/**
 * Numbers of pairs of nodes of the lowest layer. In their names I stands for the student node of a row, J for the teacher
 * node of a row or column, N for a second node of the network that the row's is of.
 */
export type PairsIn<Holder> = Said & {
  readonly of: (holder: Holder) => readonly (readonly number[])[] | undefined;
  readonly rows: 'I' | 'J';
  readonly columns: 'J' | 'N';
};

/** Numbers of a hidden layer, of the layer or a field of it. In their names L stands for the layer, J for the teacher node. */
export type LayerNumbersIn<Holder> = Said &
  (
    | {
        readonly per: 'layer';
        readonly long?: never;
        readonly wide?: never;
        /** `threshold`: the header's. */
        readonly of: (holder: Holder, threshold: number) => number;
      }
    | { readonly per: 'teacher'; readonly of: (holder: Holder) => readonly number[] }
    | {
        readonly per: 'student';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (holder: Holder) => readonly number[];
      }
    | {
        readonly per: 'pair';
        readonly wide?: never;
        readonly tag?: never;
        readonly of: (holder: Holder) => readonly (readonly number[])[];
      }
  );

/** The numbers in a field that are kept, drawn and exported: one by its name, several in lists or by pairs of nodes. */
type NumbersIn<Value, Name extends string> = {
  readonly numbers?: Readonly<Record<Name, NumberIn<Value>>>;
  readonly lists?: readonly ListIn<Value>[];
  readonly pairs?: readonly PairsIn<Value>[];
};

type Built<Schema extends z.ZodType> = {
  /** Built when a frame is read. */
  readonly schema: () => Schema;
};

/** A field of a frame: what it may hold, and the numbers in it. */
export type FrameField<
  Schema extends z.ZodType = z.ZodType,
  Value = never,
  Name extends string = string,
> = Built<Schema> & Required<NumbersIn<Value, Name>>;

/** A field of a hidden layer in a frame. */
export type LayerField<Schema extends z.ZodType = z.ZodType, Value = never> = Built<Schema> & {
  readonly series: readonly LayerNumbersIn<Value>[];
};

/** A field of a frame; the numbers in it are read off its value as the schema gives it. */
export const field = <Schema extends z.ZodType, Name extends string = never>(
  schema: () => Schema,
  { numbers, lists = [], pairs = [] }: NumbersIn<Immutable<z.output<Schema>>, Name> = {},
): FrameField<Schema, Immutable<z.output<Schema>>, Name> => ({
  schema,
  numbers: numbers ?? ({} as Record<Name, never>),
  lists,
  pairs,
});

/** A field of a hidden layer, likewise. */
export const layerField = <Schema extends z.ZodType>(
  schema: () => Schema,
  series: readonly LayerNumbersIn<Immutable<z.output<Schema>>>[] = [],
): LayerField<Schema, Immutable<z.output<Schema>>> => ({ schema, series });

/** The schemas of fields by their names. */
export const shapeOf = <Fields extends Readonly<Record<string, Built<z.ZodType>>>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema()])) as {
    -readonly [Name in keyof Fields]: ReturnType<Fields[Name]['schema']>;
  };
