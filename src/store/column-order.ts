import type { Header, LayerFrame } from '../protocol/index.js';
import { takeOverMargin } from './holders.js';

/** The order in which the matrix shows the student nodes. */
export type ColumnOrder = {
  /** A permutation of the student nodes. */
  readonly students: readonly number[];
  /** How many columns right after the diagonal hold further students above the threshold. */
  readonly contenders: number;
};

/** Teacher nodes of a layer, strong to weak. */
export const teachersByStrength = (
  { teacherStrength }: Pick<Header, 'teacherStrength'>,
  layer: number,
): number[] => {
  const strength = teacherStrength[layer];
  return [...strength.keys()].sort((a, b) => strength[b] - strength[a] || a - b);
};

export const identityOrder = (students: number): ColumnOrder => ({
  students: Array.from({ length: students }, (_, student) => student),
  contenders: 0,
});

/**
 * Moves the student that holds the r-th strongest teacher node to column r, and every further student above the
 * threshold right behind the diagonal. Holders choose first, the surest matches before others, so that no node draws away
 * another node's holder. `owners`: the student that holds each teacher node.
 *
 * Stable: a column changes place only when another beats it by a margin, and then the two trade places.
 */
export const reorderColumns = (
  order: ColumnOrder,
  layer: LayerFrame,
  teachersByStrength: readonly number[],
  owners: readonly number[],
  threshold: number,
): ColumnOrder => {
  const students = [...order.students];
  const diagonal = Math.min(teachersByStrength.length, students.length);
  const rows = teachersByStrength
    .slice(0, diagonal)
    .map((teacher): Row => ({ correlation: layer.correlation[teacher], owner: owners[teacher] }));
  for (const { rank, student } of claims(order.students, rows))
    swap(students, rank, students.indexOf(student));
  const behind = students.slice(diagonal);
  const contenders = contendersOf(behind, order.contenders, layer, teachersByStrength, threshold);
  const others = behind.filter((student) => !contenders.includes(student));
  return {
    students: [...students.slice(0, diagonal), ...contenders, ...others],
    contenders: contenders.length,
  };
};

/** A student that belongs in the column of this rank, how well it matches, and whether it holds the node. */
type Claim = {
  readonly rank: number;
  readonly student: number;
  readonly match: number;
  readonly isHolder: boolean;
};

/** A teacher node's correlations, and the student that holds it. */
type Row = { readonly correlation: readonly number[]; readonly owner: number };

/** One claim a row of correlations, the surest first, no student twice; none for a row without a number. */
const claims = (students: readonly number[], rows: readonly Row[]): Claim[] => {
  const made: Claim[] = [];
  const free = new Set(students);
  const waiting = new Set(rows.keys());
  const bids = rows.map((row, rank) => bestBid(rank, row, students[rank], free));
  while (waiting.size > 0) {
    const surest = surestOf(bids, waiting);
    if (surest === null) return made;
    made.push(surest);
    waiting.delete(surest.rank);
    free.delete(surest.student);
    for (const rank of waiting)
      if (bids[rank]?.student === surest.student)
        bids[rank] = bestBid(rank, rows[rank], students[rank], free);
  }
  return made;
};

/** The node's holder; where that is taken the free student that correlates most, the one in the column first. */
const bestBid = (
  rank: number,
  { correlation, owner }: Row,
  incumbent: number,
  free: ReadonlySet<number>,
): Claim | null => {
  if (free.has(owner) && !Number.isNaN(correlation[owner]))
    return { rank, student: owner, match: correlation[owner], isHolder: true };
  let best: Claim | null = null;
  for (const student of free) {
    const match = correlation[student] + (student === incumbent ? takeOverMargin : 0);
    if (match > (best?.match ?? Number.NEGATIVE_INFINITY)) best = { rank, student, match, isHolder: false };
  }
  return best;
};

/** Whether a claim comes before another: a holder's before one that is not, then the better match. */
const isSurer = (a: Claim, b: Claim): boolean => (a.isHolder === b.isHolder ? a.match > b.match : a.isHolder);

const surestOf = (bids: readonly (Claim | null)[], waiting: ReadonlySet<number>): Claim | null => {
  let surest: Claim | null = null;
  for (const rank of waiting) {
    const bid = bids[rank];
    if (bid && (surest === null || isSurer(bid, surest))) surest = bid;
  }
  return surest;
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
