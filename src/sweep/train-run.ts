import type { EngineDescription } from '../engine/index.js';
import type { SweepRun } from './expand.js';
import type { TrainOrder } from './local/worker-protocol.js';
import type { SweepResult } from './result.js';
import type { Trainer, TrainingRecord } from './trainer.js';

/** What stands in a result whose run never got an engine. */
const noEngine = (precision: EngineDescription['precision']): EngineDescription => ({
  engine: 'naive',
  variant: 'none',
  precision,
  threads: 1,
});

const noRecord = ({ experiment }: SweepRun, reason: string): TrainingRecord => ({
  engine: noEngine(experiment.precision),
  status: 'failed',
  reason,
  steps: 0,
  epochs: [],
  layers: [],
});

const resultOf = (run: SweepRun, record: TrainingRecord, seconds: number, finished: Date): SweepResult => ({
  type: 'result',
  formatVersion: 2,
  run: run.id,
  cell: { ...run.cell },
  seed: run.seed,
  experiment: run.experiment,
  ...record,
  seconds: Number(seconds.toFixed(3)),
  finishedAt: finished.toISOString(),
});

/** The result of a run whose thread or task ended before the run did. */
export const failedResult = (run: SweepRun, reason: string, finished: Date): SweepResult =>
  resultOf(run, noRecord(run, reason), 0, finished);

/** Trains one run. A run that cannot be trained has a result too: status `failed`, with the reason. */
export const trainRun = async (
  trainer: Trainer,
  { run, settings, choice }: TrainOrder,
  clock: { readonly now: () => number; readonly date: () => Date },
  onEpoch: (epoch: number) => void,
): Promise<SweepResult> => {
  const started = clock.now();
  const record = await trainer
    .train(run.experiment, settings, choice, onEpoch)
    .catch((error: unknown) => noRecord(run, error instanceof Error ? error.message : String(error)));
  return resultOf(run, record, (clock.now() - started) / 1000, clock.date());
};
