import type { Frame } from '../frame.js';
import type { RunSeries } from './frame-series.js';

/** A number of the curvature, where a frame has it. */
const ofCurvature =
  (number: (curvature: Exclude<Frame['curvature'], string | undefined>) => number) =>
  ({ curvature }: Frame): number | undefined =>
    curvature === undefined || typeof curvature === 'string' ? undefined : number(curvature);

/** What the equations of online learning predict, where a frame has it. */
export const predictedOf = ({ orderParameters }: Frame) => {
  const predicted = orderParameters?.predicted;
  return predicted === null || typeof predicted === 'string' ? undefined : predicted;
};

/** One number a frame, in the order of history, charts and exports. */
export const runSeries = {
  trainLoss: {
    label: 'training loss',
    unit: 'loss',
    better: 'lower',
    long: 'train_loss',
    wide: 'train_loss',
    tag: 'loss/train',
    report: 'run',
    of: ({ trainLoss }) => trainLoss,
  },
  evalLoss: {
    label: 'evaluation loss',
    unit: 'loss',
    better: 'lower',
    long: 'eval_loss',
    wide: 'eval_loss',
    tag: 'loss/eval',
    report: 'run',
    of: ({ evalLoss }) => evalLoss,
  },
  leastBatchLoss: {
    label: 'least minibatch loss',
    unit: 'loss',
    better: 'lower',
    long: 'batch_loss_min',
    wide: 'batch_loss_min',
    tag: 'loss/batch_min',
    report: 'run',
    of: ({ batchLoss }) => batchLoss?.minimum,
  },
  meanBatchLoss: {
    label: 'mean minibatch loss',
    unit: 'loss',
    better: 'lower',
    long: 'batch_loss_mean',
    wide: 'batch_loss_mean',
    tag: 'loss/batch_mean',
    report: 'run',
    of: ({ batchLoss }) => batchLoss?.mean,
  },
  greatestBatchLoss: {
    label: 'greatest minibatch loss',
    unit: 'loss',
    better: 'lower',
    long: 'batch_loss_max',
    wide: 'batch_loss_max',
    tag: 'loss/batch_max',
    report: 'run',
    of: ({ batchLoss }) => batchLoss?.maximum,
  },
  learningRate: {
    label: 'learning rate',
    unit: '',
    better: null,
    long: 'learning_rate',
    wide: 'learning_rate',
    tag: 'learning_rate',
    absent: 'the report has the settings that it follows',
    of: ({ learningRate }) => learningRate,
  },
  largestEigenvalue: {
    label: 'largest eigenvalue of the Hessian',
    unit: '',
    better: null,
    long: 'hessian_largest',
    wide: 'hessian_largest',
    tag: 'hessian/largest',
    report: 'landscape',
    asked: true,
    of: ofCurvature(({ largest }) => largest.value),
  },
  smallestEigenvalue: {
    label: 'smallest eigenvalue of the Hessian',
    unit: '',
    better: null,
    long: 'hessian_smallest',
    wide: 'hessian_smallest',
    tag: 'hessian/smallest',
    report: 'landscape',
    asked: true,
    of: ofCurvature(({ smallest }) => smallest.value),
  },
  labelLoss: {
    label: 'cross-entropy with the labels',
    unit: 'loss',
    better: 'lower',
    long: 'label_loss',
    wide: 'label_loss',
    tag: 'labels/loss',
    report: 'classes',
    asked: true,
    of: ({ labels }) => labels?.loss,
  },
  kernelChange: {
    label: 'turn of the tangent kernel',
    unit: '',
    better: null,
    long: 'kernel_change',
    wide: 'kernel_change',
    tag: 'richness/kernel_change',
    report: 'landscape',
    asked: true,
    of: ({ richness }) => richness?.kernel,
  },
  closedFormLoss: {
    label: 'closed-form loss',
    unit: 'loss',
    better: 'lower',
    long: 'closed_form_loss',
    wide: 'closed_form_loss',
    tag: 'loss/closed_form',
    report: 'order',
    asked: true,
    of: ({ orderParameters }) => orderParameters?.loss,
  },
  predictedLoss: {
    label: 'predicted loss',
    unit: 'loss',
    better: null,
    long: 'predicted_loss',
    wide: 'predicted_loss',
    tag: 'loss/predicted',
    report: 'order',
    asked: true,
    of: (frame) => predictedOf(frame)?.loss,
  },
  stepsPerSecond: {
    label: 'speed',
    unit: 'steps per second',
    better: 'higher',
    clock: true,
    wide: 'steps_per_second',
    tag: 'speed/steps_per_second',
    absent: 'a clock reading, no result of the run',
    of: ({ stepsPerSecond }) => stepsPerSecond,
  },
  trainingSeconds: {
    label: 'training time',
    unit: 'seconds',
    better: 'lower',
    clock: true,
    wide: 'training_seconds',
    absent: "a clock reading, no result of the run; TensorBoard's wall time",
    of: ({ trainingSeconds }) => trainingSeconds,
  },
} as const satisfies Readonly<Record<string, RunSeries>>;
