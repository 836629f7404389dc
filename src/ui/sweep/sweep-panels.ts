import { type CellStatistics, cellQuantities } from '../../sweep/index.js';
import { seedCount, spreadText, terminalSigns } from '../../words/index.js';
import { paintPoints } from '../charts/braille.js';
import { paintLine, paintSpan, rowOf, type Scale } from '../charts/chart.js';
import { noStarts } from '../charts/lines/line-over-time.js';
import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import { readLoss, type ShownLoss, shownLosses } from './loss-view.js';
import { paintMap } from './map-panel.js';
import { type PanelPainter, paintWaiting } from './panel-painter.js';
import { paintSuccess } from './success-panel.js';
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

/** The evaluation loss: mean over seeds, with a band of one standard deviation, and the cursor. */
const paintLossCurve: PanelPainter = (canvas, { loss, drawing }, { statistics, beside }) => {
  const curve = statistics?.lossCurve ?? [];
  const points = shownLosses(curve, loss);
  const all = [...points, ...shownLosses(beside?.lossCurve ?? [], loss)];
  if (points.length === 0) {
    paintWaiting(canvas);
    return;
  }
  const rows = canvas.height - 1;
  const [lowest, highest] = [
    Math.min(...all.map(({ low }) => low)),
    Math.max(...all.map(({ high }) => high)),
  ];
  const decades = { low: Math.floor(lowest), high: Math.max(Math.floor(lowest) + 1, Math.ceil(highest)) };
  const scale = loss.axis === 'log' ? decades : { low: 0, high: highest || 1 };
  const ticks = loss.axis === 'log' ? decadeTicks(scale, rows) : linearTicks(scale, rows);
  const plot = paintValueAxis(canvas, scale, drawing, ticks);
  const last = points.length - 1;
  const at = (column: number): ShownLoss => points[Math.round((column / Math.max(1, plot.width - 1)) * last)];
  for (let column = 0; column < plot.width; column++)
    paintSpan(plot, column, [at(column).low, at(column).high], scale, drawing);
  const values = Array.from({ length: plot.width }, (_, column) => at(column).value);
  paintLine(plot, { values, starts: noStarts }, scale, drawing, 'evaluation');
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
const paintStudents: PanelPainter = (canvas, { layer, drawing }, { statistics, beside }) => {
  if (!statistics) {
    paintWaiting(canvas);
    return;
  }
  const { students } = statistics.layers[layer];
  const highest = [...students, ...(beside?.layers[layer]?.students ?? [])].reduce(
    (most, { fanOutNorm }) => Math.max(most, fanOutNorm),
    1e-9,
  );
  const scale = { low: 0, high: highest };
  const plot = paintValueAxis(canvas, scale, drawing, linearTicks(scale, canvas.height - 1));
  const points = students.map(({ bestMatch, fanOutNorm }) => ({ x: bestMatch, y: fanOutNorm / highest }));
  paintPoints(plot, points, drawing, 'specialized');
  canvas.text(axisWidth, canvas.height - 1, '0', 'dim');
  canvas.textBefore(canvas.width, canvas.height - 1, 'correlation 1', 'dim');
};

/** ", layer 1 of 0-3", nothing of students of one hidden layer. */
const layerText = ({ layer, layers }: SweepScene): string =>
  layers > 1 ? `, layer ${layer} of 0-${layers - 1}` : '';

/** A panel's title; of the losses with what the cursor reads, and with how they are shown where that is not usual. */
export const sweepPanelTitle = (
  panel: SweepPanel,
  scene: SweepScene,
  statistics: CellStatistics | null,
): string => {
  const { done = 0, diverged = 0 } = statistics ?? {};
  if (panel === 'success')
    return `success by teacher node${layerText(scene)}, ${seedCount(done + diverged)}, strong to weak`;
  if (panel === 'students')
    return `student nodes${layerText(scene)}: ${statistics?.layers[scene.layer].height ?? 'fan-out norm'} over best correlation`;
  if (panel === 'map') return `map: ${cellQuantities[scene.map.quantity].label}${layerText(scene)}`;
  return lossTitle(scene, statistics);
};

const lossTitle = ({ loss }: SweepScene, statistics: CellStatistics | null): string => {
  const { axis, smoothing, span } = loss;
  const how = [
    span === null ? '' : ', zoomed',
    axis === 'log' ? '' : ', linear',
    smoothing === 0 ? '' : `, smoothed ${smoothing}`,
  ];
  const read = readLoss(statistics?.lossCurve ?? [], loss);
  if (read === null) return `evaluation loss over seeds${how.join('')}`;
  const spread = `1e${spreadText(read, terminalSigns)}`;
  return `epoch ${read.epoch}: ${spread}, ${seedCount(read.seeds)}${how.join('')}`;
};

export const sweepPanelPainters: Readonly<Record<SweepPanel, PanelPainter>> = {
  success: paintSuccess,
  loss: paintLossCurve,
  students: paintStudents,
  map: paintMap,
};
