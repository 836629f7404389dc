import * as Plot from '@observablehq/plot';
import type { SuccessRates } from '../../sweep/index.js';
import type { LayerSummary, SummarizedLayer } from '../summarized-group.js';
import { composeFigure, type Figure } from './figure.js';
import { panelGrid } from './panel-grid.js';
import { drawPanels } from './panel-plot.js';
import {
  decayLabel,
  decaysOf,
  legendOf,
  type Series,
  seriesOf,
  subtitleOf,
  suffixOf,
  titleSuffixOf,
} from './sweep-figure.js';

type Line = {
  readonly series: Series;
  readonly moment: 'early' | 'last';
  readonly points: readonly { x: number; rate: number }[];
};

/** Lines that share a value are set apart by this much of the distance between teacher nodes. */
const apart = 0.12;

const linesOf = (summary: LayerSummary, all: readonly Series[]): Line[] => {
  const index = all.findIndex(({ multi }) => multi === summary.cell.multi);
  const shift = (index - (all.length - 1) / 2) * apart;
  const line = (moment: Line['moment'], curve: SuccessRates | null): Line[] =>
    curve === null
      ? []
      : [
          {
            series: all[index],
            moment,
            points: curve.rates.map(({ share }, teacher) => ({ x: teacher + shift, rate: share })),
          },
        ];
  return [...line('early', summary.early), ...line('last', summary.last)];
};

const marksOf = ({ series, moment, points }: Line, facet: { fx: number; fy: number }): Plot.Markish[] => {
  const { color, symbol } = series.style;
  const data = points.map((point) => ({ ...point, ...facet }));
  const place = { x: 'x', y: 'rate', fx: 'fx', fy: 'fy' } as const;
  const early = moment === 'early';
  return [
    Plot.line(data, {
      ...place,
      stroke: color,
      strokeWidth: early ? 1.3 : 1.7,
      ...(early ? { strokeDasharray: '1.5 2.5' } : {}),
    }),
    Plot.dot(data, {
      ...place,
      symbol,
      r: early ? 2.2 : 2.8,
      fill: early ? '#fff' : color,
      stroke: color,
      strokeWidth: early ? 0.9 : 0.5,
    }),
  ];
};

const epochsText = (epochs: readonly number[]): string =>
  [...new Set(epochs)].sort((a, b) => a - b).join(', ');

const caption = (of: SummarizedLayer): string => {
  const early = epochsText(of.summaries.flatMap((summary) => summary.early?.epoch ?? []));
  const last = epochsText(of.summaries.flatMap((summary) => summary.last?.epoch ?? []));
  const dotted = early === '' ? '' : `; dotted, hollow: after epoch ${early}`;
  return `Share of seeds whose best match of a teacher node exceeds ${of.threshold} on the evaluation set. Solid, filled: after the last epoch (${last})${dotted}. A line for each over-realization, its markers set a little apart. Teacher node j has its fan-out weights divided by (j+1)^p: strong nodes are at the left. The tables give 95 % intervals.`;
};

const legendEntries = (of: SummarizedLayer, all: readonly Series[]) => {
  const early = of.summaries.find((summary) => summary.early !== null)?.early?.epoch;
  const last = of.summaries.find((summary) => summary.last !== null)?.last?.epoch;
  return [
    ...legendOf(all).map((entry) => ({ ...entry, dash: 'none' })),
    ...(last === undefined ? [] : [{ label: `epoch ${last}`, color: '#444', dash: 'none' }]),
    ...(early === undefined ? [] : [{ label: `epoch ${early}`, color: '#444', dash: '1.5 2.5' }]),
  ];
};

/** Share of seeds that recover each teacher node, early and at the end; a panel for each strength decay. */
export const successFigure = (of: SummarizedLayer): Figure => {
  const series = seriesOf(of);
  const grid = panelGrid(decaysOf(of), decayLabel);
  const { teachers } = of.shape;
  const marks = grid.panels.flatMap(({ content: decay, column, row }) =>
    of.summaries
      .filter(({ cell }) => cell.strengthDecay === decay)
      .flatMap((summary) => linesOf(summary, series))
      .flatMap((line) => marksOf(line, { fx: column, fy: row })),
  );
  const parts = drawPanels(grid, {
    panelHeight: 210,
    x: {
      domain: [-0.6, teachers - 0.4],
      label: 'teacher node, strong to weak',
      ticks: Math.min(teachers, 10),
      tickFormat: 'd',
    },
    y: {
      domain: [0, 1],
      ticks: 5,
      label: 'share of seeds that recover it',
      insetTop: 4,
      insetBottom: 4,
    },
    marks,
    legend: legendEntries(of, series),
  });
  const title = `Recovered teacher nodes${titleSuffixOf(of)}`;
  return composeFigure(`success${suffixOf(of)}`, title, subtitleOf(of), caption(of), parts);
};
