import { allBuckets, matchSeries, type State, seriesIndex } from '../../../store/index.js';
import { isBroken } from '../../charts/lines/line-over-time.js';

/** What runs that are laid over each other have in common as their time axis. */
export const laidTimes = ['steps', 'epochs', 'seconds'] as const;
export type LaidTime = (typeof laidTimes)[number];

/** Points of a run over its course: where on the axis, what, and whether it is the first after a change to the run. */
export type LaidPoint = { readonly at: number; readonly value: number; readonly isStart: boolean };

type Values = readonly number[];

const timeOf = ({ header }: State, time: LaidTime, step: number, values: Values): number => {
  if (time === 'seconds') return values[seriesIndex.trainingSeconds];
  return time === 'steps' ? step : step / (header?.experiment.stepsPerEpoch ?? Number.NaN);
};

/** What can be drawn of a run: a number of each record. */
export type LaidReading = (state: State) => (values: Values) => number;

export const laidReadings = {
  loss: () => (values: Values) =>
    Number.isFinite(values[seriesIndex.evalLoss])
      ? values[seriesIndex.evalLoss]
      : values[seriesIndex.trainLoss],
  learned: (state: State) => {
    const first = matchSeries(state, 0, 0);
    return (values: Values) => values.slice(first).filter((match) => match > state.threshold).length;
  },
  match: (state: State) => {
    const first = matchSeries(state, 0, 0);
    return (values: Values) => {
      const matches = values.slice(first);
      return matches.reduce((sum, match) => sum + match, 0) / matches.length;
    };
  },
} satisfies Record<string, LaidReading>;

/** The best match of a teacher node; of a run that has no such node there is nothing. */
export const matchOf =
  (layer: number, teacher: number): LaidReading =>
  (state) => {
    if (teacher >= (state.teacherStrength[layer]?.length ?? 0)) return () => Number.NaN;
    const series = matchSeries(state, layer, teacher);
    return (values) => values[series];
  };

/** A run's course on an axis; of records that were reduced to one the last. */
export const laidPoints = (state: State, reading: LaidReading, time: LaidTime): readonly LaidPoint[] => {
  const read = reading(state);
  let before = Number.POSITIVE_INFINITY;
  return allBuckets(state.history)
    .map(({ toStep, last }): LaidPoint => {
      const isStart = isBroken(state.marks, before, toStep);
      before = toStep;
      return { at: timeOf(state, time, toStep, last), value: read(last), isStart };
    })
    .filter(({ at, value }) => Number.isFinite(at) && Number.isFinite(value));
};
