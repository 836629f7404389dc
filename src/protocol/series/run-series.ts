import type { FrameField } from '../fields/frame-field.js';
import { prediction } from '../fields/measured-fields.js';
import { type Frame, frameFields } from '../frame.js';
import type { ListSeries, PairSeries, RunSeries } from './frame-series.js';

type Fields = typeof frameFields;
type RunSeriesName = { [Name in keyof Fields]: keyof Fields[Name]['numbers'] }[keyof Fields];

const fields = Object.entries<FrameField>(frameFields) as readonly [keyof Frame, FrameField][];

/** What is read off a field, read off a frame; undefined where the frame has no such field. */
const ofFrame =
  <Found>(name: keyof Frame, read: (value: never) => Found) =>
  (frame: Frame): Found | undefined =>
    frame[name] === undefined ? undefined : read(frame[name] as never);

/** One number a frame by its name, in the order of history, charts and exports. */
export const runSeries = Object.fromEntries(
  fields.flatMap(([field, { numbers }]) =>
    Object.entries(numbers).map(([name, said]) => [name, { ...said, of: ofFrame(field, said.of) }]),
  ),
) as Readonly<Record<RunSeriesName, RunSeries>>;

/** Several numbers a frame, in the order of the exports. */
export const listSeries: readonly ListSeries[] = fields.flatMap(([field, { lists }]) =>
  lists.map((said) => ({ ...said, of: ofFrame(field, said.of) })),
);

/** One number for each pair of nodes, in the order of the exports. */
export const pairSeries: readonly PairSeries[] = fields.flatMap(([field, { pairs }]) =>
  pairs.map((said) => ({ ...said, of: ofFrame(field, said.of) })),
);

/** What the equations of online learning predict, where a frame has it. */
export const predictedOf = ({ orderParameters }: Frame) => orderParameters && prediction(orderParameters);
