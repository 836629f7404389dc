import { isSpecialized } from '../net/index.js';
import { nameAt } from '../protocol/index.js';
import type { EpochRecord, SweepResult } from '../sweep/index.js';
import { eventFile, type Scalar, scalarsEvent } from './event-file.js';
import { hparamsEnd, hparamsStart } from './hparams.js';
import { startSeconds } from './tensorboard.js';

/** Tags of a frame's series, which a record of a sweep has too. */
const tags = {
  train: 'loss/train',
  evaluation: 'loss/eval',
  specialized: 'specialized/layer_L',
  bestMatch: 'best_match/layer_L/teacher_J',
};

const scalarsOf = (record: EpochRecord, threshold: number): Scalar[] => [
  [tags.train, record.trainLoss],
  [tags.evaluation, record.evalLoss],
  ...(record.bestMatchOfTeacher ?? []).flatMap((best, L): Scalar[] => [
    [nameAt(tags.specialized, { L }), best.filter((match) => isSpecialized(match, threshold)).length],
    ...best.map((match, J): Scalar => [nameAt(tags.bestMatch, { L, J }), match]),
  ]),
];

function* eventsOf(result: SweepResult, startedAt: number, threshold: number): Generator<number[]> {
  const { experiment, seed, cell, epochs, seconds, status, run } = result;
  // Seeds of a cell are one group: the HPARAMS tab can say their means.
  yield hparamsStart({ ...cell, seed }, run.replace(/\/seed=\d+$/, ''), startedAt);
  for (const record of epochs) {
    const wallTime = startedAt + (seconds * record.epoch) / experiment.epochs;
    yield scalarsEvent(wallTime, record.epoch * experiment.stepsPerEpoch, scalarsOf(record, threshold));
  }
  yield hparamsEnd(status === 'failed' || status === 'diverged' ? 'failed' : 'ended', startedAt + seconds);
}

/** A finished run of a sweep as a TensorBoard event file: its settings, then the scalars of every recorded epoch. */
export const sweepTensorboardEvents = (result: SweepResult, threshold: number): Generator<Uint8Array> => {
  const startedAt = Math.max(0, startSeconds(result.finishedAt) - result.seconds);
  return eventFile(startedAt, eventsOf(result, startedAt, threshold));
};
