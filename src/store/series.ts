import type { Frame, Header } from '../protocol/index.js';
import type { Bucket } from './history.js';

/** Series of the history: these, then the best match of every teacher node, layer after layer. */
export const seriesIndex = { trainLoss: 0, evalLoss: 1, batchLoss: 2 } as const;
const lossSeries = 3;

/** Index in the history of the best match of a teacher node. */
export const matchSeries = (
  { teacherStrength }: Pick<Header, 'teacherStrength'>,
  layer: number,
  teacher: number,
): number => {
  const before = teacherStrength.slice(0, layer);
  return lossSeries + before.reduce((sum, nodes) => sum + nodes.length, 0) + teacher;
};

/** A frame as the history keeps it. */
export const bucketOf = (frame: Frame): Bucket => {
  const matches = frame.layers.flatMap((layer) => layer.bestMatchOfTeacher);
  const values = (batchLoss: number): number[] => [frame.trainLoss, frame.evalLoss, batchLoss, ...matches];
  const batch = frame.batchLoss ?? { minimum: Number.NaN, mean: Number.NaN, maximum: Number.NaN };
  return {
    fromStep: frame.step,
    toStep: frame.step,
    minimum: values(batch.minimum),
    maximum: values(batch.maximum),
    last: values(batch.mean),
  };
};
