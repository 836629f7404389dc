import { movedCursor } from '../../charts/chart-view.js';
import { type PanelId, type PlacedPanel, placedPanels } from '../layout.js';
import { shownColumns } from '../panels/matrix-panel.js';
import { shownRows } from '../panels/teachers-panel.js';
import { chartWidth } from '../pointing.js';
import type { FocusId, View } from '../view.js';
import type { DashboardActions, Display } from './actions.js';
import { movedInOverlay } from './overlay-changes.js';

/** Items that a page key scrolls by. */
export const page = 10;

type Axis = 'rows' | 'columns';

/** Where a panel is on the screen; null where it is not. */
export const panelOf = ({ layout }: Display, wanted: PanelId): PlacedPanel | null =>
  (layout && placedPanels(layout).find(({ id }) => id === wanted)) ?? null;

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
  const { scroll, focus, layer } = view;
  const { scene, teachers } = display;
  const panel = panelOf(display, focus);
  if (!panel || isChart(focus)) return view;
  const set = (change: Partial<View['scroll']>): View => ({ ...view, scroll: { ...scroll, ...change } });
  const bounded = (from: number, count: number): number => Math.max(0, Math.min(count, from + by));
  if (focus === 'events') return set({ events: bounded(scroll.events, scene.state.events.length - 1) });
  if (focus === 'matrix' && axis === 'columns') {
    const students = scene.state.columns[layer]?.students.length ?? 0;
    const { from, to } = shownColumns(panel.width, scene, students);
    return set({ students: bounded(from, students - (to - from)) });
  }
  if (axis === 'columns') return view;
  const { from, to } = shownRows(panel.height, scene, teachers);
  return set({ teachers: bounded(from, teachers - (to - from)) });
};

const movesCursor = ({ chart }: View, axis: Axis, by: number): boolean =>
  chart.cursor !== null && (axis === 'columns' || !Number.isFinite(by));

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
