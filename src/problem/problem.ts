import type { Matrix, Network, TrainingRules } from '../net/index.js';

/** What a student is trained on. */
export type TrainingSamples = {
  /** [N x d], images flattened with channels outermost */ readonly trainingSet: Matrix;
  /** Added to the teacher's outputs on it [N x c]; null: nothing. */
  readonly outputNoise: Matrix | null;
};

/** Everything an engine needs to train a student; the teacher is evaluated with running statistics. */
export type Problem = TrainingRules &
  TrainingSamples & {
    readonly teacher: Network;
    readonly student: Network;
    /** Nodes of each hidden teacher layer that the metrics are about, ascending. */
    readonly activeNodes: readonly (readonly number[])[];
    /** [N x d] */ readonly evaluationSet: Matrix;
    /** The data set's own labels of it; null where they are not asked for. [N] */
    readonly evaluationLabels: Uint8Array | null;
    /** State of the sampler of batches, see BatchSampler. */
    readonly samplerState: Uint32Array;
  };
