import * as Plot from '@observablehq/plot';
import type { Spread } from '../../sweep/index.js';
import type { CellSummary, SummarizedGroup } from '../summarized-group.js';
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

/** Markers on a line of any length. */
const markers = 8;

const marksOf = (
  { lossCurve }: CellSummary,
  { style }: Series,
  index: number,
  facet: { fx: number; fy: number },
): { readonly band: Plot.Markish; readonly lines: readonly Plot.Markish[] } => {
  const place = { x: 'epoch', fx: 'fx', fy: 'fy' } as const;
  const points = lossCurve.map((point) => ({
    ...point,
    ...facet,
    low: point.mean - point.deviation,
    high: point.mean + point.deviation,
  }));
  // Markers of the series start at different epochs, so that they do not cover each other.
  const every = Math.max(1, Math.round(points.length / markers));
  const marked = points.filter((_, at) => at % every === (index * Math.ceil(every / 4)) % every);
  const { color, dash, symbol } = style;
  return {
    band: Plot.areaY(points, {
      ...place,
      y1: 'low',
      y2: 'high',
      fill: color,
      fillOpacity: 0.18,
      stroke: color,
      strokeOpacity: 0.45,
      strokeWidth: 0.6,
      clip: true,
    }),
    lines: [
      Plot.line(points, { ...place, y: 'mean', stroke: color, strokeWidth: 1.7, strokeDasharray: dash }),
      Plot.dot(marked, { ...place, y: 'mean', symbol, fill: color, r: 3 }),
    ],
  };
};

const caption =
  'Base-10 logarithm of the evaluation loss (mean over samples and outputs of the squared error) after each epoch: mean over seeds, with a band of one sample standard deviation, cut where it leaves the frame. Seeds whose loss is no longer finite are left out from there on.';

/** Room for the means, and for bands up to this wide: one outlier must not flatten all other panels. */
const widestBand = 1;

const lossRange = (summaries: readonly CellSummary[]): [number, number] => {
  const points = summaries
    .flatMap(({ lossCurve }) => lossCurve)
    .filter((point) => Number.isFinite(point.mean));
  const room = ({ deviation }: Spread): number => Math.min(widestBand, deviation || 0);
  if (points.length === 0) return [-1, 0];
  return [
    points.reduce((least, point) => Math.min(least, point.mean - room(point)), Number.POSITIVE_INFINITY),
    points.reduce((most, point) => Math.max(most, point.mean + room(point)), Number.NEGATIVE_INFINITY),
  ];
};

/** log10 evaluation loss by epoch, mean and one standard deviation over seeds; a panel for each strength decay. */
export const lossFigure = (of: SummarizedGroup): Figure => {
  const series = seriesOf(of);
  const grid = panelGrid(decaysOf(of), decayLabel);
  const drawn = grid.panels.flatMap(({ content: decay, column, row }) =>
    of.summaries
      .filter(({ cell }) => cell.strengthDecay === decay)
      .map((summary) => {
        const index = series.findIndex(({ multi }) => multi === summary.cell.multi);
        return marksOf(summary, series[index], index, { fx: column, fy: row });
      }),
  );
  const parts = drawPanels(grid, {
    x: epochAxis,
    y: {
      domain: lossRange(of.summaries),
      nice: true,
      ticks: 6,
      tickFormat: '~r',
      label: 'log\u{2081}\u{2080} evaluation loss',
    },
    marks: [...drawn.map(({ band }) => band), ...drawn.flatMap(({ lines }) => lines)],
    legend: [...legendOf(series), bandEntry],
  });
  const title = `Evaluation loss${titleSuffixOf(of)}`;
  return composeFigure(`loss${suffixOf(of)}`, title, subtitleOf(of), caption, parts);
};
