import type { LayerFrame } from '../run/protocol.js';

/** The order in which the matrix shows the student nodes. */
export type ColumnOrder = {
  /** A permutation of the student nodes. */
  readonly students: readonly number[];
  /** How many columns right after the diagonal hold further students above the threshold. */
  readonly contenders: number;
};

/** Correlation by which a student must beat the one on the diagonal to take its place. */
const takeOverMargin = 0.05;

export const identityOrder = (students: number): ColumnOrder => ({
  students: Array.from({ length: students }, (_, student) => student),
  contenders: 0,
});

/**
 * Moves the student that best matches the r-th strongest teacher node to column r, and every further student
 * above the threshold right behind the diagonal.
 *
 * Stable: a column changes place only when another beats it by a margin, and then the two trade places.
 */
export const reorderColumns = (
  order: ColumnOrder,
  layer: LayerFrame,
  teachersByStrength: readonly number[],
  threshold: number,
): ColumnOrder => {
  const students = [...order.students];
  const diagonal = Math.min(teachersByStrength.length, students.length);
  for (let rank = 0; rank < diagonal; rank++) {
    const row = layer.correlation[teachersByStrength[rank]];
    const challenger = bestFrom(students, rank, row);
    if (row[students[challenger]] > row[students[rank]] + takeOverMargin) swap(students, rank, challenger);
  }
  const contenders = gatherContenders(students, diagonal, order.contenders, layer, threshold);
  return { students, contenders };
};

/** The position from `start` on whose student correlates most with a teacher node. */
const bestFrom = (students: readonly number[], start: number, row: readonly number[]): number => {
  let best = start;
  for (let at = start + 1; at < students.length; at++) if (row[students[at]] > row[students[best]]) best = at;
  return best;
};

const swap = (students: number[], a: number, b: number): void => {
  [students[a], students[b]] = [students[b], students[a]];
};

/** Mutates `students` behind the diagonal. A contender stays one until it is clearly below the threshold. */
const gatherContenders = (
  students: number[],
  diagonal: number,
  before: number,
  layer: LayerFrame,
  threshold: number,
): number => {
  let contenders = 0;
  for (let at = diagonal; at < students.length; at++) {
    const leave = at < diagonal + before ? threshold - takeOverMargin : threshold;
    const student = students[at];
    if (!layer.correlation.some((row) => row[student] > leave)) continue;
    swap(students, at, diagonal + contenders);
    contenders++;
  }
  return contenders;
};
