import { zoomIn, zoomOut } from '../../charts/chart-actions.js';
import { cursorAt } from '../../charts/chart-view.js';
import type { Pointer } from '../../terminal/input-events.js';
import type { Layout } from '../layout.js';
import { chartColumnAt, chartWidth, panelAt } from '../pointing.js';
import type { PlacedPanel } from '../stacks/panel-size.js';
import { focusOrder, type View } from '../view.js';
import type { DashboardActions, Display } from './actions.js';
import { askedAtPointer } from './matrix-cursor.js';
import { isChart, moved } from './scrolling.js';

/** Items that a notch of the wheel scrolls by. */
const wheelRows = 3;

const turnWheel = ({ look }: DashboardActions, { kind }: Pointer): void => {
  if (kind !== 'press') look(moved, 'rows', kind === 'wheel-up' ? -wheelRows : wheelRows);
};

/** With the cursor of the charts at a column of the screen. */
const readAtColumn = (view: View, { scene }: Display, panel: PlacedPanel, column: number): View => {
  const at = chartColumnAt(panel, scene.framed, column);
  if (at === null) return view;
  return { ...view, chart: cursorAt(scene.state, view.chart, at, chartWidth(panel, scene.framed)) };
};

/** A press chooses a panel, reads a chart or asks the matrix; the wheel scrolls and zooms, over an overlay only that. */
export const pointAt = (actions: DashboardActions, layout: Layout, pointer: Pointer): void => {
  const { look, chart } = actions;
  const { column, row, kind } = pointer;
  if (actions.view.overlay) {
    turnWheel(actions, pointer);
    return;
  }
  const panel = panelAt(layout, column, row);
  const focus = focusOrder.find((id) => id === panel?.id);
  if (!panel || !focus) return;
  look((view) => ({ ...view, focus }));
  if (focus === 'matrix' && kind === 'press') look(askedAtPointer, pointer);
  else if (!isChart(focus)) turnWheel(actions, pointer);
  else if (kind === 'press') look(readAtColumn, panel, column);
  else chart(kind === 'wheel-up' ? zoomIn : zoomOut);
};
