import { zoomIn, zoomOut } from '../../charts/chart-actions.js';
import { cursorAt } from '../../charts/chart-view.js';
import type { Pointer } from '../../terminal/input-parser.js';
import type { Layout } from '../layout.js';
import { chartColumnAt, chartWidth, panelAt } from '../pointing.js';
import { focusOrder } from '../view.js';
import type { DashboardActions } from './actions.js';
import { isChart, moved } from './scrolling.js';

/** Items that a notch of the wheel scrolls by. */
const wheelRows = 3;

const turnWheel = ({ look }: DashboardActions, { kind }: Pointer): void => {
  if (kind !== 'press') look(moved, 'rows', kind === 'wheel-up' ? -wheelRows : wheelRows);
};

/** A press chooses a panel or reads a chart; the wheel scrolls and zooms, over an overlay only that. */
export const pointAt = (actions: DashboardActions, layout: Layout, pointer: Pointer): void => {
  const { column, row, kind } = pointer;
  if (actions.view.overlay) {
    turnWheel(actions, pointer);
    return;
  }
  const panel = panelAt(layout, column, row);
  const focus = focusOrder.find((id) => id === panel?.id);
  if (!panel || !focus) return;
  actions.look((view) => ({ ...view, focus }));
  if (!isChart(focus)) turnWheel(actions, pointer);
  else if (kind !== 'press') actions.chart(kind === 'wheel-up' ? zoomIn : zoomOut);
  else {
    const at = chartColumnAt(panel, layout.framed, column);
    if (at === null) return;
    const width = chartWidth(panel, layout.framed);
    actions.look((view, { scene }) => ({ ...view, chart: cursorAt(scene.state, view.chart, at, width) }));
  }
};
