import type { SuccessRates } from '../../sweep/index.js';
import { seedCount, shareText, spreadText, terminalSigns } from '../../words/index.js';
import { paintPoints } from '../charts/braille.js';
import { paintLine, paintSpan, rowOf, type Scale } from '../charts/chart.js';
import type { Canvas } from '../terminal/cells.js';
import { type Drawing, shorten } from '../terminal/drawing.js';
import { strengthRole } from '../terminal/theme.js';
import { readLoss, type ShownLoss, shownLosses } from './loss-view.js';
import type { SweepPanel, SweepScene } from './sweep-model.js';

const axisWidth = 7;

/** A vertical axis with labels; returns the plot beside it. */
const paintValueAxis = (
  canvas: Canvas,
  scale: Scale,
  drawing: Drawing,
  ticks: readonly { readonly value: number; readonly label: string }[],
): Canvas => {
  const plot = canvas.region(axisWidth, 0, canvas.width - axisWidth, canvas.height - 1);
  for (let y = 0; y < plot.height; y++) canvas.text(axisWidth - 1, y, drawing.vertical, 'rule');
  for (const { value, label } of ticks) {
    const y = rowOf(value, scale, plot.height);
    canvas.textBefore(axisWidth - 1, y, label, 'dim');
    canvas.text(axisWidth - 1, y, drawing.tick, 'rule');
  }
  canvas.text(
    axisWidth - 1,
    canvas.height - 1,
    drawing.axisCorner + drawing.horizontal.repeat(plot.width),
    'rule',
  );
  return plot;
};

/** Powers of ten on a scale of whole decades, its ends included, no closer than every second row. */
const decadeTicks = ({ low, high }: Scale, rows: number) => {
  const every = Math.max(1, Math.ceil((2 * (high - low)) / Math.max(1, rows - 1)));
  const exponents = [high];
  for (let exponent = low; exponent <= high - every; exponent += every) exponents.push(exponent);
  return exponents.map((value) => ({ value, label: `1e${value}` }));
};

/** The ends of a scale and, where there is room, its middle. */
const linearTicks = ({ low, high }: Scale, rows: number) =>
  (rows >= 5 ? [low, (low + high) / 2, high] : [low, high]).map((value) => ({
    value,
    label: value === 0 ? '0' : value.toPrecision(2),
  }));

const paintWaiting = (canvas: Canvas): void => {
  canvas.text(1, 0, 'no finished run yet', 'dim');
};

/** Columns of a teacher node's row beside its two bars: its number, and two rates. */
const nodeWidth = 4 + 2 * 6;
/** Columns between teacher nodes side by side. */
const stackGap = 2;

/** Success rates of a cell that has a finished run; the early ones may be missing. */
type ShownRates = { readonly early: SuccessRates | null; readonly last: SuccessRates };

/** The early and the last success rate of a teacher node. */
const paintNode = (
  canvas: Canvas,
  y: number,
  node: number,
  { early, last }: ShownRates,
  drawing: Drawing,
): void => {
  const bar = Math.max(0, Math.floor((canvas.width - nodeWidth) / 2));
  const role = strengthRole(node, last.rates.length);
  canvas.textBefore(3, y, String(node), role);
  [early?.rates[node], last.rates[node]].forEach((rate, at) => {
    if (rate === undefined) return;
    const x = 4 + at * (bar + 6);
    const full = Math.round(rate.share * bar);
    canvas.text(x, y, drawing.barFull.repeat(full), role);
    canvas.text(x + full, y, drawing.barEmpty.repeat(bar - full), 'rule');
    canvas.text(x + bar, y, shareText(rate, terminalSigns).padStart(5), 'text');
  });
};

/** How many stacks side by side show all teacher nodes, as far as their rows fit into the width. */
const stacksFor = (nodes: number, rows: number, width: number): number =>
  Math.max(
    1,
    Math.min(Math.ceil(nodes / Math.max(1, rows)), Math.floor((width + stackGap) / (nodeWidth + stackGap))),
  );

/** Success rates of every teacher node, strong to weak, at the early epoch and at the last. */
const paintSuccess = (canvas: Canvas, scene: SweepScene): void => {
  const { statistics, layer, drawing } = scene;
  const { done = 0, diverged = 0 } = statistics ?? {};
  const { early = null, last = null } = statistics?.layers[layer] ?? {};
  if (last === null) {
    paintWaiting(canvas);
    return;
  }
  const nodes = last.rates.length;
  const rows = canvas.height - 1;
  const stacks = stacksFor(nodes, rows, canvas.width);
  const perStack = Math.min(rows, Math.ceil(nodes / stacks));
  const missing = nodes - stacks * perStack;
  const whose = missing > 0 ? `${missing} weaker nodes not shown` : 'node';
  const epochs = early === null ? 'last' : `epoch ${early.epoch}, last`;
  const heading = `${whose}: ${epochs}; ${seedCount(done + diverged)}`;
  canvas.text(0, 0, shorten(heading, canvas.width, drawing), 'dim');
  const width = Math.floor((canvas.width - (stacks - 1) * stackGap) / stacks);
  for (let node = 0; node < Math.min(nodes, stacks * perStack); node++) {
    const stack = Math.floor(node / perStack);
    const region = canvas.region(stack * (width + stackGap), 1, width, rows);
    paintNode(region, node % perStack, node, { early, last }, drawing);
  }
};

/** The evaluation loss: mean over seeds, with a band of one standard deviation, and the cursor. */
const paintLossCurve = (canvas: Canvas, { statistics, loss, drawing }: SweepScene): void => {
  const curve = statistics?.lossCurve ?? [];
  const points = shownLosses(curve, loss);
  if (points.length === 0) {
    paintWaiting(canvas);
    return;
  }
  const rows = canvas.height - 1;
  const [lowest, highest] = [
    Math.min(...points.map(({ low }) => low)),
    Math.max(...points.map(({ high }) => high)),
  ];
  const decades = { low: Math.floor(lowest), high: Math.max(Math.floor(lowest) + 1, Math.ceil(highest)) };
  const scale = loss.axis === 'log' ? decades : { low: 0, high: highest || 1 };
  const ticks = loss.axis === 'log' ? decadeTicks(scale, rows) : linearTicks(scale, rows);
  const plot = paintValueAxis(canvas, scale, drawing, ticks);
  const last = points.length - 1;
  const at = (column: number): ShownLoss => points[Math.round((column / Math.max(1, plot.width - 1)) * last)];
  for (let column = 0; column < plot.width; column++)
    paintSpan(plot, column, [at(column).low, at(column).high], scale, drawing);
  const line = Array.from({ length: plot.width }, (_, column) => at(column).value);
  paintLine(plot, line, scale, drawing, 'evaluation');
  const read = readLoss(curve, loss);
  const cursor = points.findIndex(({ epoch }) => epoch === read?.epoch);
  if (cursor !== -1) {
    const column = Math.round((cursor / Math.max(1, last)) * (plot.width - 1));
    for (let y = 0; y < rows; y++) plot.text(column, y, drawing.vertical, 'focus');
  }
  canvas.text(axisWidth, rows, String(points[0].epoch), 'dim');
  canvas.textBefore(canvas.width, rows, `${points[last].epoch} epochs`, 'dim');
};

/** The L-shape: best training correlation of each student node against its fan-out norm, all seeds. */
const paintStudents = (canvas: Canvas, { statistics, layer, drawing }: SweepScene): void => {
  if (!statistics) {
    paintWaiting(canvas);
    return;
  }
  const { students } = statistics.layers[layer];
  const highest = students.reduce((most, { fanOutNorm }) => Math.max(most, fanOutNorm), 1e-9);
  const scale = { low: 0, high: highest };
  const plot = paintValueAxis(canvas, scale, drawing, linearTicks(scale, canvas.height - 1));
  const points = students.map(({ bestMatch, fanOutNorm }) => ({ x: bestMatch, y: fanOutNorm / highest }));
  paintPoints(plot, points, drawing, 'specialized');
  canvas.text(axisWidth, canvas.height - 1, '0', 'dim');
  canvas.textBefore(canvas.width, canvas.height - 1, 'correlation 1', 'dim');
};

const titles: Readonly<Record<SweepPanel, string>> = {
  success: 'success by teacher node, strong to weak',
  loss: 'evaluation loss over seeds',
  students: 'student nodes: fan-out norm over best correlation',
};

/** A panel's title; of the losses with what the cursor reads, and with how they are shown where that is not usual. */
export const sweepPanelTitle = (panel: SweepPanel, { statistics, loss }: SweepScene): string => {
  if (panel !== 'loss') return titles[panel];
  const { axis, smoothing, span } = loss;
  const how = [
    span === null ? '' : ', zoomed',
    axis === 'log' ? '' : ', linear',
    smoothing === 0 ? '' : `, smoothed ${smoothing}`,
  ];
  const read = readLoss(statistics?.lossCurve ?? [], loss);
  if (read === null) return `${titles.loss}${how.join('')}`;
  const spread = `1e${spreadText(read, terminalSigns)}`;
  return `epoch ${read.epoch}: ${spread}, ${seedCount(read.seeds)}${how.join('')}`;
};

export const sweepPanelPainters: Readonly<Record<SweepPanel, (canvas: Canvas, scene: SweepScene) => void>> = {
  success: paintSuccess,
  loss: paintLossCurve,
  students: paintStudents,
};
