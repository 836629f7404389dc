import { movedCursor } from '../../charts/chart-view.js';
import { shownRows } from '../panels/matrix/matrix-plan.js';
import { chartWidth } from '../pointing.js';
import type { FocusId, View } from '../view.js';
import type { DashboardActions, Display } from './actions.js';
import { movedInMatrix } from './matrix-cursor.js';
import { movedInOverlay } from './overlay-changes.js';
import { panelOf } from './panel-of.js';

/** Items that a page key scrolls by. */
export const page = 10;

type Axis = 'rows' | 'columns';

/** Whether the focus is on a chart over time. */
export const isChart = (focus: FocusId): focus is 'loss' | 'curves' => focus === 'loss' || focus === 'curves';

/** With the cursor by columns of the loss chart, which every layout of charts has. */
const withCursorMoved = (view: View, display: Display, columns: number): View => {
  const panel = panelOf(display, 'loss');
  if (!panel) return view;
  const width = chartWidth(panel, display.scene.framed);
  return { ...view, chart: movedCursor(display.scene.state, view.chart, columns, width) };
};

/** With the focused table or list scrolled. */
const scrolled = (view: View, display: Display, axis: Axis, by: number): View => {
  const { scroll, focus } = view;
  const { scene, teachers } = display;
  const panel = panelOf(display, focus);
  const set = (change: Partial<View['scroll']>): View => ({ ...view, scroll: { ...scroll, ...change } });
  const bounded = (from: number, count: number): number => Math.max(0, Math.min(count, from + by));
  if (view.laid !== null && axis === 'rows') return set({ teachers: bounded(scroll.teachers, teachers - 1) });
  if (!panel || isChart(focus)) return view;
  if (focus === 'events') return set({ events: bounded(scroll.events, scene.state.events.length - 1) });
  if (focus === 'matrix') return movedInMatrix(view, display, axis, by);
  if (axis === 'columns') return view;
  const { from, to } = shownRows(panel.height, scene, teachers);
  return set({ teachers: bounded(from, teachers - (to - from)) });
};

/** Whether left and right read the charts: not while a cell of the matrix is asked about there. */
const isOfCharts = ({ focus, pair }: View): boolean => focus !== 'matrix' || pair === null;

const movesCursor = (view: View, axis: Axis, by: number): boolean =>
  view.chart.cursor !== null && isOfCharts(view) && (axis === 'columns' || !Number.isFinite(by));

/** With what has the keyboard moved: a choice, a value, the cursor, or what the focused panel shows. */
export const moved = (view: View, display: Display, axis: Axis, by: number): View => {
  if (view.overlay) return movedInOverlay(view, display, axis, by);
  return movesCursor(view, axis, by) ? withCursorMoved(view, display, by) : scrolled(view, display, axis, by);
};

/** Moves what has the keyboard; over a chart without a cursor that is the frame on display. */
export const move = ({ view, display, look, playback }: DashboardActions, axis: Axis, by: number): void => {
  const turnsFrames =
    view.overlay === null &&
    !movesCursor(view, axis, by) &&
    isChart(view.focus) &&
    panelOf(display, view.focus) !== null &&
    (axis === 'columns' || Math.abs(by) >= page);
  if (turnsFrames) playback.move(by);
  else look(moved, axis, by);
};

/** To the first or the last: in the matrix along the row, and from its end along the column. */
export const moveAlong = (actions: DashboardActions, by: number): void => {
  const before = actions.view;
  const isInMatrix = before.overlay === null && before.focus === 'matrix' && before.pair !== null;
  if (isInMatrix) move(actions, 'columns', by);
  if (!isInMatrix || actions.view.pair?.student === before.pair?.student) move(actions, 'rows', by);
};
