import * as Plot from '@observablehq/plot';
import type { SummarizedLayer } from '../summarized-group.js';
import { composeFigure, type Figure } from './figure.js';
import { panelGrid } from './panel-grid.js';
import { drawPanels, epochAxis } from './panel-plot.js';
import {
  bandEntry,
  decayLabel,
  decaysOf,
  legendOf,
  type Series,
  seriesOf,
  subtitleOf,
  suffixOf,
  titleSuffixOf,
} from './sweep-figure.js';

/** A hidden layer at one strength decay: what a panel shows. */
type LayerPanel = { readonly of: SummarizedLayer; readonly decay: number };

const panelLabel = ({ of, decay }: LayerPanel): string => `layer ${of.layer}, ${decayLabel(decay)}`;

const caption = (threshold: number): string =>
  `Mean best match of the teacher nodes of each hidden layer on the evaluation set, layer 0 being the lowest, at the epochs that were measured: mean over seeds, with a band of one sample standard deviation. A node is recovered above ${threshold}, the dashed line.`;

const linesOf = ({ of, decay }: LayerPanel, series: readonly Series[], facet: { fx: number; fy: number }) =>
  of.summaries
    .filter(({ cell }) => cell.strengthDecay === decay)
    .flatMap(({ cell, matchCurve }) => {
      const { style } = series[series.findIndex(({ multi }) => multi === cell.multi)];
      const points = matchCurve.map(({ epoch, mean, deviation }) => ({
        ...{ epoch, mean, low: mean - (deviation || 0), high: mean + (deviation || 0) },
        ...facet,
      }));
      const place = { x: 'epoch', fx: 'fx', fy: 'fy' } as const;
      return [
        Plot.areaY(points, {
          ...place,
          y1: 'low',
          y2: 'high',
          fill: style.color,
          fillOpacity: 0.18,
          clip: true,
        }),
        Plot.line(points, {
          ...place,
          y: 'mean',
          stroke: style.color,
          strokeWidth: 1.7,
          strokeDasharray: style.dash,
        }),
        Plot.dot(points, { ...place, y: 'mean', symbol: style.symbol, fill: style.color, r: 2.4 }),
      ];
    });

/** Mean best match of every hidden layer by epoch, a line for each over-realization; a panel for each layer and strength decay. */
export const matchFigure = (layers: readonly SummarizedLayer[]): Figure => {
  const [lowest] = layers;
  const whole = { ...lowest, layer: null };
  const series = seriesOf(whole);
  const panels = decaysOf(whole).flatMap((decay) => layers.map((of): LayerPanel => ({ of, decay })));
  const grid = panelGrid(panels, panelLabel);
  const parts = drawPanels(grid, {
    x: epochAxis,
    y: { domain: [0, 1], ticks: 5, label: 'mean best match' },
    marks: [
      Plot.ruleY([lowest.threshold], { stroke: '#777', strokeDasharray: '3 3' }),
      ...grid.panels.flatMap(({ content, column, row }) => linesOf(content, series, { fx: column, fy: row })),
    ],
    legend: [...legendOf(series), bandEntry],
  });
  const title = `Best match by layer${titleSuffixOf(whole)}`;
  return composeFigure(
    `best-match${suffixOf(whole)}`,
    title,
    subtitleOf(whole),
    caption(lowest.threshold),
    parts,
  );
};
