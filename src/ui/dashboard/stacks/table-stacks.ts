import { chrome, clamp, type Stack, stackGap } from './panel-size.js';

/** Width up to which the matrix has all of it, and says of its rows what the table of teacher nodes would. */
export const narrowUpTo = 59;

/** Columns of a matrix beside its cells: number, sign and learners of a row. */
export const matrixLabelWidth = 9;

/** Columns that the matrix' title line needs for the names of some unlearned nodes. */
const titleWidth = 64;

/** Two columns a student node where they fit, else one; what is left goes to the histories. */
const matrixWidth = (available: number, n: number, frame: number): number => {
  const around = matrixLabelWidth + frame;
  const roomy = around + 2 * n;
  return Math.min(available, Math.max(titleWidth, roomy <= available ? roomy : around + n));
};

/** Columns of the table of teacher nodes without histories or border: shorter bars where the student nodes fit only then. */
const plainTableWidth = (columns: number, students: number): number => {
  const room = columns - matrixLabelWidth - students;
  return room >= 40 && room < 46 ? 40 : 46;
};

/** The table of teacher nodes and the matrix beside it. `bars`: whether the table has bars in place of histories. */
export const tableStacks = (
  columns: number,
  height: number,
  framed: boolean,
  { students, bars }: { readonly students: number; readonly bars: boolean },
): Stack[] => {
  if (columns <= narrowUpTo) return [[{ id: 'matrix', width: columns, height }]];
  const gap = stackGap(framed);
  const frame = chrome(framed).columns;
  const least = Math.min(
    clamp(Math.floor(columns * 0.42), 34, 50),
    bars ? plainTableWidth(columns - 2 * frame - gap, students) + frame : Number.POSITIVE_INFINITY,
  );
  const matrix = matrixWidth(columns - least - gap, students, frame);
  const teachers = columns - matrix - gap;
  return [[{ id: 'teachers', width: teachers, height }], [{ id: 'matrix', width: matrix, height }]];
};
