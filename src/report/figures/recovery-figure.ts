import * as Plot from '@observablehq/plot';
import { recoveryCurve, recoveryEpochs } from '../../sweep/index.js';
import type { SummarizedGroup } from '../summarized-group.js';
import { composeFigure, drawPlot, type Figure } from './figure.js';
import { panelGrid } from './panel-grid.js';
import { drawLegend } from './series-style.js';
import {
  decayLabel,
  decaysOf,
  multiLabel,
  seriesOf,
  subtitleOf,
  suffixOf,
  titleSuffixOf,
} from './sweep-figure.js';

const caption = (threshold: number): string =>
  `Share of the teacher nodes of all seeds that have not been recovered up to an epoch: survival curves of unlearned nodes, an epoch being the first measured one after which a node's best match on the evaluation set exceeds ${threshold}. Nodes of runs that diverged are never recovered. A lower curve recovers more nodes, or in fewer epochs.`;

/** Survival of unrecovered teacher nodes by epoch, a line for each over-realization; a panel for each strength decay. */
export const recoveryFigure = (of: SummarizedGroup): Figure => {
  const series = seriesOf(of);
  const grid = panelGrid(decaysOf(of), decayLabel);
  const lines = grid.panels.flatMap(({ content: decay, column, row }) =>
    of.summaries
      .filter(({ cell }) => cell.strengthDecay === decay)
      .map(({ cell }) => {
        const { style } = series[series.findIndex(({ multi }) => multi === cell.multi)];
        const curve = recoveryCurve(recoveryEpochs(cell.results, of.threshold), cell.experiment.epochs);
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
  const titles = grid.panels.map(({ title, column, row }) => ({ title, fx: column, fy: row }));
  const width = Math.max(440, 70 + 300 * grid.columns);
  const plot = drawPlot({
    width,
    height: 60 + 220 * grid.rows,
    marginLeft: 50,
    marginRight: 12,
    marginTop: 24,
    marginBottom: 42,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', ticks: 5, tickFormat: 'd' },
    y: {
      domain: [0, 1],
      ticks: 5,
      tickFormat: '.0%',
      label: 'teacher nodes not recovered',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    fx: { axis: null, padding: 0.07 },
    fy: { axis: null, padding: 0.18 },
    marks: [
      Plot.gridY({ ticks: 5, stroke: '#ddd', strokeOpacity: 1 }),
      Plot.frame({ stroke: '#999' }),
      ...lines,
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
  const legend = drawLegend(
    series.map(({ multi, style: { color, dash } }) => ({ color, dash, label: multiLabel(multi) })),
    width,
  );
  const title = `Epochs to recovery${titleSuffixOf(of)}`;
  return composeFigure(`recovery${suffixOf(of)}`, title, subtitleOf(of), caption(of.threshold), [
    legend,
    plot,
  ]);
};
