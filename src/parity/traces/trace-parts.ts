import * as z from 'zod';
import type { TensorTable } from '../../files/index.js';
import { allowedValues, refuseValue, shown, UserError, valueAt } from '../../input/index.js';

/** What both kinds of trace are read from. */
export type TraceSource = {
  readonly name: string;
  readonly dtype: 'float64' | 'float32';
  /** trace.json, for refusals. */
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly epochs: readonly RecordedEpoch[];
  readonly table: TensorTable;
};

/** A value that the reference recorded: a scalar has shape [], a list [length]. */
export type Expectation = {
  readonly metric: string;
  readonly epoch: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Recorded in single precision, so that more than its 24 bits cannot agree. */
  readonly single: boolean;
};

const recordedValue = z.union([
  z.number(),
  z.array(z.number()),
  z.array(z.array(z.number())),
  z.record(z.string(), z.number()),
]);
export const epochSchema = z.object({ epoch: z.int().min(0).max(1_000_000_000) }).catchall(recordedValue);
export type RecordedEpoch = z.output<typeof epochSchema>;

/** Checks a part of trace.json. Errors: UserError naming the file and the key. */
export const parsePart = <T>(schema: z.ZodType<T>, value: unknown, path: string, expected: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue.path.map(String).join('.');
  const got = value === undefined ? 'nothing' : shown(valueAt(value, issue.path));
  throw new UserError(`${path}: key "${key}": got ${got}, allowed: ${expected}`);
};

/** Reads the options of a script that `fields` lists, defaults filled in. Errors: UserError naming file and key. */
export const parseConfig = <Fields extends Readonly<Record<string, z.ZodType>>>(
  fields: Fields,
  { config, path }: TraceSource,
): z.output<z.ZodObject<Fields>> => {
  const parsed = z.object(fields).safeParse(config);
  if (parsed.success) return parsed.data;
  const key = String(parsed.error.issues[0].path[0]);
  throw refuseValue(path, `config.${key}`, shown(config[key]), allowedValues(fields[key]));
};

type Common = Pick<Expectation, 'epoch' | 'single'>;

/** A list of numbers; or a list for each layer, whose metrics are named "best_corr.0" and so on. */
const expectationsOfList = (
  common: Common,
  metric: string,
  value: readonly (number | readonly number[])[],
): Expectation[] => {
  const lists = value.filter((item) => typeof item !== 'number');
  if (lists.length > 0)
    return lists.map((values, l) => ({
      ...common,
      metric: `${metric}.${l}`,
      shape: [values.length],
      values,
    }));
  return [{ ...common, metric, shape: [value.length], values: value as readonly number[] }];
};

const expectationsOfEpoch = (entry: RecordedEpoch, path: string): Expectation[] => {
  const { epoch, ...metrics } = entry;
  const strange = Object.keys(metrics).find((name) => !/^\w{1,40}$/.test(name));
  if (strange !== undefined)
    throw refuseValue(path, 'epochs', shown(strange), 'metrics named by letters, digits and "_"');
  return Object.entries(metrics).flatMap(([metric, value]): Expectation[] => {
    const common = { epoch, single: false };
    if (typeof value === 'number') return [{ ...common, metric, shape: [], values: [value] }];
    if (Array.isArray(value)) return expectationsOfList(common, metric, value);
    return Object.entries(value).map(([threshold, nodes]) => ({
      ...common,
      metric: `${metric}[${threshold}]`,
      shape: [],
      values: [nodes],
    }));
  });
};

/** `lastEpoch`: the one that "expected.final" tensors belong to. */
const expectationsOfTensors = (table: TensorTable, lastEpoch: number): Expectation[] =>
  table.names().flatMap((name) => {
    if (!name.startsWith('expected.')) return [];
    const [, epoch, metric] = /^expected\.(\d{1,9}|final)\.(.+)$/.exec(name) ?? [];
    if (metric === undefined) throw table.refuse(name, 'that name', 'expected.EPOCH.METRIC');
    const { shape, values, dtype } = table.get(name);
    return [
      {
        metric,
        epoch: epoch === 'final' ? lastEpoch : Number(epoch),
        shape,
        values,
        single: dtype === 'F32',
      },
    ];
  });

const checkEpochs = (expectations: readonly Expectation[], epochs: number, path: string): void => {
  const beyond = expectations.find(({ epoch }) => epoch > epochs);
  if (beyond === undefined) return;
  throw refuseValue(
    path,
    'epochs',
    `${beyond.metric} of epoch ${beyond.epoch}`,
    `epochs from 0 to ${epochs}`,
  );
};

/** Everything that a trace of this many epochs recorded, by metric and epoch. Errors: UserError. */
export const readExpectations = ({ epochs, path, table }: TraceSource, lastEpoch: number): Expectation[] => {
  const expectations = [
    ...epochs.flatMap((entry) => expectationsOfEpoch(entry, path)),
    ...expectationsOfTensors(table, lastEpoch),
  ];
  if (expectations.length === 0) throw refuseValue(path, 'epochs', 'no expectation', 'at least one');
  checkEpochs(expectations, lastEpoch, path);
  return expectations;
};
