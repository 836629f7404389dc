import { isSpecialized } from '../../../../net/index.js';

/** A column of the matrix: the student nodes that it stands for, one or several. */
export type MatrixColumn = readonly number[];

/** Cuts a list into so many stretches of about the same length; none is empty where the list is long enough. */
const inStretches = <T>(list: readonly T[], count: number): T[][] =>
  Array.from({ length: count }, (_, at) =>
    list.slice(Math.floor((at * list.length) / count), Math.floor(((at + 1) * list.length) / count)),
  );

/** Folds columns into no more than so many, neighbours together. */
const folded = (columns: readonly MatrixColumn[], most: number): MatrixColumn[] =>
  columns.length <= most ? [...columns] : inStretches(columns, most).map((stretch) => stretch.flat());

/** By teacher node, then by student node. */
type Correlations = readonly (readonly number[])[];

/** The teacher node that a student node has learned: of those above the threshold the best; null where there is none. */
const learnedBy = (student: number, correlation: Correlations, threshold: number): number | null => {
  let best: number | null = null;
  for (let teacher = 0; teacher < correlation.length; teacher++) {
    const value = correlation[teacher][student];
    if (isSpecialized(value, threshold) && !(best !== null && correlation[best][student] >= value))
      best = teacher;
  }
  return best;
};

/** The student nodes of each teacher node in its rank, and all others: what stays together where columns fold. */
type Groups = { readonly ofTeachers: readonly MatrixColumn[]; readonly others: readonly number[] };

/**
 * A teacher node's student nodes are those that have learned it, and the one on the diagonal where that has learned
 * no other.
 */
const groupsOf = (
  order: readonly number[],
  teachers: readonly number[],
  correlations: Correlations,
  threshold: number,
): Groups => {
  const ranks = new Map(teachers.map((teacher, rank) => [teacher, rank]));
  const ofTeachers: number[][] = teachers.map(() => []);
  const others: number[] = [];
  order.forEach((student, at) => {
    const learned = learnedBy(student, correlations, threshold);
    const rank = learned === null ? at : (ranks.get(learned) ?? at);
    if (rank < ofTeachers.length) ofTeachers[rank].push(student);
    else others.push(student);
  });
  return { ofTeachers: ofTeachers.filter((group) => group.length > 0), others };
};

/** Share of the columns that the student nodes without a teacher node have at least, where all fold. */
const leastOthers = 0.2;

const foldedAll = ({ ofTeachers, others }: Groups, room: number): MatrixColumn[] => {
  const least = Math.min(others.length, Math.max(1, Math.floor(leastOthers * room)));
  const groups = folded(ofTeachers, Math.max(1, room - least));
  const singles = others.map((student) => [student]);
  const columns = groups.length + singles.length;
  if (columns > room) return [...groups, ...folded(singles, Math.max(0, room - groups.length))];
  return [...unfoldedSmall(groups, room - columns), ...singles];
};

/** Groups with columns to spare given to them: one for each student node of the smallest, as many as are left after that. */
const unfoldedSmall = (groups: readonly MatrixColumn[], spare: number): MatrixColumn[] => {
  let left = spare;
  const columns = new Map<MatrixColumn, readonly MatrixColumn[]>();
  for (const group of groups.toSorted((a, b) => a.length - b.length)) {
    const more = Math.min(left, group.length - 1);
    left -= more;
    const singles = group.map((student) => [student]);
    columns.set(group, folded(singles, 1 + more));
  }
  return groups.flatMap((group) => columns.get(group) ?? [group]);
};

/** Share of the columns that show single student nodes where the matrix is unfolded around one of them. */
const unfoldedShare = 0.7;

/** One column a student node around the one at `at`, the rest folded on either side. */
const unfoldedAround = (order: readonly number[], at: number, room: number): MatrixColumn[] => {
  const singles = order.map((student) => [student]);
  const detail = Math.max(1, Math.min(room - 2, Math.floor(unfoldedShare * room)));
  const half = Math.max(1, Math.floor(detail / 2));
  // Moves on by halves, so that columns stand still while a cursor goes through them.
  const wanted = Math.floor(at / half) * half - Math.floor(half / 2);
  const from = Math.max(0, Math.min(order.length - detail, wanted));
  const [before, after] = [singles.slice(0, from), singles.slice(from + detail)];
  const left = room - detail;
  const share = Math.round((left * before.length) / (before.length + after.length));
  const leftBefore = Math.max(before.length > 0 ? 1 : 0, Math.min(left - (after.length > 0 ? 1 : 0), share));
  return [
    ...folded(before, leftBefore),
    ...singles.slice(from, from + detail),
    ...folded(after, left - leftBefore),
  ];
};

export type ColumnChoice = {
  /** Student nodes as they stand side by side, those of the diagonal first. */
  readonly order: readonly number[];
  /** Teacher nodes, strong to weak. */
  readonly teachers: readonly number[];
  readonly correlations: Correlations;
  readonly threshold: number;
  /** Columns that there is room for: 3 or more. */
  readonly room: number;
  /** The student node to unfold around; null to fold evenly. */
  readonly around: number | null;
};

/**
 * The columns of the matrix: one a student node where there is room. Else the student nodes that have learned the same
 * teacher node share a column, those of the most learned ones first, and where that is not enough the others are binned,
 * so that every one of them has a place.
 */
export const matrixColumns = ({
  order,
  teachers,
  correlations,
  threshold,
  room,
  around,
}: ColumnChoice): MatrixColumn[] => {
  if (order.length <= room) return order.map((student) => [student]);
  const groups = groupsOf(order, teachers, correlations, threshold);
  if (around === null) return foldedAll(groups, room);
  const together = [...groups.ofTeachers.flat(), ...groups.others];
  return unfoldedAround(together, together.indexOf(around), room);
};

/** The student node of a column that correlates most with a teacher node; the first where none is a number. */
export const bestOf = (column: MatrixColumn, correlations: readonly number[]): number => {
  let best = column[0];
  for (const student of column)
    if (correlations[student] > correlations[best] || Number.isNaN(correlations[best])) best = student;
  return best;
};
