import type { LogIndex } from '../log/index.js';
import {
  type Frame,
  type LayerFrame,
  layerSeries,
  listSeries,
  nameAt,
  type RunSeries,
  runSeries,
} from '../protocol/index.js';
import { createCrc32c } from './crc32c.js';
import { courseOf } from './logged-course.js';

/** Kinds of a protocol buffer's fields. */
const varintType = 0;
const eightBytes = 1;
const lengthDelimited = 2;
const fourBytes = 5;

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
};

const key = (field: number, type: number): number[] => varint(field * 8 + type);

const number64 = (field: number, value: number): number[] => [
  ...key(field, eightBytes),
  ...new Uint8Array(Float64Array.of(value).buffer),
];

const number32 = (field: number, value: number): number[] => [
  ...key(field, fourBytes),
  ...new Uint8Array(Float32Array.of(value).buffer),
];

const message = (field: number, bytes: readonly number[]): number[] => [
  ...key(field, lengthDelimited),
  ...varint(bytes.length),
  ...bytes,
];

const text = (field: number, value: string): number[] => message(field, [...new TextEncoder().encode(value)]);

/** Field numbers of tensorflow's event.proto and summary.proto. */
const eventFields = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const summaryValue = 1;
const valueFields = { tag: 1, simpleValue: 2 } as const;
const sessionStatus = 1;
/** A session log's status that has TensorBoard forget all from its step on. */
const sessionStart = 1;

type Scalar = readonly [tag: string, value: number];

const layerScalars = (layer: LayerFrame, L: number, threshold: number): Scalar[] =>
  layerSeries.flatMap((series): Scalar[] => {
    const { tag, per } = series;
    if (tag === undefined) return [];
    if (per === 'layer') return [[nameAt(tag, { L }), series.of(layer, threshold)]];
    if (per === 'teacher') return series.of(layer).map((value, J) => [nameAt(tag, { L, J }), value]);
    return [];
  });

const scalarsOf = (frame: Frame, threshold: number): Scalar[] => [
  ...Object.values<RunSeries>(runSeries).flatMap(({ tag, of }): Scalar[] => {
    const value = of(frame);
    return tag === undefined || value === undefined ? [] : [[tag, value]];
  }),
  ...listSeries.flatMap(({ tag, of }) =>
    tag === undefined
      ? []
      : (of(frame) ?? []).map((value, at): Scalar => [nameAt(tag, { K: at + 1, L: at }), value]),
  ),
  ...frame.layers.flatMap((layer, L) => layerScalars(layer, L, threshold)),
];

const eventOf = (frame: Frame, startedAt: number, threshold: number): number[] => [
  ...number64(eventFields.wallTime, startedAt + frame.trainingSeconds),
  ...key(eventFields.step, varintType),
  ...varint(frame.step),
  ...message(
    eventFields.summary,
    scalarsOf(frame, threshold).flatMap(([tag, value]) =>
      message(summaryValue, [...text(valueFields.tag, tag), ...number32(valueFields.simpleValue, value)]),
    ),
  ),
];

/** The run went elsewhere: what stands from this step on is of a course that it left. */
const startOf = (fromStep: number, wallTime: number): number[] => [
  ...number64(eventFields.wallTime, wallTime),
  ...key(eventFields.step, varintType),
  ...varint(fromStep),
  ...message(eventFields.sessionLog, [...key(sessionStatus, varintType), ...varint(sessionStart)]),
];

const maskDelta = 0xa282ead8;

/**
 * The scalars of a log as a TensorBoard event file: records of length, checksum of the length, event, checksum of the
 * event. Where the run left a course by undo, redo, rewind or promotion, a start of a session has TensorBoard forget it.
 * Sources: tensorflow record_writer.cc, event.proto, summary.proto.
 */
export function* tensorboardEvents(index: LogIndex): Generator<Uint8Array> {
  const crc32c = createCrc32c();
  const masked = (bytes: Uint8Array): Uint8Array => {
    const crc = crc32c(bytes);
    const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
    return new Uint8Array(Uint32Array.of((rotated + maskDelta) >>> 0).buffer);
  };
  const record = (event: readonly number[]): Uint8Array => {
    const bytes = Uint8Array.from(event);
    const length = new Uint8Array(BigUint64Array.of(BigInt(bytes.length)).buffer);
    return Uint8Array.from([...length, ...masked(length), ...bytes, ...masked(bytes)]);
  };
  const { header } = index;
  const startedAt = startSeconds(header.startedAt);
  yield record([
    ...number64(eventFields.wallTime, startedAt),
    ...text(eventFields.fileVersion, 'brain.Event:2'),
  ]);
  let wallTime = startedAt;
  for (const item of courseOf(index))
    if (item.kind === 'left') yield record(startOf(item.fromStep, wallTime));
    else {
      wallTime = startedAt + item.frame.trainingSeconds;
      yield record(eventOf(item.frame, startedAt, header.threshold));
    }
}

/** Seconds since 1970 of a header's time; 0 where it is none. */
export const startSeconds = (startedAt: string): number => {
  const milliseconds = Date.parse(startedAt);
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000;
};
