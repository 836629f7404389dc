import { type Frame, type Header, predictedOf, type RunSeries, runSeries } from '../protocol/index.js';
import { append, type Bucket, type History } from './history.js';

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

/** The latest best match that a bucket keeps; NaN of a teacher node that was not there yet. */
export const matchIn = ({ last }: Bucket, series: number): number => last[series] ?? Number.NaN;

/** A frame as the history keeps it. */
export const bucketOf = (frame: Frame): Bucket => {
  const values = [
    ...series.map(({ of }) => of(frame) ?? Number.NaN),
    ...frame.layers.flatMap((layer) => layer.bestMatchOfTeacher),
  ];
  return { fromStep: frame.step, toStep: frame.step, minimum: values, maximum: values, last: values };
};

type OrderFrame = NonNullable<Frame['orderParameters']>;

/** Places in the history of order parameters: of Q_ii, and of R_im by teacher node, each as measured and as predicted. */
export const orderPlaces = (students: number) => ({
  ofQ: (student: number) => ({ measured: student, predicted: students + student }),
  ofR: (teacher: number, student: number) => {
    const first = 2 * students + 2 * (teacher * students + student);
    return { measured: first, predicted: first + 1 };
  },
});

const valuesOf = ({ q, r }: OrderFrame, predicted: ReturnType<typeof predictedOf>): number[] => {
  const predictedAt = (table: 'q' | 'r', i: number, j: number): number =>
    predicted?.[table][i]?.[j] ?? Number.NaN;
  const teachers = r[0]?.length ?? 0;
  return [
    ...q.map((row, i) => row[i]),
    ...q.map((_, i) => predictedAt('q', i, i)),
    ...Array.from({ length: teachers }, (_, m) =>
      r.flatMap((row, i) => [row[m], predictedAt('r', i, m)]),
    ).flat(),
  ];
};

/** The history with the order parameters of one more frame, if it has any. */
export const appendOrder = (history: History, frame: Frame): History => {
  const { step, orderParameters } = frame;
  if (!orderParameters) return history;
  const values = valuesOf(orderParameters, predictedOf(frame));
  const bucket: Bucket = { fromStep: step, toStep: step, minimum: values, maximum: values, last: values };
  return append(history, bucket);
};
