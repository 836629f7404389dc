import { isSpecialized } from '../../../../net/index.js';
import type { LayerFrame } from '../../../../protocol/index.js';
import { cellClass } from '../../../../store/index.js';
import type { Drawing } from '../../../terminal/drawing.js';
import { heatRoles, type Role, strengthRole } from '../../../terminal/theme.js';
import type { MatrixView } from '../../view.js';
import { cellSign } from '../standings/standing-signs.js';
import type { MatrixColumn } from './matrix-columns.js';

/** A sign, behind it a number where it stands for several student nodes, and its role. */
export type MatrixCell = readonly [text: string, role: Role];

/** A row of the matrix: a teacher node with its correlations, and how many of them are above the threshold. */
export type MatrixRow = {
  readonly teacher: number;
  readonly correlations: readonly number[];
  readonly learners: number;
  /** The largest entry of H or beta, where one of them is shown. */
  readonly largest: number;
};

/** The greatest correlation of a column's student nodes; NaN where none is a number. */
const greatest = ({ students }: MatrixColumn, correlations: readonly number[]): number => {
  let most = correlations[students[0]];
  for (let at = 1; at < students.length; at++) {
    const value = correlations[students[at]];
    if (value > most || Number.isNaN(most)) most = value;
  }
  return most;
};

/** A correlation of a run that diverged. */
const notANumber: MatrixCell = ['?', 'unlearned'];

/** Of an entry of H or beta below 0. */
export const negativeRole: Role = 'lost';

type CellOf = (
  row: MatrixRow,
  column: MatrixColumn,
  layer: LayerFrame,
  threshold: number,
  drawing: Drawing,
) => MatrixCell;

/** A cell above the threshold: of several student nodes of a column their number too, where it has room for that. */
const learnedCell = (
  sign: MatrixCell,
  { students, width }: MatrixColumn,
  correlations: readonly number[],
  threshold: number,
): MatrixCell => {
  if (students.length === 1) return sign;
  const count = students.filter((student) => isSpecialized(correlations[student], threshold)).length;
  const text = `${sign[0]}${count}`;
  return count > 1 && text.length <= width ? [text, sign[1]] : sign;
};

const correlationCell: CellOf = ({ correlations, learners }, column, _layer, threshold, drawing) => {
  const value = greatest(column, correlations);
  if (Number.isNaN(value)) return notANumber;
  const cell = cellClass(value, learners, threshold);
  if (cell === 'one' || cell === 'several')
    return learnedCell(cellSign(cell, drawing), column, correlations, threshold);
  const heat = Math.max(0, Math.min(heatRoles.length - 1, Math.floor(value * heatRoles.length)));
  return [drawing.heat[heat], heatRoles[heat]];
};

const specializedCell: CellOf = ({ correlations, learners }, column, _layer, threshold, drawing) => {
  const cell = cellClass(greatest(column, correlations), learners, threshold);
  return learnedCell(cellSign(cell, drawing), column, correlations, threshold);
};

/** Digits of the observability, "." among them, from never to most often seen. */
const digits = [...'.0123456789'];

/** Never seen is grey, seen has a colour by how often. */
export const seenRole = (digit: string): Role =>
  digit === '.' ? 'unlearned' : strengthRole(9 - Number(digit), 10);

const observabilityCell: CellOf = ({ teacher }, column, { observability }) => {
  const digit =
    digits[Math.max(...column.students.map((student) => digits.indexOf(observability[teacher][student])))];
  return [digit ?? '.', seenRole(digit ?? '.')];
};

/** The view's form of the gradient, student [n] with teacher nodes [m]; null where it has none, or the layer does not. */
const formOf = (view: MatrixView, { forms }: LayerFrame): readonly (readonly number[])[] | null => {
  if (!forms) return null;
  return view === 'H' ? forms.hTeacher : view === 'beta' ? forms.betaTeacher : null;
};

/** The largest size of an entry of the view's form, constant units aside; 0 where it has none. */
export const largestOfForm = (view: MatrixView, layer: LayerFrame): number => {
  const students = layer.fanOutNorm.length;
  const teachers = layer.bestMatchOfTeacher.length;
  return (formOf(view, layer)?.slice(0, students) ?? []).reduce(
    (most, row) => row.slice(0, teachers).reduce((each, value) => Math.max(each, Math.abs(value)), most),
    0,
  );
};

/** A shade by the size of the entry, as a share of the largest; one below 0 in another colour. */
const formCell =
  (view: MatrixView): CellOf =>
  ({ teacher, largest }, column, layer, _threshold, drawing) => {
    const form = formOf(view, layer);
    const value = column.students.reduce((most, student) => {
      const entry = form?.[student]?.[teacher] ?? Number.NaN;
      return Number.isNaN(most) || Math.abs(entry) > Math.abs(most) ? entry : most;
    }, Number.NaN);
    if (Number.isNaN(value)) return notANumber;
    const share = largest === 0 ? 0 : Math.abs(value) / largest;
    const heat = Math.min(heatRoles.length - 1, Math.floor(share * heatRoles.length));
    return [drawing.heat[heat], value < 0 && heat > 0 ? negativeRole : heatRoles[heat]];
  };

/** What stands in a cell: of several student nodes the greatest value. */
export const cellOf: Readonly<Record<MatrixView, CellOf>> = {
  correlation: correlationCell,
  specialized: specializedCell,
  observability: observabilityCell,
  H: formCell('H'),
  beta: formCell('beta'),
  control: correlationCell,
};
