import * as Plot from '@observablehq/plot';
import { hiddenShapes } from '../../experiment/index.js';
import { recoveredAtEnd, spreadOf } from '../../sweep/index.js';
import type { CellSummary, SummarizedGroup } from '../summarized-group.js';
import { composeFigure, type Figure } from './figure.js';
import { panelGrid } from './panel-grid.js';
import { drawPanels } from './panel-plot.js';
import { type SeriesStyle, seriesStyles } from './series-style.js';
import { decayLabel, distinctionText, multiLabel, sharedSubtitle } from './sweep-figure.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Recovered share of a cell's teacher nodes, mean and deviation over seeds, at its training-set size. */
type SizePoint = {
  readonly size: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
};

type Line = { readonly label: string; readonly strengthDecay: number; readonly points: readonly SizePoint[] };

const pointOf = ({ cell }: CellSummary, threshold: number): SizePoint => {
  const teachers = sum(hiddenShapes(cell.experiment).map((shape) => shape.teachers));
  const results = cell.results.filter(({ status }) => status !== 'failed');
  const { mean, deviation } = spreadOf(
    results.map((result) => sum(recoveredAtEnd(result, threshold)) / teachers),
  );
  const half = Number.isFinite(deviation) ? deviation : 0;
  return {
    size: cell.experiment.trainSize,
    mean,
    low: Math.max(0, mean - half),
    high: Math.min(1, mean + half),
  };
};

/** What a line's cells share beside p: over-realization, and what else tells their groups apart. */
const labelOf = ({ group }: SummarizedGroup, { cell }: CellSummary): string =>
  [
    multiLabel(cell.multi),
    ...group.distinction.filter(([key]) => key !== 'trainSize').map(distinctionText),
  ].join(', ');

const linesOf = (groups: readonly SummarizedGroup[]): Line[] => {
  const placed = groups.flatMap((of) =>
    of.summaries
      .filter(({ done, diverged }) => done + diverged > 0)
      .map((summary) => ({
        label: labelOf(of, summary),
        strengthDecay: summary.cell.strengthDecay,
        point: pointOf(summary, of.threshold),
      })),
  );
  const grouped = Map.groupBy(placed, ({ label, strengthDecay }) => JSON.stringify([strengthDecay, label]));
  return [...grouped.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({ ...same[0], points: same.map(({ point }) => point).sort((a, b) => a.size - b.size) }));
};

const marksOf = (
  points: readonly SizePoint[],
  { color, dash, symbol }: SeriesStyle,
  facet: { fx: number; fy: number },
): { readonly band: Plot.Markish; readonly lines: readonly Plot.Markish[] } => {
  const data = points.map((point) => ({ ...point, ...facet }));
  const place = { x: 'size', fx: 'fx', fy: 'fy' } as const;
  return {
    band: Plot.areaY(data, { ...place, y1: 'low', y2: 'high', fill: color, fillOpacity: 0.18 }),
    lines: [
      Plot.line(data, { ...place, y: 'mean', stroke: color, strokeWidth: 1.7, strokeDasharray: dash }),
      Plot.dot(data, { ...place, y: 'mean', symbol, fill: color, r: 3 }),
    ],
  };
};

const caption = (threshold: number): string =>
  `Share of the teacher nodes whose best match exceeds ${threshold} on the evaluation set after the last epoch, by the number of training samples: mean over seeds, with a band of one sample standard deviation. A run that diverged recovers nothing. The paper claims that fewer samples do where they lie near the teacher's boundaries (theoryData).`;

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Recovered teacher nodes by training-set size, a panel for each strength decay; null where no line has two sizes. */
export const trainingSizeFigure = (groups: readonly SummarizedGroup[]): Figure | null => {
  const all = linesOf(groups);
  if (all.length === 0) return null;
  const sizes = distinct(all.flatMap(({ points }) => points.map(({ size }) => size))).sort((a, b) => a - b);
  const labels = distinct(all.map(({ label }) => label));
  const styles = seriesStyles(labels.length);
  const decays = distinct(all.map(({ strengthDecay }) => strengthDecay)).sort((a, b) => a - b);
  const grid = panelGrid(decays, decayLabel);
  const drawn = grid.panels.flatMap(({ content: decay, column, row }) =>
    all
      .filter(({ strengthDecay }) => strengthDecay === decay)
      .map(({ label, points }) => marksOf(points, styles[labels.indexOf(label)], { fx: column, fy: row })),
  );
  const parts = drawPanels(grid, {
    leastWidth: 520,
    panelHeight: 230,
    marginLeft: 58,
    x: { type: 'log', ticks: sizes, tickFormat: 'd', label: 'training samples' },
    y: { domain: [0, 1], ticks: 5, tickFormat: '.0%', label: 'teacher nodes recovered' },
    marks: [...drawn.map(({ band }) => band), ...drawn.flatMap(({ lines }) => lines)],
    legend: labels.map((label, at) => ({ label, ...styles[at] })),
  });
  const title = 'Success against training-set size';
  const [{ threshold }] = groups;
  return composeFigure('training-size', title, sharedSubtitle(groups), caption(threshold), parts);
};
