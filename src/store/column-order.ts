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
  const behind = students.slice(diagonal);
  const contenders = contendersOf(behind, order.contenders, layer, teachersByStrength, threshold);
  const others = behind.filter((student) => !contenders.includes(student));
  return {
    students: [...students.slice(0, diagonal), ...contenders, ...others],
    contenders: contenders.length,
  };
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

/**
 * Students behind the diagonal that are above the threshold, gathered by the teacher node that they match.
 * The first `before` of them were so last time, and stay until they are clearly below it.
 */
const contendersOf = (
  behind: readonly number[],
  before: number,
  { correlation }: LayerFrame,
  teachersByStrength: readonly number[],
  threshold: number,
): number[] => {
  const matchOf = (student: number, least: number): number =>
    teachersByStrength.findIndex((teacher) => correlation[teacher][student] > least);
  return behind
    .map((student, at) => ({
      student,
      match: matchOf(student, at < before ? threshold - takeOverMargin : threshold),
    }))
    .filter(({ match }) => match >= 0)
    .sort((a, b) => a.match - b.match)
    .map(({ student }) => student);
};
