import type { BatchLosses, Evaluation, ReadableEngine } from '../../engine/index.js';
import { type Experiment, hiddenShapes } from '../../experiment/index.js';
import { fanOutNorms, type LayerForms, type Matrix } from '../../net/index.js';
import type { FormsFrame, Frame } from '../../protocol/index.js';
import { layerFrame, significant } from './layer-frame.js';
import { stateHash } from './state-hash.js';

/** Readings of a run that go into a frame beside the evaluation. */
export type FrameReadings = Pick<
  Frame,
  | ('step' | 'epoch' | 'learningRate' | 'stepsPerSecond' | 'trainingSeconds')
  | ('teacherStrength' | 'labels' | 'classes' | 'statements' | 'curvature' | 'orderParameters' | 'richness')
> & {
  /** Since the previous frame. */
  readonly batchLosses: BatchLosses;
};

/** Losses of a stretch of steps as a frame shows them; null when there was no step. */
const rangeOf = ({ steps, minimum, sum, maximum }: BatchLosses): Frame['batchLoss'] =>
  steps === 0 ? null : { minimum, mean: sum / steps, maximum };

const gradientNormsOf = ({ steps, gradientNorms }: BatchLosses): Pick<Frame, 'gradientNorms'> => {
  const mean = (sums: Float64Array): number[] => Array.from(sums, (sum) => significant(sum / steps));
  if (gradientNorms.weights.length === 0) return {};
  return { gradientNorms: { weights: mean(gradientNorms.weights), biases: mean(gradientNorms.biases) } };
};

const rowsOf = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * columns, (i + 1) * columns), (value) => Number(value.toPrecision(4)) + 0),
  );

const formsFrame = ({ hStudent, betaStudent, hTeacher, betaTeacher }: LayerForms): FormsFrame => ({
  hStudent: rowsOf(hStudent),
  betaStudent: rowsOf(betaStudent),
  hTeacher: rowsOf(hTeacher),
  betaTeacher: rowsOf(betaTeacher),
});

const formsOf = ({ gradientForms }: Evaluation, layer: number): { forms?: FormsFrame } =>
  gradientForms ? { forms: formsFrame(gradientForms[layer]) } : {};

/** Evaluates the engine's student and rounds what is found as it is shown and logged. */
export const takeFrame = (engine: ReadableEngine, experiment: Experiment, given: FrameReadings): Frame => {
  const { batchLosses, ...readings } = given;
  const { student } = engine.readState();
  const evaluation = engine.evaluate('eval');
  const shapes = hiddenShapes(experiment);
  const { topAgreement } = evaluation;
  return {
    type: 'frame',
    step: readings.step,
    epoch: readings.epoch,
    trainLoss: engine.loss('train'),
    evalLoss: evaluation.loss,
    batchLoss: rangeOf(batchLosses),
    learningRate: readings.learningRate,
    layers: evaluation.layers.map((metrics, layer) => ({
      ...layerFrame(metrics, fanOutNorms(student, layer), experiment.evalSize * shapes[layer].positions),
      ...formsOf(evaluation, layer),
    })),
    ...(readings.teacherStrength ? { teacherStrength: readings.teacherStrength } : {}),
    ...gradientNormsOf(batchLosses),
    ...(topAgreement ? { topAgreement: topAgreement.map(significant) } : {}),
    ...(readings.labels ? { labels: readings.labels } : {}),
    ...(readings.classes ? { classes: readings.classes } : {}),
    ...(readings.statements ? { statements: readings.statements } : {}),
    ...(readings.curvature ? { curvature: readings.curvature } : {}),
    ...(readings.orderParameters ? { orderParameters: readings.orderParameters } : {}),
    ...(readings.richness ? { richness: readings.richness } : {}),
    stateHash: stateHash(student, engine.description.precision),
    stepsPerSecond: readings.stepsPerSecond,
    trainingSeconds: readings.trainingSeconds,
  };
};
