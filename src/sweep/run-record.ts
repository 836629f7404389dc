import type { EngineDescription } from '../engine/engine.js';
import type { Experiment } from '../experiment/experiment.js';
import type { CellValues } from './plan.js';

/** Version of the results' line format; raised when a reader of the old format would misread the new. */
export const resultsFormatVersion = 1;

/** What a run shows after this many epochs; not finite values are NaN here and null in the file. */
export type EpochRecord = {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly evalLoss: number;
  /** Best correlation of each teacher node on the evaluation set. [m] */
  readonly bestMatchOfTeacher: readonly number[];
  /** Samples of the training and of the evaluation set that this was measured on, their first ones. */
  readonly samples: readonly [train: number, evaluation: number];
};

/** 'done' at its last epoch, 'stopped' by a rule of the sweep, 'diverged' or 'failed' by itself. */
export type RunStatus = 'done' | 'diverged' | 'stopped' | 'failed';

/** A finished run: a line of the results file. */
export type RunRecord = {
  readonly type: 'result';
  readonly formatVersion: typeof resultsFormatVersion;
  /** Its stable name, "multi=5,strengthDecay=1/seed=3". */
  readonly run: string;
  readonly cell: CellValues;
  readonly seed: number;
  readonly experiment: Experiment;
  /** Null for a run that failed before it had an engine. */
  readonly engine: EngineDescription | null;
  readonly status: RunStatus;
  /** Why, in a line; empty for a run that is done. */
  readonly reason: string;
  /** Training steps carried out. */
  readonly steps: number;
  /** Time that it took in its thread, data and evaluation included. */
  readonly seconds: number;
  readonly finishedAt: string; // ISO 8601
  /** Epoch 0 is before the first step. */
  readonly epochs: readonly EpochRecord[];
  /** ||v*_j|| of each teacher node, bias excluded. [m] */
  readonly teacherStrength: readonly number[];
  /** Each student node at the end, measured on the whole sets. [n] each */
  readonly students: {
    /** Best correlation with a teacher node. */
    readonly bestMatchTrain: readonly number[];
    readonly bestMatchEval: readonly number[];
    /** ||v_k||, bias excluded. */
    readonly fanOutNorm: readonly number[];
  };
};
