import { valueAxisWidth } from '../charts/chart-axes.js';
import { type Layout, placedPanels } from './layout.js';
import { chrome, type PlacedPanel } from './stacks/panel-size.js';

/** The panel at a cell of the screen. */
export const panelAt = (layout: Layout, column: number, row: number): PlacedPanel | undefined =>
  placedPanels(layout).find(
    ({ left, top, width, height }) =>
      column >= left && column < left + width && row >= top && row < top + height,
  );

/** Columns of a panel from its left edge to what stands in it. */
const insetOf = (framed: boolean): number => chrome(framed).columns / 2;

/** Columns that a chart over time has in its panel. */
export const chartWidth = ({ width }: PlacedPanel, framed: boolean): number =>
  width - valueAxisWidth - 2 * insetOf(framed);

/** The column of a panel's chart at a column of the screen; null beside the chart. */
export const chartColumnAt = (panel: PlacedPanel, framed: boolean, column: number): number | null => {
  const within = column - panel.left - insetOf(framed) - valueAxisWidth;
  return within >= 0 && within < chartWidth(panel, framed) ? within : null;
};
