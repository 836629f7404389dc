import { correlationsOf } from '../../../../store/index.js';
import { type Scene, scrollWindow, shownLayer } from '../../scene.js';
import { chrome } from '../../stacks/panel-size.js';
import { matrixLabelWidth } from '../../stacks/table-stacks.js';
import { type MatrixColumn, matrixColumns } from './matrix-columns.js';

/** A column, and where in the panel it begins. */
export type PlacedColumn = MatrixColumn & { readonly x: number };

/** What of a matrix stands where in a panel: rows of teacher nodes, columns of student nodes. */
export type MatrixPlan = {
  /** Teacher nodes, strong to weak. */
  readonly teachers: readonly number[];
  /** By teacher node. */
  readonly correlations: readonly (readonly number[])[];
  readonly columns: readonly PlacedColumn[];
  /** Columns of the panel left of the cells. */
  readonly labelWidth: number;
  /** Ranks of the teacher nodes on display. */
  readonly rows: { readonly from: number; readonly to: number };
};

/** Columns beside the cells in a matrix that has no table of teacher nodes beside it: their best matches too. */
const wideLabelWidth = matrixLabelWidth + 6;

/** Cells of a column at most where every student node has one; folded ones would move whenever there is room for more. */
const widestSingle = 2;

/** Columns side by side from an x on. */
const placed = (columns: readonly MatrixColumn[], x: number, room: number): PlacedColumn[] => {
  const isWhole = columns.every(({ students }) => students.length === 1);
  const pitch = isWhole ? Math.max(1, Math.min(widestSingle, Math.floor(room / columns.length))) : 1;
  let next = x;
  return columns.map(({ students, width }) => {
    next += pitch * width;
    return { students, width: pitch * width, x: next - pitch * width };
  });
};

/** Rows on display in a panel of this height, in the matrix and in the table beside it, which scroll together. */
export const shownRows = (panelHeight: number, scene: Scene, count: number): { from: number; to: number } => {
  const rows = panelHeight - chrome(scene.framed).rows - scene.headings;
  return scrollWindow(scene.view.scroll.teachers, Math.max(0, rows), count);
};

/** Plans the matrix of the layer on display for an inner width and a panel's height; null before the first frame. */
export const matrixPlan = (innerWidth: number, panelHeight: number, scene: Scene): MatrixPlan | null => {
  const shown = shownLayer(scene);
  if (!shown) return null;
  const { layer, teachers } = shown;
  const { state, view } = scene;
  const correlations = layer.correlation.map((_, teacher) => correlationsOf(layer, teacher));
  const labelWidth = scene.matrixAlone ? wideLabelWidth : matrixLabelWidth;
  const room = Math.max(3, innerWidth - labelWidth);
  const order = state.columns[view.layer].students;
  const columns = matrixColumns({
    ...{ order, teachers, correlations, threshold: state.threshold, room },
    around: view.unfolded ? (view.pair?.student ?? null) : null,
  });
  const rows = shownRows(panelHeight, scene, teachers.length);
  return { teachers, correlations, columns: placed(columns, labelWidth, room), labelWidth, rows };
};

/** Whether some columns stand for several student nodes. */
export const isFolded = ({ columns }: MatrixPlan): boolean =>
  columns.some(({ students }) => students.length > 1);
