import { createCrc32c } from './crc32c.js';
import { message, number32, number64, text, whole } from './protobuf.js';

/** Field numbers of tensorflow's event.proto and summary.proto. */
const eventFields = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const summaryValue = 1;
const valueFields = { tag: 1, simpleValue: 2, metadata: 9 } as const;
const metadataFields = { pluginData: 1 } as const;
const pluginFields = { name: 1, content: 2 } as const;
const sessionStatus = 1;
/** A session log's status that has TensorBoard forget all from its step on. */
const sessionStart = 1;

/** Of 255 that most file systems take: what comes before it, and what a file has behind its name while it is written, aside. */
const longestRunName = 190;

/** Name of an event file of a run that started so many seconds after 1970; of a long name of the run the start. */
export const eventFileName = (seconds: number, run: string): string => {
  const letters = [...run];
  while (Buffer.byteLength(letters.join('')) > longestRunName) letters.pop();
  return `events.out.tfevents.${Math.floor(seconds)}.${letters.join('')}`;
};

export type Scalar = readonly [tag: string, value: number];

/** Scalars at a step. */
export const scalarsEvent = (wallTime: number, step: number, scalars: readonly Scalar[]): number[] => [
  ...number64(eventFields.wallTime, wallTime),
  ...whole(eventFields.step, step),
  ...message(
    eventFields.summary,
    scalars.flatMap(([tag, value]) =>
      message(summaryValue, [...text(valueFields.tag, tag), ...number32(valueFields.simpleValue, value)]),
    ),
  ),
];

/** What a plugin of TensorBoard reads: a tag of its own, and a message as its content. */
export const pluginEvent = (
  wallTime: number,
  {
    tag,
    plugin,
    content,
  }: { readonly tag: string; readonly plugin: string; readonly content: readonly number[] },
): number[] => {
  const data = [...text(pluginFields.name, plugin), ...message(pluginFields.content, content)];
  const metadata = message(metadataFields.pluginData, data);
  const value = [...text(valueFields.tag, tag), ...message(valueFields.metadata, metadata)];
  return [
    ...number64(eventFields.wallTime, wallTime),
    ...message(eventFields.summary, message(summaryValue, value)),
  ];
};

/** The run went elsewhere: what stands from this step on is of a course that it left. */
export const startEvent = (fromStep: number, wallTime: number): number[] => [
  ...number64(eventFields.wallTime, wallTime),
  ...whole(eventFields.step, fromStep),
  ...message(eventFields.sessionLog, whole(sessionStatus, sessionStart)),
];

const maskDelta = 0xa282ead8;

/**
 * A TensorBoard event file of these events: records of length, checksum of the length, event, checksum of the event.
 * Source: tensorflow record_writer.cc.
 */
export function* eventFile(startedAt: number, events: Iterable<readonly number[]>): Generator<Uint8Array> {
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
  yield record([
    ...number64(eventFields.wallTime, startedAt),
    ...text(eventFields.fileVersion, 'brain.Event:2'),
  ]);
  for (const event of events) yield record(event);
}
