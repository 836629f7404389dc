import { isSpecialized } from '../../../../net/index.js';

/** A column of the matrix: the student nodes that it stands for, one or several, and how many cells it takes at least. */
export type MatrixColumn = { readonly students: readonly number[]; readonly width: number };

const singleOf = (student: number): MatrixColumn => ({ students: [student], width: 1 });

/** All of a teacher node's own student nodes in one column, wide enough for their sign, their number and a gap. */
const countedOf = (students: readonly number[], gap: number): MatrixColumn => ({
  students,
  width: students.length > 1 ? 1 + String(students.length).length + gap : 1,
});

const widthOf = (columns: readonly MatrixColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0);

/** Cuts a list into so many stretches of about the same length; none is empty where the list is long enough. */
const inStretches = <T>(list: readonly T[], count: number): T[][] =>
  Array.from({ length: count }, (_, at) =>
    list.slice(Math.floor((at * list.length) / count), Math.floor(((at + 1) * list.length) / count)),
  );

/** Puts student nodes into no more than so many columns of one cell each, neighbours together. */
const binned = (students: readonly number[], most: number): MatrixColumn[] =>
  inStretches(students, Math.min(most, students.length)).map((each) => ({ students: each, width: 1 }));

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

/** What stays together where columns fold: the student nodes of each teacher node in its rank, and all others. */
type Groups = {
  readonly ofTeachers: readonly { readonly isLearned: boolean; readonly students: readonly number[] }[];
  readonly others: readonly number[];
};

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
  const ofTeachers = teachers.map(() => ({ isLearned: false, students: [] as number[] }));
  const others: number[] = [];
  order.forEach((student, at) => {
    const learned = learnedBy(student, correlations, threshold);
    const group = ofTeachers[learned === null ? at : (ranks.get(learned) ?? at)];
    if (!group) {
      others.push(student);
      return;
    }
    group.students.push(student);
    group.isLearned ||= learned !== null;
  });
  return { ofTeachers: ofTeachers.filter(({ students }) => students.length > 0), others };
};

/** Share of the cells that the student nodes without a teacher node have at least, where all fold. */
const leastOthers = 0.15;

/** Columns that are worth unfolding a part of a group into. */
const leastPart = 8;

/**
 * A column with its number for each group of student nodes; where `spare` cells are left one for each student node, of the
 * smallest groups first, and of the first that does not fit as many as there is room for.
 */
const unfoldedInto = (
  groups: readonly { readonly students: readonly number[] }[],
  gap: number,
  spare: number,
): MatrixColumn[] => {
  const columns = groups.map(({ students }) => [countedOf(students, gap)]);
  const bySize = [...groups.keys()].sort((a, b) => groups[a].students.length - groups[b].students.length);
  let left = spare;
  for (const at of bySize) {
    const { students } = groups[at];
    const more = students.length - columns[at][0].width;
    if (more <= Math.max(0, left)) columns[at] = students.map(singleOf);
    else {
      if (left >= leastPart) {
        // A blank parts them from the sign and the number of those that have no column of their own.
        const part = students.slice(0, left - 1).map(singleOf);
        const last = { ...part[part.length - 1], width: 2 };
        columns[at] = [...part.slice(0, -1), last, countedOf(students.slice(left - 1), gap)];
      }
      break;
    }
    left -= more;
  }
  return columns.flat();
};

/**
 * A column with its number for each teacher node; where there is no room for that, for each learned one; where there
 * is none for these, neighbours share a column.
 */
const foldedAll = ({ ofTeachers, others }: Groups, room: number): MatrixColumn[] => {
  const learned = ofTeachers.filter(({ isLearned }) => isLearned);
  const unlearned = ofTeachers.filter(({ isLearned }) => !isLearned).flatMap(({ students }) => students);
  const forOthers = (count: number): number => Math.min(count, Math.max(1, Math.floor(leastOthers * room)));
  const choices = [
    { own: ofTeachers, rest: others, gap: 1 },
    { own: ofTeachers, rest: others, gap: 0 },
    { own: learned, rest: [...unlearned, ...others], gap: 1 },
    { own: learned, rest: [...unlearned, ...others], gap: 0 },
  ];
  for (const { own, rest, gap } of choices) {
    const columns = own.map(({ students }) => countedOf(students, gap));
    const left = room - widthOf(columns);
    if (left < forOthers(rest.length)) continue;
    const unfolded = unfoldedInto(own, gap, left - rest.length);
    return [...unfolded, ...binned(rest, room - widthOf(unfolded))];
  }
  const shared = inStretches(ofTeachers, Math.min(ofTeachers.length, room - forOthers(others.length))).map(
    (groups) => ({ students: groups.flatMap(({ students }) => students), width: 1 }),
  );
  return [...shared, ...binned(others, room - shared.length)];
};

/** Share of the columns that show single student nodes where the matrix is unfolded around one of them. */
const unfoldedShare = 0.7;

/** One column a student node around the one at `at`, the rest folded on either side. */
const unfoldedAround = (order: readonly number[], at: number, room: number): MatrixColumn[] => {
  const detail = Math.max(1, Math.min(room - 2, Math.floor(unfoldedShare * room)));
  const half = Math.max(1, Math.floor(detail / 2));
  // Moves on by halves, so that columns stand still while a cursor goes through them.
  const wanted = Math.floor(at / half) * half - Math.floor(half / 2);
  const from = Math.max(0, Math.min(order.length - detail, wanted));
  const [before, after] = [order.slice(0, from), order.slice(from + detail)];
  const left = room - detail;
  const share = Math.round((left * before.length) / (before.length + after.length));
  const leftBefore = Math.max(before.length > 0 ? 1 : 0, Math.min(left - (after.length > 0 ? 1 : 0), share));
  return [
    ...binned(before, leftBefore),
    ...order.slice(from, from + detail).map(singleOf),
    ...binned(after, left - leftBefore),
  ];
};

export type ColumnChoice = {
  /** Student nodes as they stand side by side, those of the diagonal first. */
  readonly order: readonly number[];
  /** Teacher nodes, strong to weak. */
  readonly teachers: readonly number[];
  readonly correlations: Correlations;
  readonly threshold: number;
  /** Cells that there is room for: 3 or more. */
  readonly room: number;
  /** The student node to unfold around; null to fold evenly. */
  readonly around: number | null;
};

/**
 * The columns of the matrix: one a student node where there is room. Else the student nodes that have learned the same
 * teacher node share a column, which is wide enough to say how many they are, those of the strongest ones first; the others
 * are binned, so that every one of them has a place.
 */
export const matrixColumns = ({
  order,
  teachers,
  correlations,
  threshold,
  room,
  around,
}: ColumnChoice): MatrixColumn[] => {
  if (order.length <= room) return order.map(singleOf);
  const groups = groupsOf(order, teachers, correlations, threshold);
  if (around === null) return foldedAll(groups, room);
  const together = [...groups.ofTeachers.flatMap(({ students }) => students), ...groups.others];
  return unfoldedAround(together, together.indexOf(around), room);
};

/** The student node of a column that correlates most with a teacher node; the first where none is a number. */
export const bestOf = ({ students }: MatrixColumn, correlations: readonly number[]): number => {
  let best = students[0];
  for (const student of students)
    if (correlations[student] > correlations[best] || Number.isNaN(correlations[best])) best = student;
  return best;
};
