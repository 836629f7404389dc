import type { Engine, Evaluation } from '../engine/engine.js';
import { learningRateInEpoch } from '../experiment/cadence.js';
import type { Matrix } from '../net/matrix.js';
import {
  bestMatchOfTeacher,
  covered,
  type GradientStatistics,
  gradientStatistics,
  hiddenProduct,
} from '../net/metrics.js';
import { forward } from '../net/two-layer.js';
import type { Trace } from './trace.js';

/** A value that our run has where the trace has an expectation; counts must agree exactly. */
export type Observation = {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly exact: boolean;
};

/** Looks a metric of the current epoch up by the reference's name; undefined for a name that it does not have. */
export type Observer = (metric: string) => Observation | undefined;

const scalar = (value: number, exact = false): Observation => ({ shape: [], values: [value], exact });
const list = (values: Float64Array): Observation => ({ shape: [values.length], values, exact: false });
const table = ({ rows, columns, data }: Matrix, exact = false): Observation => ({
  shape: [rows, columns],
  values: data,
  exact,
});

/** What the engine itself measures on one data set, under the reference's names. */
const engineMetrics = (set: 'train' | 'eval', { loss, layers: [layer] }: Evaluation) => {
  const matrix = (data: Float64Array): Matrix => ({ rows: layer.teachers, columns: layer.students, data });
  const best = bestMatchOfTeacher(matrix(layer.correlation)).correlation;
  return {
    best,
    named: {
      [`${set}_loss`]: scalar(loss),
      [`corr_${set}`]: table(matrix(layer.correlation)),
      [`obs_${set}`]: table(matrix(layer.observability), true),
      [`best_corr_${set}`]: list(best),
    },
  };
};

/** What engines do not offer, from the oracle on the engine's weights and its current training set. */
const oracleMetrics = (trace: Trace, engine: Engine, trainingSet: Matrix) => {
  const { teacher, rule } = trace.problem;
  const { student } = engine.readState();
  const teacherActivations = forward(teacher, trainingSet, rule.relu);
  const activations = forward(student, trainingSet, rule.relu);
  const gradients: GradientStatistics = gradientStatistics(student, activations, teacherActivations.output);
  return {
    grad_W1_norm: scalar(gradients.gradW1Norm),
    grad_W2_norm: scalar(gradients.gradW2Norm),
    g1_train: list(gradients.g1),
    g2_train: list(gradients.g2),
    ts_prod: table(hiddenProduct(teacherActivations.hidden, activations.hidden)),
    ss_prod: table(hiddenProduct(activations.hidden, activations.hidden)),
    W1: table(student.w1),
    W2: table(student.w2),
  };
};

/** Measures everything once; counts of covered teacher nodes follow from the threshold in the metric's name. */
const observe = (trace: Trace, engine: Engine, trainingSet: Matrix): Observer => {
  const train = engineMetrics('train', engine.evaluate('train'));
  const evaluation = engineMetrics('eval', engine.evaluate('eval'));
  const named: Readonly<Record<string, Observation>> = {
    ...train.named,
    ...evaluation.named,
    ...oracleMetrics(trace, engine, trainingSet),
  };
  return (metric) => {
    const [, set, threshold] = /^covered_(train|eval)\[(\d*\.?\d+)\]$/.exec(metric) ?? [];
    if (threshold !== undefined)
      return scalar(covered((set === 'train' ? train : evaluation).best, Number(threshold)), true);
    return Object.hasOwn(named, metric) ? named[metric] : undefined;
  };
};

const trainEpoch = (trace: Trace, engine: Engine, epoch: number): void => {
  const { problem, halvingPeriod, batches, stepsPerEpoch } = trace;
  engine.setLearningRate(learningRateInEpoch({ learningRate: problem.learningRate, halvingPeriod }, epoch));
  if (batches === null) engine.train(stepsPerEpoch);
  else engine.trainOn(batches[epoch]);
};

/**
 * Re-runs a trace on its own batches and calls back before the first update and after each epoch, with a new
 * training set, where the trace has one, only after that. Source: luckmatters recon_two_layer.py, `run`.
 *
 * The engine must have been made from `trace.problem`; it is left in the run's last state.
 */
export const replay = (
  trace: Trace,
  engine: Engine,
  visit: (epoch: number, observer: Observer) => void,
): void => {
  let trainingSet = trace.problem.trainingSet;
  visit(0, observe(trace, engine, trainingSet));
  for (let epoch = 0; epoch < trace.epochs; epoch++) {
    const next = epoch > 0 ? trace.laterTrainingSets?.[epoch - 1] : undefined;
    if (next !== undefined) {
      trainingSet = next;
      engine.setTrainingSet(next);
    }
    trainEpoch(trace, engine, epoch);
    visit(epoch + 1, observe(trace, engine, trainingSet));
  }
};
