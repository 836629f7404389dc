import * as z from 'zod';
import { learningRateInEpoch } from '../../experiment/index.js';
import type { TensorTable } from '../../files/index.js';
import { linear, type Matrix, networkOfStacked, relu, twoLayerRules } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import type { Trace } from './trace.js';
import { parseConfig, readExpectations, type TraceSource } from './trace-parts.js';

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
type Config = z.output<z.ZodObject<typeof configFields>>;

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
    : { batchSize: trainingSet.rows, batches: null };
  const activation = config.nonlinear ? relu : linear;
  const problem: Problem = {
    ...twoLayerRules({
      featuresFixed: config.feature_fixed,
      topLayerFixed: config.top_layer_fixed,
      normalizeStudent: config.normalize,
      noBias: config.no_bias,
      sgd: config.use_sgd,
      batchSize,
      learningRate: config.lr,
    }),
    teacher: networkOfStacked(teacherW1, teacherW2, activation),
    student: networkOfStacked(studentW1, studentW2, activation),
    activeNodes: [Array.from({ length: teacherW1.columns }, (_, node) => node)],
    trainingSet,
    outputNoise: null,
    evaluationSet: table.matrix('X_eval', undefined, d),
    evaluationLabels: null,
    samplerState: Uint32Array.of(1, 0, 0, 0),
  };
  return { problem, batches };
};

const laterTrainingSets = (table: TensorTable, config: Config, { rows, columns }: Matrix): Matrix[] =>
  Array.from({ length: Math.max(0, config.num_epoch - 1) }, (_, epoch) =>
    table.matrix(`X_train.${epoch + 1}`, rows, columns),
  );

const longRunSteps = 5000;

/** Single precision: what rounding grows to in so many steps. */
const toleranceOver = (steps: number): Trace['tolerance'] =>
  steps > longRunSteps ? { float32: 5e-2, float64: 1e-6 } : { float32: 1e-3, float64: 1e-9 };

/** Reads a recorded run of the two-layer script. Errors: UserError naming the file and the key or tensor. */
export const readTwoLayerTrace = (source: TraceSource): Trace => {
  const { name, dtype, table } = source;
  const config = parseConfig(configFields, source);
  const { num_epoch: epochs, num_iter_per_epoch: stepsPerEpoch } = config;
  const schedule = { learningRate: config.lr, halvingPeriod: config.lr_reduction };
  const { problem, batches } = readProblem(table, config);
  return {
    name,
    dtype,
    epochs,
    stepsPerEpoch,
    problem,
    learningRates: Array.from({ length: epochs }, (_, epoch) => learningRateInEpoch(schedule, epoch)),
    batches,
    laterTrainingSets: config.regen_dataset ? laterTrainingSets(table, config, problem.trainingSet) : null,
    measuredOn: 'whole sets',
    tolerance: toleranceOver(epochs * stepsPerEpoch),
    expectations: readExpectations(source, epochs),
  };
};
