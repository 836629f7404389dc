import * as z from 'zod';
import { count, number } from '../values.js';
import { field } from './frame-field.js';

/** Where a run is, and how it learns. */
export const courseFields = {
  type: field(() => z.literal('frame')),
  step: field(() => count.describe('Steps taken.')),
  epoch: field(() => z.number().min(0).describe('Completed epochs, fractional between boundaries.')),
  trainLoss: field(
    () =>
      number.describe(
        'Mean over samples and outputs of the squared error on the whole training set, or the mean cross-entropy; null when ' +
          'it is not finite.',
      ),
    {
      numbers: {
        trainLoss: {
          label: 'training loss',
          unit: 'loss',
          better: 'lower',
          long: 'train_loss',
          wide: 'train_loss',
          tag: 'loss/train',
          report: 'run',
          of: (loss) => loss,
        },
      },
    },
  ),
  evalLoss: field(() => number.describe('The same on the evaluation set.'), {
    numbers: {
      evalLoss: {
        label: 'evaluation loss',
        unit: 'loss',
        better: 'lower',
        long: 'eval_loss',
        wide: 'eval_loss',
        tag: 'loss/eval',
        report: 'run',
        of: (loss) => loss,
      },
    },
  }),
  batchLoss: field(
    () =>
      z
        .object({ minimum: number, mean: number, maximum: number })
        .nullable()
        .describe(
          'Minibatch losses since the previous frame (before each update); null when no step was taken.',
        ),
    {
      numbers: {
        leastBatchLoss: {
          label: 'least minibatch loss',
          unit: 'loss',
          better: 'lower',
          long: 'batch_loss_min',
          wide: 'batch_loss_min',
          tag: 'loss/batch_min',
          report: 'run',
          of: (losses) => losses?.minimum,
        },
        meanBatchLoss: {
          label: 'mean minibatch loss',
          unit: 'loss',
          better: 'lower',
          long: 'batch_loss_mean',
          wide: 'batch_loss_mean',
          tag: 'loss/batch_mean',
          report: 'run',
          of: (losses) => losses?.mean,
        },
        greatestBatchLoss: {
          label: 'greatest minibatch loss',
          unit: 'loss',
          better: 'lower',
          long: 'batch_loss_max',
          wide: 'batch_loss_max',
          tag: 'loss/batch_max',
          report: 'run',
          of: (losses) => losses?.maximum,
        },
      },
    },
  ),
  learningRate: field(() => number.describe('What the next step will use.'), {
    numbers: {
      learningRate: {
        label: 'learning rate',
        unit: '',
        better: null,
        long: 'learning_rate',
        wide: 'learning_rate',
        tag: 'learning_rate',
        absent: 'the report has the settings that it follows',
        of: (rate) => rate,
      },
    },
  }),
};

/** What the clock says. */
export const clockFields = {
  stepsPerSecond: field(
    () =>
      number.describe(
        'Steps a second of the latest second of training, or since the frame before where that is longer ago; evaluation included.',
      ),
    {
      numbers: {
        stepsPerSecond: {
          label: 'speed',
          unit: 'steps per second',
          better: 'higher',
          clock: true,
          wide: 'steps_per_second',
          tag: 'speed/steps_per_second',
          absent: 'a clock reading, no result of the run',
          of: (speed) => speed,
        },
      },
    },
  ),
  trainingSeconds: field(() => number.describe('Time spent running, pauses excluded.'), {
    numbers: {
      trainingSeconds: {
        label: 'training time',
        unit: 'seconds',
        better: 'lower',
        clock: true,
        wide: 'training_seconds',
        absent: "a clock reading, no result of the run; TensorBoard's wall time",
        of: (seconds) => seconds,
      },
    },
  }),
};
