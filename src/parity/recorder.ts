import type { Matrix } from '../net/index.js';
import type { Observer } from './observation.js';

/** Trains an engine as a trace says and measures what the trace has recorded. */
export type Recorder = {
  /** Trains an epoch on rows of the training set, one batch after another. */
  readonly train: (trainingSet: Matrix, rows: Int32Array) => void;
  /** Measures now, and on the batches of the epoch that has just been trained, if any. */
  readonly observe: (trainingSet: Matrix) => Observer;
};
