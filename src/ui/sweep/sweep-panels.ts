import type { Canvas } from '../cells.js';
import { paintLine, paintSpan, rowOf, type Scale } from '../chart.js';
import { type Drawing, shorten, singleWidth } from '../drawing.js';
import { strengthRole } from '../theme.js';
import { paintPoints } from './braille.js';
import type { SweepPanel, SweepScene } from './sweep-model.js';

const axisWidth = 7;

/** A vertical axis with labels at its ends and its middle; returns the plot beside it. */
const paintValueAxis = (
  canvas: Canvas,
  { low, high }: Scale,
  drawing: Drawing,
  label: (value: number) => string,
): Canvas => {
  const plot = canvas.region(axisWidth, 0, canvas.width - axisWidth, canvas.height - 1);
  for (let y = 0; y < plot.height; y++) canvas.text(axisWidth - 1, y, drawing.vertical, 'rule');
  for (const value of plot.height >= 5 ? [low, (low + high) / 2, high] : [low, high]) {
    const y = rowOf(value, { low, high }, plot.height);
    canvas.textBefore(axisWidth - 1, y, label(value), 'dim');
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

const paintWaiting = (canvas: Canvas): void => {
  canvas.text(1, 0, 'no finished run yet', 'dim');
};

/** A row a teacher node, strong to weak: success rates at the early epoch and at the last. */
const paintSuccess = (canvas: Canvas, { statistics, drawing }: SweepScene): void => {
  if (!statistics) {
    paintWaiting(canvas);
    return;
  }
  const { early, last, seeds } = statistics;
  const bar = Math.max(4, Math.floor((canvas.width - 18) / 2));
  canvas.text(0, 0, 'node', 'dim');
  canvas.text(6, 0, `epoch ${early.epoch}`, 'dim');
  canvas.text(12 + bar, 0, `last, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`, 'dim');
  const shown = Math.min(last.rates.length, canvas.height - 1);
  for (let node = 0; node < shown; node++) {
    const y = 1 + node;
    const role = strengthRole(node, last.rates.length);
    canvas.textBefore(4, y, String(node), role);
    [early.rates[node], last.rates[node]].forEach((rate, at) => {
      const x = 6 + at * (bar + 6);
      const full = Math.round(rate * bar);
      canvas.text(x, y, drawing.barFull.repeat(full), role);
      canvas.text(x + full, y, drawing.barEmpty.repeat(bar - full), 'rule');
      canvas.text(x + bar, y, rate.toFixed(2).padStart(5), 'text');
    });
  }
};

/** log10 of the evaluation loss: mean over seeds, with a band of one standard deviation. */
const paintLossCurve = (canvas: Canvas, { statistics, drawing }: SweepScene): void => {
  const points = statistics?.lossCurve.filter(({ mean }) => Number.isFinite(mean)) ?? [];
  if (points.length === 0) {
    paintWaiting(canvas);
    return;
  }
  const lows = points.map(({ mean, deviation }) => mean - deviation);
  const highs = points.map(({ mean, deviation }) => mean + deviation);
  const low = Math.floor(Math.min(...lows));
  const scale = { low, high: Math.max(low + 1, Math.ceil(Math.max(...highs))) };
  const plot = paintValueAxis(canvas, scale, drawing, (value) => `1e${Number(value.toFixed(1))}`);
  const end = points[points.length - 1].epoch;
  const at = (column: number): number =>
    points.length === 1 ? 0 : Math.round((column / Math.max(1, plot.width - 1)) * (points.length - 1));
  for (let column = 0; column < plot.width; column++)
    paintSpan(plot, column, [lows[at(column)], highs[at(column)]], scale, drawing);
  const line = Array.from({ length: plot.width }, (_, column) => points[at(column)].mean);
  paintLine(plot, line, scale, drawing, 'evaluation');
  canvas.textBefore(canvas.width, canvas.height - 1, `${end} epochs`, 'dim');
};

/** The L-shape: best training correlation of each student node against its fan-out norm, all seeds. */
const paintStudents = (canvas: Canvas, { statistics, drawing }: SweepScene): void => {
  if (!statistics) {
    paintWaiting(canvas);
    return;
  }
  const { students } = statistics;
  const highest = students.reduce((most, { fanOutNorm }) => Math.max(most, fanOutNorm), 1e-9);
  const plot = paintValueAxis(canvas, { low: 0, high: highest }, drawing, (value) => value.toPrecision(2));
  const points = students.map(({ correlation, fanOutNorm }) => ({ x: correlation, y: fanOutNorm / highest }));
  paintPoints(plot, points, drawing, 'specialized');
  canvas.text(axisWidth, canvas.height - 1, '0', 'dim');
  canvas.textBefore(canvas.width, canvas.height - 1, 'correlation 1', 'dim');
};

export const sweepPanelTitles: Readonly<Record<SweepPanel, string>> = {
  success: 'success by teacher node, strong to weak',
  loss: 'evaluation loss over seeds',
  students: 'student nodes: fan-out norm over best correlation',
};

export const sweepPanelPainters: Readonly<Record<SweepPanel, (canvas: Canvas, scene: SweepScene) => void>> = {
  success: paintSuccess,
  loss: paintLossCurve,
  students: paintStudents,
};

/** The cells of the grid with their progress, the chosen one in view. */
export const paintCells = (canvas: Canvas, scene: SweepScene): void => {
  const { cells, cell, drawing } = scene;
  const from = Math.max(0, Math.min(cell - Math.floor(canvas.height / 2), cells.length - canvas.height));
  const bar = canvas.width >= 44 ? 10 : 0;
  const count = (index: number): string => `${cells[index].finished}/${cells[index].runs}`;
  for (let y = 0; y < canvas.height && from + y < cells.length; y++) {
    const index = from + y;
    const { key, runs, finished, failed, running } = cells[index];
    const chosen = index === cell;
    const tail = `${running > 0 ? `${drawing.right}${running} ` : ''}${failed > 0 ? `${failed} failed ` : ''}${count(index)}`;
    const room = canvas.width - tail.length - 3 - (bar > 0 ? bar + 1 : 0);
    const name = shorten(singleWidth(key, drawing), room, drawing).padEnd(Math.max(0, room));
    canvas.text(0, y, `${chosen ? drawing.right : ' '} ${name}`, chosen ? 'focus' : 'text');
    canvas.textBefore(
      canvas.width - (bar > 0 ? bar + 1 : 0),
      y,
      tail,
      failed > 0 ? 'unlearned' : finished === runs ? 'specialized' : 'dim',
    );
    if (bar === 0) continue;
    const full = Math.floor((finished / runs) * bar);
    canvas.text(
      canvas.width - bar,
      y,
      drawing.barFull.repeat(full) + drawing.barEmpty.repeat(bar - full),
      'rule',
    );
  }
};
