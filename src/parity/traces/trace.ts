import type { Precision } from '../../engine/index.js';
import type { Matrix } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import type { Expectation } from './trace-parts.js';

/** A recorded run of one of the published scripts. */
export type Trace = {
  readonly name: string;
  readonly dtype: Precision;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly problem: Problem;
  /** Learning rate of each epoch. */
  readonly learningRates: readonly number[];
  /** Rows of the training set of each epoch, one batch after another; null: every step takes the whole set. */
  readonly batches: readonly Int32Array[] | null;
  /** The training set of each epoch from the second on; null: it stays the first. */
  readonly laterTrainingSets: readonly Matrix[] | null;
  /** What its training metrics are of: each batch before its update, or the whole set after an epoch. */
  readonly measuredOn: 'batches' | 'whole sets';
  /** Largest relative deviation that passes, by the precision of the arithmetic. */
  readonly tolerance: Readonly<Record<Precision, number>>;
  readonly expectations: readonly Expectation[];
};
