import type { EngineRequest } from '../../engine/index.js';
import type { SweepRun } from '../expand.js';
import type { SweepResult } from '../result.js';
import type { RecordingSettings } from '../trainer.js';

/** A run to train, as the pool sends it to a worker. */
export type TrainOrder = {
  readonly run: SweepRun;
  readonly settings: RecordingSettings;
  readonly choice: EngineRequest;
};

/** What a worker answers: how far its run is, and at last the result, after which it is free. */
export type WorkerReport =
  | { readonly type: 'progress'; readonly run: string; readonly epoch: number }
  | { readonly type: 'finished'; readonly result: SweepResult };
