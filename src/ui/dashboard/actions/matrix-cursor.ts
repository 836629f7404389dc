import type { Pointer } from '../../terminal/input-events.js';
import { bestOf } from '../panels/matrix/matrix-columns.js';
import { tableWidth } from '../panels/matrix/matrix-panel.js';
import { isFolded, type MatrixPlan, matrixPlan } from '../panels/matrix/matrix-plan.js';
import { sceneAtCursor } from '../scene.js';
import { chrome } from '../stacks/panel-size.js';
import type { Pair, View } from '../view.js';
import type { DashboardActions, Display } from './actions.js';
import { panelOf } from './panel-of.js';

/** The matrix as it stands on the screen; null where it does not. */
const planOf = (display: Display): MatrixPlan | null => {
  const panel = panelOf(display, 'matrix');
  const scene = sceneAtCursor(display.scene);
  if (!panel) return null;
  return matrixPlan(tableWidth(panel.width - chrome(scene.framed).columns, scene), panel.height, scene);
};

const bounded = (wanted: number, count: number): number => Math.max(0, Math.min(count - 1, wanted));

/** The cell of a rank and a column: of several student nodes the one that correlates most. */
const cellAt = ({ teachers, columns, correlations }: MatrixPlan, rank: number, column: number): Pair => {
  const teacher = teachers[rank];
  return { teacher, student: bestOf(columns[column], correlations[teacher]) };
};

const placeOf = ({ teachers, columns }: MatrixPlan, { teacher, student }: Pair) => ({
  rank: Math.max(0, teachers.indexOf(teacher)),
  column: Math.max(
    0,
    columns.findIndex(({ students }) => students.includes(student)),
  ),
});

/** With the cell asked about and the rows scrolled so that it is in sight. */
const askedAbout = (view: View, plan: MatrixPlan, pair: Pair): View => {
  const rank = plan.teachers.indexOf(pair.teacher);
  const size = Math.max(1, plan.rows.to - plan.rows.from);
  const first = Math.max(rank - size + 1, Math.min(rank, plan.rows.from));
  return { ...view, pair, scroll: { ...view.scroll, teachers: Math.max(0, first) } };
};

/** With the cursor of the matrix moved; the first move puts it on the first cell in sight. */
export const movedInMatrix = (view: View, display: Display, axis: 'rows' | 'columns', by: number): View => {
  const plan = planOf(display);
  if (!plan) return view;
  if (!view.pair) {
    const first = plan.rows.from;
    return askedAbout(view, plan, cellAt(plan, first, bounded(first, plan.columns.length)));
  }
  const { rank, column } = placeOf(plan, view.pair);
  const pair =
    axis === 'rows'
      ? cellAt(plan, bounded(rank + by, plan.teachers.length), column)
      : cellAt(plan, rank, bounded(column + by, plan.columns.length));
  return askedAbout(view, plan, pair);
};

/** With the cursor at the cell of the matrix that is pointed at. */
export const askedAtPointer = (view: View, display: Display, { column: atColumn, row }: Pointer): View => {
  const panel = panelOf(display, 'matrix');
  const plan = planOf(display);
  if (!plan || !panel) return view;
  const x = atColumn - panel.left - chrome(display.scene.framed).columns / 2;
  const y = row - panel.top - 1;
  const rank = plan.rows.from + y - display.scene.headings;
  const column = plan.columns.findIndex((each) => x >= each.x && x < each.x + each.width);
  const isInside = rank >= plan.rows.from && rank < plan.rows.to && column >= 0;
  return isInside ? askedAbout(view, plan, cellAt(plan, rank, column)) : view;
};

/** Opens the history of the cell that is asked about, or closes it. */
export const togglePairHistory = ({ view, look, say }: DashboardActions): void => {
  if (view.focus !== 'matrix' || !view.pair)
    say(`${view.focus === 'matrix' ? 'the' : 'tab to the matrix, then the'} arrow keys choose a cell`);
  else look((from) => ({ ...from, pairHistory: !from.pairHistory }));
};

/** Unfolds folded columns around the cursor, or folds them again. */
export const toggleUnfolded = ({ view, display, look, say }: DashboardActions): void => {
  const plan = planOf(display);
  if (!view.unfolded && plan && !isFolded(plan)) {
    say('every student node has a column already');
    return;
  }
  look((from) => ({ ...from, unfolded: !from.unfolded, focus: 'matrix' }));
  look((from, shown) => (from.pair ? from : movedInMatrix(from, shown, 'rows', 0)));
};
