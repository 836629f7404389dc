import * as Plot from '@observablehq/plot';
import { shortName } from '../../../log/index.js';
import type { Frame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { bucketed } from '../../run-timeline.js';
import { composeFigure, type Figure } from '../figure.js';
import { panelGrid } from '../panel-grid.js';
import { drawPanels, epochAxis } from '../panel-plot.js';
import { type LegendEntry, type SeriesStyle, seriesStyles } from '../series-style.js';

/** Most points of a curve, markers on it, and teacher nodes of a layer that have a panel. */
const mostPoints = 200;
const markers = 6;
const mostNodes = 12;

type Facet = { readonly fx: number; readonly fy: number };

/** A run's line in a panel, with markers that start at another place than those of the others. */
const lineOf = (
  { frames }: RunInput,
  style: SeriesStyle,
  index: number,
  facet: Facet,
  read: (frame: Frame) => number,
): Plot.Markish[] => {
  const points = bucketed(
    frames.map((frame) => ({ epoch: frame.epoch, value: read(frame) })),
    mostPoints,
  ).map(({ epoch, value }) => ({ epoch, value, ...facet }));
  if (!points.some(({ value }) => Number.isFinite(value))) return [];
  const every = Math.max(1, Math.round(points.length / markers));
  const marked = points.filter((_, at) => at % every === (index * Math.ceil(every / 4)) % every);
  const place = { x: 'epoch', y: 'value', fx: 'fx', fy: 'fy' } as const;
  const { color, dash, symbol } = style;
  return [
    Plot.line(points, { ...place, stroke: color, strokeWidth: 1.6, strokeDasharray: dash }),
    Plot.dot(marked, { ...place, symbol, fill: color, r: 2.6 }),
  ];
};

const legendOf = (runs: readonly RunInput[], styles: readonly SeriesStyle[]): LegendEntry[] =>
  runs.map(({ name }, index) => ({ label: shortName(name), ...styles[index] }));

const subtitleOf = (runs: readonly RunInput[]): string =>
  [...new Set(runs.map(({ header }) => header.title))].join('; ');

/** The evaluation loss, or the training loss of a log that has no other, on a log axis; 0 is a gap. */
const lossOf = ({ evalLoss, trainLoss }: Frame): number => {
  const loss = Number.isFinite(evalLoss) ? evalLoss : trainLoss;
  return loss > 0 ? Math.log10(loss) : Number.NaN;
};

const overlaidLosses = (runs: readonly RunInput[], styles: readonly SeriesStyle[]): Figure => {
  const grid = panelGrid([null], () => '');
  const parts = drawPanels(grid, {
    x: epochAxis,
    y: { nice: true, ticks: 6, tickFormat: '~r', label: 'log₁₀ evaluation loss' },
    marks: runs.flatMap((run, index) => lineOf(run, styles[index], index, { fx: 0, fy: 0 }, lossOf)),
    legend: legendOf(runs, styles),
    leastWidth: 760,
    panelHeight: 260,
  });
  const caption =
    'Base-10 logarithm of the evaluation loss of every run by epoch; of a log without one the training loss.';
  return composeFigure('overlaid-losses', 'Losses of the runs', subtitleOf(runs), caption, parts);
};

/** Teacher nodes of a layer of the first run, strong to weak, as many as have a panel. */
const strongest = ({ header }: RunInput, layer: number): number[] => {
  const strengths = header.teacherStrength[layer];
  return [...strengths.keys()].sort((a, b) => strengths[b] - strengths[a]).slice(0, mostNodes);
};

const overlaidNodes = (
  runs: readonly RunInput[],
  styles: readonly SeriesStyle[],
  layer: number,
  threshold: number,
): Figure => {
  const [{ header }] = runs;
  const layers = header.teacherStrength.length;
  const all = header.teacherStrength[layer].length;
  const nodes = strongest(runs[0], layer);
  const grid = panelGrid(
    nodes,
    (node) => `t${node}, strength ${header.teacherStrength[layer][node].toFixed(2)}`,
  );
  const parts = drawPanels(grid, {
    x: epochAxis,
    y: { domain: [0, 1], ticks: 5, label: 'best match' },
    marks: [
      Plot.ruleY([threshold], { stroke: '#777', strokeDasharray: '3 3' }),
      ...grid.panels.flatMap(({ content: node, column, row }) =>
        runs.flatMap((run, index) =>
          lineOf(
            run,
            styles[index],
            index,
            { fx: column, fy: row },
            ({ layers: measured }) => measured[layer]?.bestMatchOfTeacher[node] ?? Number.NaN,
          ),
        ),
      ),
    ],
    legend: legendOf(runs, styles),
    panelHeight: 150,
    leastWidth: 760,
  });
  const which =
    nodes.length < all ? `the ${nodes.length} strongest of ${all} teacher nodes` : 'every teacher node';
  const caption = `Best match of ${which} of ${layers > 1 ? `layer ${layer}` : 'the teacher'} over each run, strong to weak by the strengths in ${shortName(runs[0].name)}; the dashed line is ${threshold}, above which a node is specialized. A run without such a node has no line there.`;
  const [name, title] = layers > 1 ? [`-layer-${layer}`, `, layer ${layer}`] : ['', ''];
  return composeFigure(
    `overlaid-nodes${name}`,
    `Best matches of the runs${title}`,
    subtitleOf(runs),
    caption,
    parts,
  );
};

/** Losses, and best matches teacher node by teacher node, of several runs on the same axes; none of a single run. */
export const overlaidFigures = (runs: readonly RunInput[], threshold: number): Figure[] => {
  if (runs.length < 2) return [];
  const styles = seriesStyles(runs.length);
  const layers = runs[0].header.teacherStrength.flatMap((nodes, layer) => (nodes.length > 0 ? [layer] : []));
  return [
    overlaidLosses(runs, styles),
    ...layers.map((layer) => overlaidNodes(runs, styles, layer, threshold)),
  ];
};
