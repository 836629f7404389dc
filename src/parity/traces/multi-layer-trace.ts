import * as z from 'zod';
import { type NetworkInput, readNetwork, type TensorTable } from '../../files/index.js';
import { refuseValue, shown } from '../../input/index.js';
import { type Matrix, multiLayerRules, type Network, normalizeNetwork } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import type { Trace } from './trace.js';
import { parseConfig, readExpectations, type TraceSource } from './trace-parts.js';

const count = z.int().min(0).max(1_000_000_000);

/** The options that change how a recorded run continues, with the defaults of the script's configuration. */
const configFields = {
  num_epoch: count,
  batchsize: count.min(1),
  eval_batchsize: count.min(1),
  lr: z.union([z.string().max(1000), z.number()]),
  optim_method: z.enum(['sgd', 'adam']).default('sgd'),
  momentum: z.number().min(0).max(1).default(0),
  weight_decay: z.number().min(0).max(1e6).default(0),
  cross_entropy: z.boolean().default(false),
  leaky_relu: z.number().nullable().default(null),
  normalize: z.boolean().default(false),
  use_cnn: z.boolean().default(false),
  bn_before_relu: z.boolean().default(false),
  regen_dataset_each_epoch: z.boolean().default(false),
  stats_H: z.boolean().default(false),
};
type Config = z.output<z.ZodObject<typeof configFields>>;

/** The entries of "{0:0.2,2:0.1}", "0-0.05-3-0.02" or "0.1". */
const scheduleEntries = (text: string): [number, number][] => {
  const number = String.raw`\d*\.?\d+(?:e[+-]?\d+)?`;
  if (new RegExp(`^${number}$`, 'i').test(text)) return [[0, Number(text)]];
  const pair = text.startsWith('{')
    ? new RegExp(`(\\d+)\\s*:\\s*(${number})\\s*[,}]`, 'gi')
    : new RegExp(`(\\d+)-(${number})(?:-|$)`, 'gi');
  return [...text.matchAll(pair)].map(([, epoch, rate]) => [Number(epoch), Number(rate)]);
};

/** The rate of each epoch: the last entry at or before it. Source: luckmatters recon_multilayer.py, parse_lr. */
const learningRates = ({ lr, num_epoch: epochs }: Config, path: string): number[] => {
  const entries = scheduleEntries(String(lr).trim());
  const first = entries.find(([epoch]) => epoch === 0);
  if (first === undefined)
    throw refuseValue(
      path,
      'config.lr',
      shown(lr),
      'a rate, {0:0.2,2:0.1} or 0-0.05-3-0.02, from epoch 0 on',
    );
  const rates = new Map(entries);
  let rate = first[1];
  return Array.from({ length: epochs }, (_, epoch) => {
    rate = rates.get(epoch) ?? rate;
    return rate;
  });
};

const readInput = (table: TensorTable, { use_cnn }: Config): NetworkInput => {
  const { shape } = table.get('X_train');
  if (!use_cnn) return { channels: table.flatMatrix('X_train').columns, grid: { height: 1, width: 1 } };
  if (shape.length !== 4)
    throw table.refuse('X_train', `shape [${shape.join(', ')}]`, '[samples, channels, height, width]');
  return { channels: shape[1], grid: { height: shape[2], width: shape[3] } };
};

const readOrders = (table: TensorTable, epochs: number, samples: number): Int32Array[] => {
  const { shape, values } = table.get('batch_order');
  if (shape.length !== 2 || shape[0] !== epochs || shape[1] !== samples)
    throw table.refuse('batch_order', `shape [${shape.join(', ')}]`, `[${epochs}, ${samples}]`);
  const wrong = values.find((index) => !(Number.isInteger(index) && index >= 0 && index < samples));
  if (wrong !== undefined) throw table.refuse('batch_order', String(wrong), `rows from 0 to ${samples - 1}`);
  return Array.from({ length: epochs }, (_, epoch) =>
    Int32Array.from(values.subarray(epoch * samples, (epoch + 1) * samples)),
  );
};

const readProblem = ({ table, path }: TraceSource, config: Config, rates: readonly number[]): Problem => {
  const input = readInput(table, config);
  const trainingSet = table.flatMatrix('X_train');
  const network = (who: string, slope: number): Network =>
    readNetwork(table, `${who}.`, input, {
      convolutional: config.use_cnn,
      normBeforeRelu: config.bn_before_relu,
      slope,
    });
  const teacher = network('teacher', config.leaky_relu ?? 0);
  const student = network('student', 0);
  if (student.hidden.length !== teacher.hidden.length || teacher.hidden.length === 0)
    throw refuseValue(
      path,
      'tensors',
      `${student.hidden.length} student and ${teacher.hidden.length} teacher layers`,
      'as many of both, at least one',
    );
  if (student.final.weight.rows !== teacher.final.weight.rows)
    throw table.refuse('student.final_w.weight', `${student.final.weight.rows} rows`, "the teacher's");
  if (config.normalize) normalizeNetwork(student);
  return {
    ...multiLayerRules({
      ...{ optimizer: config.optim_method, momentum: config.momentum, weightDecay: config.weight_decay },
      ...{ normalizeStudent: config.normalize, crossEntropy: config.cross_entropy },
      ...{ batchSize: config.batchsize, evalSize: config.eval_batchsize, gradientForms: config.stats_H },
      ...{ grid: input.grid, convolutional: config.use_cnn, learningRate: rates[0] ?? 0 },
    }),
    teacher,
    student,
    activeNodes: teacher.hidden.map(({ weight }) => Array.from({ length: weight.rows }, (_, node) => node)),
    trainingSet,
    outputNoise: null,
    evaluationSet: table.flatMatrix('X_eval', undefined, trainingSet.columns),
    evaluationLabels: null,
    samplerState: Uint32Array.of(1, 0, 0, 0, 0),
  };
};

/** Reads a recorded run of the multi-layer script. Errors: UserError naming the file and the key or tensor. */
export const readMultiLayerTrace = (source: TraceSource): Trace => {
  const { name, dtype, table, path } = source;
  const config = parseConfig(configFields, source);
  const rates = learningRates(config, path);
  const problem = readProblem(source, config, rates);
  const { rows, columns } = problem.trainingSet;
  const laterSets = (): Matrix[] =>
    Array.from({ length: Math.max(0, config.num_epoch - 1) }, (_, epoch) =>
      table.flatMatrix(`X_train.${epoch + 1}`, rows, columns),
    );
  return {
    name,
    dtype,
    epochs: config.num_epoch,
    stepsPerEpoch: Math.ceil(rows / config.batchsize),
    problem,
    learningRates: rates,
    batches: readOrders(table, config.num_epoch, rows),
    laterTrainingSets: config.regen_dataset_each_epoch ? laterSets() : null,
    measuredOn: 'batches',
    tolerance: { float32: 2e-3, float64: 1e-8 },
    expectations: readExpectations(source, config.num_epoch),
  };
};
