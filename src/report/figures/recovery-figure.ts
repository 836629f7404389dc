import * as Plot from '@observablehq/plot';
import { recoveryCurve, recoveryEpochs } from '../../sweep/index.js';
import type { PooledCell } from '../pool-sweeps.js';
import type { SummarizedGroup, SummarizedLayer } from '../summarized-group.js';
import { composeFigure, type Figure, type Part } from './figure.js';
import { panelGrid } from './panel-grid.js';
import { drawPanels, epochAxis } from './panel-plot.js';
import { type SeriesStyle, seriesStyles } from './series-style.js';
import {
  decayLabel,
  decaysOf,
  distinctionText,
  multiLabel,
  seriesOf,
  sharedSubtitle,
  subtitleOf,
  suffixOf,
  titleSuffixOf,
} from './sweep-figure.js';

const caption = (threshold: number): string =>
  `Share of the teacher nodes of all seeds that have not been recovered up to an epoch: survival curves of unlearned nodes, an epoch being the first measured one after which a node's best match on the evaluation set exceeds ${threshold}. Nodes of runs that diverged are never recovered. A lower curve recovers more nodes, or in fewer epochs.`;

type SurvivalPanel = {
  readonly title: string;
  readonly lines: readonly { readonly cell: PooledCell; readonly style: SeriesStyle }[];
};

/** Survival of a layer's unrecovered teacher nodes by epoch: a curve for each cell of each panel, below a legend. */
const survivalParts = (
  panels: readonly SurvivalPanel[],
  legend: readonly { readonly label: string; readonly style: SeriesStyle }[],
  { threshold, layer }: { readonly threshold: number; readonly layer: number },
): Part[] => {
  const grid = panelGrid(panels, ({ title }) => title);
  const curves = grid.panels.flatMap(({ content: { lines }, column, row }) =>
    lines.map(({ cell, style }) => {
      const curve = recoveryCurve(recoveryEpochs(cell.results, threshold, layer), cell.experiment.epochs);
      return Plot.line(
        curve.map((point) => ({ ...point, fx: column, fy: row })),
        {
          x: 'epoch',
          y: 'unrecovered',
          fx: 'fx',
          fy: 'fy',
          curve: 'step-after',
          stroke: style.color,
          strokeWidth: 1.8,
          strokeDasharray: style.dash,
        },
      );
    }),
  );
  return drawPanels(grid, {
    marginLeft: 58,
    x: epochAxis,
    y: { domain: [0, 1], ticks: 5, tickFormat: '.0%', label: 'teacher nodes not recovered' },
    marks: curves,
    legend: legend.map(({ label, style: { color, dash } }) => ({ label, color, dash })),
  });
};

/** Epochs to recovery, a line for each over-realization; a panel for each strength decay. */
export const recoveryFigure = (of: SummarizedLayer): Figure => {
  const series = seriesOf(of);
  const styleOf = ({ multi }: PooledCell): SeriesStyle =>
    series[series.findIndex((one) => one.multi === multi)].style;
  const panels = decaysOf(of).map((decay) => ({
    title: decayLabel(decay),
    lines: of.group.cells
      .filter(({ strengthDecay }) => strengthDecay === decay)
      .map((cell) => ({ cell, style: styleOf(cell) })),
  }));
  const legend = series.map(({ multi, style }) => ({ label: multiLabel(multi), style }));
  const title = `Epochs to recovery${titleSuffixOf(of)}`;
  return composeFigure(
    `recovery${suffixOf(of)}`,
    title,
    subtitleOf(of),
    caption(of.threshold),
    survivalParts(panels, legend, { threshold: of.threshold, layer: of.layer ?? 0 }),
  );
};

/** Cells that differ in `theoryData` only, side by side: what their panel is called, and the cells by its value. */
const pairedCells = (groups: readonly SummarizedGroup[]) => {
  const cells = groups.flatMap(({ group }) =>
    group.cells.map((cell) => {
      const others = group.distinction.filter(([key]) => key !== 'theoryData').map(distinctionText);
      const { experiment, multi, strengthDecay } = cell;
      return {
        title: [decayLabel(strengthDecay), multiLabel(multi), ...others].join(', '),
        isSuggested: 'theoryData' in experiment && experiment.theoryData,
        cell,
      };
    }),
  );
  return [...Map.groupBy(cells, ({ title }) => title)].filter(([, pair]) => pair.length === 2);
};

/** Epochs to recovery with and without theory-suggested data, a panel for each pair; null where there is none. */
export const theoryDataFigure = (groups: readonly SummarizedGroup[]): Figure | null => {
  const isVaried = groups.some(({ group }) => group.distinction.some(([key]) => key === 'theoryData'));
  const pairs = isVaried ? pairedCells(groups) : [];
  if (pairs.length === 0) return null;
  const [drawn, suggested] = seriesStyles(2);
  const panels = pairs.map(([title, pair]) => ({
    title,
    lines: pair.map(({ cell, isSuggested }) => ({ cell, style: isSuggested ? suggested : drawn })),
  }));
  const legend = [
    { label: 'drawn inputs', style: drawn },
    { label: 'theory-suggested data', style: suggested },
  ];
  const [{ threshold }] = groups;
  return composeFigure(
    'recovery-theory-data',
    'Epochs to recovery with and without theory-suggested data',
    sharedSubtitle(groups),
    caption(threshold),
    survivalParts(panels, legend, { threshold, layer: 0 }),
  );
};
