import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import type { TwoLayerProblem } from '../engine/engine.js';
import { readUserFile, readUserJson } from '../experiment/json-file.js';
import { allowedValues, refuseValue, shown, valueAt } from '../experiment/refusal.js';
import { UserError } from '../experiment/user-error.js';
import type { Matrix } from '../net/matrix.js';
import { readSafetensors, type Tensor } from './safetensors.js';

/** A value that the reference recorded: a scalar has shape [], a list [length]. */
export type Expectation = {
  readonly metric: string;
  readonly epoch: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Recorded in single precision, so that more than its 24 bits cannot agree. */
  readonly single: boolean;
};

/** A recorded run of the reference's two-layer script. */
export type Trace = {
  readonly name: string;
  readonly dtype: 'float64' | 'float32';
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly halvingPeriod: number;
  readonly problem: TwoLayerProblem;
  /** Rows of the training set of each epoch's steps [steps x batch]; null: every step takes the whole set. */
  readonly batches: readonly Int32Array[] | null;
  /** The training set of each epoch from the second on; null: it stays the first. */
  readonly laterTrainingSets: readonly Matrix[] | null;
  readonly expectations: readonly Expectation[];
};

const largestFileBytes = 1024 ** 3;
const count = z.int().min(0).max(1_000_000_000);

/** The reference's options that change how a recorded run continues, with the defaults of its configuration. */
const configFields = {
  num_epoch: count,
  num_iter_per_epoch: count,
  lr: z.number().min(0).max(1e9),
  use_sgd: z.boolean().default(false),
  regen_dataset: z.boolean().default(false),
  lr_reduction: count.default(0),
  no_bias: z.boolean().default(false),
  normalize: z.boolean().default(false),
  feature_fixed: z.boolean().default(false),
  top_layer_fixed: z.boolean().default(false),
  nonlinear: z.boolean().default(true),
};
const configSchema = z.object(configFields);
type Config = z.output<typeof configSchema>;

const recordedValue = z.union([z.number(), z.array(z.number()), z.record(z.string(), z.number())]);
const epochSchema = z.object({ epoch: count }).catchall(recordedValue);

const kindSchema = z.object({ kind: z.string() });
const dtypeSchema = z.object({ dtype: z.enum(['float64', 'float32']) });
const bodySchema = z.object({ config: z.record(z.string(), z.unknown()), epochs: z.array(epochSchema) });

const parsePart = <T>(schema: z.ZodType<T>, value: unknown, path: string, expected: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue.path.map(String).join('.');
  const got = value === undefined ? 'nothing' : shown(valueAt(value, issue.path));
  throw new UserError(`${path}: key "${key}": got ${got}, allowed: ${expected}`);
};

const parseConfig = (config: Readonly<Record<string, unknown>>, path: string): Config => {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const key = String(parsed.error.issues[0].path[0]) as keyof typeof configFields;
  throw refuseValue(path, `config.${key}`, shown(config[key]), allowedValues(configFields[key]));
};

/** The tensors of a trace, asked for by name and shape; a refusal names the file and the tensor. */
class TensorTable {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #path: string;

  constructor(tensors: ReadonlyMap<string, Tensor>, path: string) {
    this.#tensors = tensors;
    this.#path = path;
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new UserError(`${this.#path}: tensor "${name}": got none, allowed: one`);
    return tensor;
  }

  refuse(name: string, got: string, allowed: string): UserError {
    return new UserError(`${this.#path}: tensor "${name}": got ${got}, allowed: ${allowed}`);
  }

  matrix(name: string, rows?: number, columns?: number): Matrix {
    const { shape, values } = this.get(name);
    const fits = shape.length === 2 && (rows ?? shape[0]) === shape[0] && (columns ?? shape[1]) === shape[1];
    if (!fits || values.length === 0)
      throw this.refuse(name, `shape [${shape.join(', ')}]`, `[${rows ?? 'any'}, ${columns ?? 'any'}]`);
    return { rows: shape[0], columns: shape[1], data: values };
  }
}

const readBatches = (table: TensorTable, config: Config, samples: number) => {
  const { shape, values } = table.get('batch_indices');
  const { num_epoch: epochs, num_iter_per_epoch: steps } = config;
  const batch = shape[2];
  if (shape.length !== 3 || shape[0] !== epochs || shape[1] !== steps || batch < 1)
    throw table.refuse('batch_indices', `shape [${shape.join(', ')}]`, `[${epochs}, ${steps}, batch size]`);
  const wrong = values.find((index) => !(Number.isInteger(index) && index >= 0 && index < samples));
  if (wrong !== undefined)
    throw table.refuse('batch_indices', String(wrong), `rows from 0 to ${samples - 1}`);
  const perEpoch = steps * batch;
  const batches = Array.from({ length: epochs }, (_, epoch) =>
    Int32Array.from(values.subarray(epoch * perEpoch, (epoch + 1) * perEpoch)),
  );
  return { batchSize: batch, batches };
};

const readProblem = (table: TensorTable, config: Config): Pick<Trace, 'problem' | 'batches'> => {
  const trainingSet = table.matrix('X_train');
  const d = trainingSet.columns;
  const teacherW1 = table.matrix('teacher.W1', d + 1);
  const teacherW2 = table.matrix('teacher.W2', teacherW1.columns + 1);
  const studentW1 = table.matrix('student.W1', d + 1);
  const studentW2 = table.matrix('student.W2', studentW1.columns + 1, teacherW2.columns);
  const { batchSize, batches } = config.use_sgd
    ? readBatches(table, config, trainingSet.rows)
    : { batchSize: null, batches: null };
  const problem: TwoLayerProblem = {
    kind: 'two-layer',
    teacher: { w1: teacherW1, w2: teacherW2 },
    student: { w1: studentW1, w2: studentW2 },
    trainingSet,
    evaluationSet: table.matrix('X_eval', undefined, d),
    rule: {
      relu: config.nonlinear,
      featuresFixed: config.feature_fixed,
      topLayerFixed: config.top_layer_fixed,
      normalizeStudent: config.normalize,
      noBias: config.no_bias,
    },
    batchSize,
    samplerState: Uint32Array.of(1, 0, 0, 0),
    learningRate: config.lr,
  };
  return { problem, batches };
};

const laterTrainingSets = (table: TensorTable, config: Config, { rows, columns }: Matrix): Matrix[] =>
  Array.from({ length: Math.max(0, config.num_epoch - 1) }, (_, epoch) =>
    table.matrix(`X_train.${epoch + 1}`, rows, columns),
  );

const expectationsOfEpoch = (entry: z.output<typeof epochSchema>, path: string): Expectation[] => {
  const { epoch, ...metrics } = entry;
  const strange = Object.keys(metrics).find((name) => !/^\w{1,40}$/.test(name));
  if (strange !== undefined)
    throw refuseValue(path, 'epochs', shown(strange), 'metrics named by letters, digits and "_"');
  return Object.entries(metrics).flatMap(([metric, value]): Expectation[] => {
    const common = { epoch, single: false };
    if (typeof value === 'number') return [{ ...common, metric, shape: [], values: [value] }];
    if (Array.isArray(value)) return [{ ...common, metric, shape: [value.length], values: value }];
    return Object.entries(value).map(([threshold, nodes]) => ({
      ...common,
      metric: `${metric}[${threshold}]`,
      shape: [],
      values: [nodes],
    }));
  });
};

const expectationsOfTensors = (table: TensorTable): Expectation[] =>
  table.names().flatMap((name) => {
    if (!name.startsWith('expected.')) return [];
    const [, epoch, metric] = /^expected\.(\d{1,9})\.(.+)$/.exec(name) ?? [];
    if (metric === undefined) throw table.refuse(name, 'that name', 'expected.EPOCH.METRIC');
    const { shape, values, dtype } = table.get(name);
    return [{ metric, epoch: Number(epoch), shape, values, single: dtype === 'F32' }];
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

/**
 * Reads a recorded run from its folder (trace.json and tensors.safetensors).
 *
 * Errors: UserError naming the file and the key or tensor; multilayer traces are refused.
 */
export const readTrace = (folder: string): Trace => {
  const path = join(folder, 'trace.json');
  const value = readUserJson(path, largestFileBytes);
  const { kind } = parsePart(kindSchema, value, path, '"two-layer"');
  if (kind !== 'two-layer') throw refuseValue(path, 'kind', shown(kind), '"two-layer"');
  const { dtype } = parsePart(dtypeSchema, value, path, '"float64" or "float32"');
  const body = parsePart(
    bodySchema,
    value,
    path,
    'config, an object, and epochs, a list of metrics that are numbers, lists of numbers or counts by threshold',
  );
  const config = parseConfig(body.config, path);
  const tensorPath = join(folder, 'tensors.safetensors');
  const table = new TensorTable(
    readSafetensors(readUserFile(tensorPath, largestFileBytes), tensorPath),
    tensorPath,
  );
  const { problem, batches } = readProblem(table, config);
  const expectations = [
    ...body.epochs.flatMap((entry) => expectationsOfEpoch(entry, path)),
    ...expectationsOfTensors(table),
  ];
  if (expectations.length === 0) throw refuseValue(path, 'epochs', 'no expectation', 'at least one');
  checkEpochs(expectations, config.num_epoch, path);
  return {
    name: basename(resolve(folder)),
    dtype,
    epochs: config.num_epoch,
    stepsPerEpoch: config.num_iter_per_epoch,
    halvingPeriod: config.lr_reduction,
    problem,
    batches,
    laterTrainingSets: config.regen_dataset ? laterTrainingSets(table, config, problem.trainingSet) : null,
    expectations,
  };
};
