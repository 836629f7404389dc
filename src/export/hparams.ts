import { pluginEvent } from './event-file.js';
import { message, number64, text, whole } from './protobuf.js';

/** Settings of a run as TensorBoard's HPARAMS tab has them; lists are said as JSON. */
export type Hparams = Readonly<Record<string, number | string | boolean>>;

/** Fields of tensorboard.plugins.hparams, plugin_data.proto and api.proto. */
const dataFields = { start: 3, end: 4 } as const;
const startFields = { hparams: 1, groupName: 4, startSeconds: 5 } as const;
const endFields = { status: 1, endSeconds: 2 } as const;
const statuses = { ended: 1, failed: 2, running: 3 } as const;
const entryFields = { key: 1, value: 2 } as const;
/** Fields of google.protobuf.Value. */
const valueFields = { number: 2, text: 3, truth: 4 } as const;

const protoValue = (value: number | string | boolean): number[] => {
  if (typeof value === 'number') return number64(valueFields.number, value);
  return typeof value === 'boolean' ? whole(valueFields.truth, Number(value)) : text(valueFields.text, value);
};

/** The start of a run with its settings; runs of a group differ in what is no setting. */
export const hparamsStart = (hparams: Hparams, group: string, startSeconds: number): number[] =>
  pluginEvent(startSeconds, {
    tag: '_hparams_/session_start_info',
    plugin: 'hparams',
    content: message(dataFields.start, [
      ...Object.entries(hparams).flatMap(([key, value]) =>
        message(startFields.hparams, [
          ...text(entryFields.key, key),
          ...message(entryFields.value, protoValue(value)),
        ]),
      ),
      ...text(startFields.groupName, group),
      ...number64(startFields.startSeconds, startSeconds),
    ]),
  });

export const hparamsEnd = (status: keyof typeof statuses, endSeconds: number): number[] =>
  pluginEvent(endSeconds, {
    tag: '_hparams_/session_end_info',
    plugin: 'hparams',
    content: message(dataFields.end, [
      ...whole(endFields.status, statuses[status]),
      ...number64(endFields.endSeconds, endSeconds),
    ]),
  });

const isPlain = (value: unknown): value is number | string | boolean =>
  ['number', 'string', 'boolean'].includes(typeof value);

/** The settings in which runs differ, of each; the seed of all. */
export const differingHparams = (all: readonly Readonly<Record<string, unknown>>[]): Hparams[] => {
  const keys = [...new Set(all.flatMap((settings) => Object.keys(settings)))].filter(
    (key) => key === 'seed' || new Set(all.map((settings) => JSON.stringify(settings[key]))).size > 1,
  );
  return all.map((settings) =>
    Object.fromEntries(
      keys.flatMap((key) => {
        const value = settings[key];
        return value === undefined ? [] : [[key, isPlain(value) ? value : JSON.stringify(value)]];
      }),
    ),
  );
};
