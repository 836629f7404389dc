import * as Plot from '@observablehq/plot';
import { drawPlot, type Part } from './figure.js';
import type { PanelGrid } from './panel-grid.js';
import { drawLegends, type LegendEntry } from './series-style.js';

/** What the panels of a figure show, and the axes that they share. Marks name their panel by `fx` and `fy`. */
type PanelPlot = {
  readonly marks: readonly Plot.Markish[];
  readonly x: Plot.ScaleOptions;
  /** Its ticks are those of the grid. */
  readonly y: Plot.ScaleOptions & { readonly ticks: number };
  readonly legend: readonly LegendEntry[];
  /** Room for the labels of y, in px. */
  readonly marginLeft?: number;
  readonly panelHeight?: number;
  readonly leastWidth?: number;
};

const centredLabel = { labelAnchor: 'center', labelArrow: 'none' } as const;

/** Axis of the epochs of a run. */
export const epochAxis: Plot.ScaleOptions = { label: 'epoch', ticks: 5, tickFormat: 'd' };

/** Draws panels on the same axes, each below its title, and a legend above them all. */
export const drawPanels = <T>(grid: PanelGrid<T>, figure: PanelPlot): Part[] => {
  const { marks, x, y, legend, marginLeft = 50, panelHeight = 220, leastWidth = 440 } = figure;
  const width = Math.max(leastWidth, 70 + 300 * grid.columns);
  const titles = grid.panels.map(({ title, column, row }) => ({ title, fx: column, fy: row }));
  const plot = drawPlot({
    width,
    height: 60 + panelHeight * grid.rows,
    marginLeft,
    marginRight: 12,
    marginTop: 24,
    marginBottom: 42,
    x: { ...centredLabel, ...x },
    y: { ...centredLabel, ...y },
    fx: { axis: null, padding: 0.07 },
    fy: { axis: null, padding: 0.18 },
    marks: [
      Plot.gridY({ ticks: y.ticks, stroke: '#ddd', strokeOpacity: 1 }),
      Plot.frame({ stroke: '#999' }),
      ...marks,
      Plot.text(titles, {
        fx: 'fx',
        fy: 'fy',
        text: 'title',
        frameAnchor: 'top',
        lineAnchor: 'bottom',
        dy: -5,
        fontWeight: 'bold',
        fill: '#111',
      }),
    ],
  });
  return [...drawLegends(legend, width), plot];
};
