import type { Engine, Evaluation, Precision } from '../engine/index.js';
import { covered, forward, type Matrix, type Network, stacked } from '../net/index.js';
import { gradientStatistics, hiddenProduct } from './gradient-statistics.js';
import {
  bestCorrelation,
  commonPrecision,
  counts,
  list,
  type Observation,
  type Observer,
  scalar,
  table,
  teacherByStudent,
} from './observation.js';
import type { Recorder } from './recorder.js';
import { roundingAllowance } from './rounding.js';
import type { Trace } from './traces/trace.js';

const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b));

/** What the engine itself measures on one data set, under the reference's names. */
const engineMetrics = (set: 'train' | 'eval', evaluation: Evaluation) => {
  const [layer] = evaluation.layers;
  return {
    [`corr_${set}`]: table(teacherByStudent(layer, layer.correlation)),
    [`obs_${set}`]: counts(table(teacherByStudent(layer, layer.observability))),
    [`best_corr_${set}`]: list(bestCorrelation(evaluation.layers[0])),
  };
};

/** A run in progress, and the arithmetic that it is compared with. */
type Moment = {
  readonly trace: Trace;
  readonly engine: Engine;
  readonly trainingSet: Matrix;
  readonly precision: Precision;
};

/** Both losses, and what engines do not offer: from the oracle on the engine's weights. */
const oracleMetrics = ({ trace, engine, trainingSet, precision }: Moment, losses: readonly number[]) => {
  const { teacher, evaluationSet, grid } = trace.problem;
  const { student } = engine.readState();
  const passOn = (network: Network, x: Matrix) => forward(network, x, grid, false);
  const [t, s] = [passOn(teacher, trainingSet), passOn(student, trainingSet)];
  const [h, g] = [t, s].map(({ layers }) => layers[0].output);
  const gradients = gradientStatistics(student, s, t.output);
  const rounding = roundingAllowance(precision, t.output, student, s);
  const evalRounding = roundingAllowance(
    precision,
    passOn(teacher, evaluationSet).output,
    student,
    passOn(student, evaluationSet),
  );
  return {
    train_loss: scalar(losses[0], rounding.loss(losses[0])),
    eval_loss: scalar(losses[1], evalRounding.loss(losses[1])),
    grad_W1_norm: scalar(gradients.gradW1Norm, rounding.gradW1Norm),
    grad_W2_norm: scalar(gradients.gradW2Norm, rounding.gradW2Norm),
    g1_train: list(gradients.g1, rounding.g1(largest(gradients.g1))),
    g2_train: list(gradients.g2, rounding.g2(largest(gradients.g2))),
    ts_prod: table(hiddenProduct(h, g)),
    ss_prod: table(hiddenProduct(g, g)),
    W1: table(stacked(student.hidden[0])),
    W2: table(stacked(student.final)),
  };
};

/** Measures everything once; counts of covered teacher nodes follow from the threshold in the metric's name. */
const observe = (moment: Moment): Observer => {
  const [train, evaluation] = [moment.engine.evaluate('train'), moment.engine.evaluate('eval')];
  const named: Readonly<Record<string, Observation>> = {
    ...engineMetrics('train', train),
    ...engineMetrics('eval', evaluation),
    ...oracleMetrics(moment, [train.loss, evaluation.loss]),
  };
  return (metric) => {
    const [, set, threshold] = /^covered_(train|eval)\[(\d*\.?\d+)\]$/.exec(metric) ?? [];
    if (threshold !== undefined)
      return counts(
        scalar(covered(bestCorrelation((set === 'train' ? train : evaluation).layers[0]), Number(threshold))),
      );
    return Object.hasOwn(named, metric) ? named[metric] : undefined;
  };
};

/** Measures both whole data sets after each epoch, as the published script of one hidden layer does. */
export class WholeSetRecorder implements Recorder {
  readonly #trace: Trace;
  readonly #engine: Engine;

  constructor(trace: Trace, engine: Engine) {
    this.#trace = trace;
    this.#engine = engine;
  }

  train(_: Matrix, rows: Int32Array): void {
    this.#engine.trainOn(rows);
  }

  observe(trainingSet: Matrix): Observer {
    const [trace, engine] = [this.#trace, this.#engine];
    return observe({ trace, engine, trainingSet, precision: commonPrecision(trace, engine.description) });
  }
}
