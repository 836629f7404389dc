import { type Frame, type Header, type RunSeries, runSeries } from '../protocol/index.js';
import type { Bucket } from './history.js';

const series: readonly RunSeries[] = Object.values(runSeries);

/** Places in the history of the numbers that a frame has one of; the best matches of the teacher nodes follow them. */
export const seriesIndex = Object.fromEntries(
  Object.keys(runSeries).map((id, index) => [id, index]),
) as Readonly<Record<keyof typeof runSeries, number>>;

/** Index in the history of the best match of a teacher node. */
export const matchSeries = (
  { teacherStrength }: Pick<Header, 'teacherStrength'>,
  layer: number,
  teacher: number,
): number => {
  const before = teacherStrength.slice(0, layer);
  return series.length + before.reduce((sum, nodes) => sum + nodes.length, 0) + teacher;
};

/** A frame as the history keeps it. */
export const bucketOf = (frame: Frame): Bucket => {
  const values = [
    ...series.map(({ of }) => of(frame) ?? Number.NaN),
    ...frame.layers.flatMap((layer) => layer.bestMatchOfTeacher),
  ];
  return { fromStep: frame.step, toStep: frame.step, minimum: values, maximum: values, last: values };
};
