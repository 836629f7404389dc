import type { Engine, Evaluation, Precision } from '../engine/index.js';
import { learningRateInEpoch } from '../experiment/index.js';
import {
  covered,
  forward,
  gradientStatistics,
  hiddenProduct,
  type Matrix,
  type TwoLayer,
} from '../net/index.js';
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
  type Visit,
} from './observation.js';
import { roundingAllowance } from './rounding.js';
import type { TwoLayerTrace } from './two-layer-trace.js';

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
  readonly trace: TwoLayerTrace;
  readonly engine: Engine<TwoLayer>;
  readonly trainingSet: Matrix;
  readonly precision: Precision;
};

/** Both losses, and what engines do not offer: from the oracle on the engine's weights. */
const oracleMetrics = ({ trace, engine, trainingSet, precision }: Moment, losses: readonly number[]) => {
  const { teacher, rule, evaluationSet } = trace.problem;
  const { student } = engine.readState();
  const teacherOn = (x: Matrix) => forward(teacher, x, rule.relu);
  const studentOn = (x: Matrix) => forward(student, x, rule.relu);
  const [t, s] = [teacherOn(trainingSet), studentOn(trainingSet)];
  const gradients = gradientStatistics(student, s, t.output);
  const rounding = roundingAllowance(precision, t.output, student, s);
  const evalRounding = roundingAllowance(
    precision,
    teacherOn(evaluationSet).output,
    student,
    studentOn(evaluationSet),
  );
  return {
    train_loss: scalar(losses[0], rounding.loss(losses[0])),
    eval_loss: scalar(losses[1], evalRounding.loss(losses[1])),
    grad_W1_norm: scalar(gradients.gradW1Norm, rounding.gradW1Norm),
    grad_W2_norm: scalar(gradients.gradW2Norm, rounding.gradW2Norm),
    g1_train: list(gradients.g1, rounding.g1(largest(gradients.g1))),
    g2_train: list(gradients.g2, rounding.g2(largest(gradients.g2))),
    ts_prod: table(hiddenProduct(t.hidden, s.hidden)),
    ss_prod: table(hiddenProduct(s.hidden, s.hidden)),
    W1: table(student.w1),
    W2: table(student.w2),
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

const trainEpoch = (trace: TwoLayerTrace, engine: Engine<TwoLayer>, epoch: number): void => {
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
export const replayTwoLayer = (trace: TwoLayerTrace, engine: Engine<TwoLayer>, visit: Visit): void => {
  const precision = commonPrecision(trace, engine.description);
  let trainingSet = trace.problem.trainingSet;
  visit(0, observe({ trace, engine, trainingSet, precision }));
  for (let epoch = 0; epoch < trace.epochs; epoch++) {
    const next = epoch > 0 ? trace.laterTrainingSets?.[epoch - 1] : undefined;
    if (next !== undefined) {
      trainingSet = next;
      engine.setTrainingSet(next);
    }
    trainEpoch(trace, engine, epoch);
    visit(epoch + 1, observe({ trace, engine, trainingSet, precision }));
  }
};
