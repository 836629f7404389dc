import type { LogIndex } from '../log/index.js';
import {
  type Frame,
  type LayerFrame,
  layerSeries,
  listSeries,
  nameAt,
  type PairSeries,
  pairSeries,
  type RunSeries,
  runSeries,
} from '../protocol/index.js';
import { type JudgedFrame, statementJudge } from '../store/index.js';
import { eventFile, type Scalar, scalarsEvent, startEvent } from './event-file.js';
import { type Hparams, hparamsEnd, hparamsStart } from './hparams.js';
import { courseOf } from './logged-course.js';
import { judgedSeries } from './statement-series.js';

const layerScalars = (layer: LayerFrame, L: number, threshold: number): Scalar[] =>
  layerSeries.flatMap((series): Scalar[] => {
    const { tag, per } = series;
    if (tag === undefined) return [];
    if (per === 'layer') return [[nameAt(tag, { L }), series.of(layer, threshold)]];
    if (per === 'teacher') return series.of(layer).map((value, J) => [nameAt(tag, { L, J }), value]);
    return [];
  });

const pairScalars = ({ tag, of, rows, columns }: PairSeries, frame: Frame): Scalar[] =>
  tag === undefined
    ? []
    : (of(frame) ?? []).flatMap((values, first) =>
        values.map((value, second): Scalar => [nameAt(tag, { [rows]: first, [columns]: second }), value]),
      );

const judgedScalars = (judged: JudgedFrame): Scalar[] =>
  judgedSeries.flatMap(({ tag, per, of }): Scalar[] => {
    if (tag === null) return [];
    if (per === 'teacher') return of(judged).map((value, J) => [nameAt(tag, { J }), value]);
    const value = of(judged);
    return typeof value === 'number' ? [[tag, value]] : [];
  });

const scalarsOf = (frame: Frame, threshold: number): Scalar[] => [
  ...Object.values<RunSeries>(runSeries).flatMap(({ tag, of }): Scalar[] => {
    const value = of(frame);
    return tag === undefined || value === undefined ? [] : [[tag, value]];
  }),
  ...listSeries.flatMap(({ tag, of }) =>
    tag === undefined
      ? []
      : (of(frame) ?? []).map((value, at): Scalar => [nameAt(tag, { C: at, K: at + 1, L: at }), value]),
  ),
  ...pairSeries.flatMap((series) => pairScalars(series, frame)),
  ...frame.layers.flatMap((layer, L) => layerScalars(layer, L, threshold)),
];

function* eventsOf(index: LogIndex, hparams: Hparams | null): Generator<number[]> {
  const { header } = index;
  const startedAt = startSeconds(header.startedAt);
  let wallTime = startedAt;
  let step = 0;
  const judge = statementJudge(header, header.threshold);
  if (hparams !== null) yield hparamsStart(hparams, '', startedAt);
  for (const item of courseOf(index))
    if (item.kind === 'left') yield startEvent(item.fromStep, wallTime);
    else {
      const { frame } = item;
      step = frame.step;
      wallTime = startedAt + frame.trainingSeconds;
      const judged = frame.statements === undefined ? null : judge(frame);
      const scalars = [...scalarsOf(frame, header.threshold), ...(judged ? judgedScalars(judged) : [])];
      yield scalarsEvent(wallTime, step, scalars);
    }
  if (hparams === null) return;
  yield hparamsEnd(step >= (header.totalSteps ?? 0) ? 'ended' : 'running', wallTime);
}

/**
 * The scalars of a log as a TensorBoard event file. Where the run left a course by undo, redo, rewind or promotion, a
 * start of a session has TensorBoard forget it. `hparams`: settings for the HPARAMS tab; null for none.
 * Sources: tensorflow event.proto, summary.proto.
 */
export const tensorboardEvents = (index: LogIndex, hparams: Hparams | null = null): Generator<Uint8Array> =>
  eventFile(startSeconds(index.header.startedAt), eventsOf(index, hparams));

/** Seconds since 1970 of a header's time; 0 where it is none. */
export const startSeconds = (startedAt: string): number => {
  const milliseconds = Date.parse(startedAt);
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000;
};
