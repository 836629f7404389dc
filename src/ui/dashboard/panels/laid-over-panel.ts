import { teachersByStrength } from '../../../store/index.js';
import {
  correlation,
  correlationDifference,
  differingSettings,
  epochs,
  loss,
  shortStep,
} from '../../../words/index.js';
import { rowOf, type Scale } from '../../charts/chart.js';
import { valueAxisWidth } from '../../charts/chart-axes.js';
import { lossAxes } from '../../charts/loss-axis.js';
import { penFor } from '../../charts/pen.js';
import { multiplesOf, roundUp } from '../../charts/ticks/round-steps.js';
import { straightened } from '../../charts/time-axis.js';
import { paintFrame, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { printableText, shorten } from '../../terminal/drawing.js';
import type { Role } from '../../terminal/theme.js';
import type { LaidRun } from '../runs/laid-over.js';
import { type LaidPoint, type LaidReading, laidPoints } from '../runs/laid-series.js';
import { type Scene, scrollWindow } from '../scene.js';

/** Colours of the runs; where colours do not tell them apart their letters do. */
const runRoles: readonly Role[] = ['train', 'evaluation', 'control', 'mark', 'notice', 'lost'];

const letterOf = (run: number): string => String.fromCharCode(65 + run);

/** Columns between two letters on a line. */
const letterEvery = 14;

const timeText = (value: number): string => (value < 1000 ? epochs(value) : shortStep(value));

/** A line for each run: its letter, name, and where it stands. */
const paintLegend = (canvas: Canvas, { laid, drawing }: Scene): void => {
  const first = Math.max(...laid.map(({ name }) => name.length));
  laid.forEach(({ name, state: { frame, header, threshold, isStopped, runState } }, at) => {
    const matches = frame?.layers.flatMap((layer) => layer.bestMatchOfTeacher) ?? [];
    const learned = matches.filter((match) => match > threshold).length;
    const facts = [
      `step ${shortStep(frame?.step ?? 0)}`,
      `loss ${loss(frame?.evalLoss ?? Number.NaN)}`,
      `${learned}/${matches.length}`,
      ...(isStopped ? ['stopped'] : runState === 'running' ? [] : [runState]),
      header?.title ?? '',
    ].join('  ');
    const text = printableText(`${name.padEnd(Math.min(first, 24))}  ${facts}`, drawing);
    writePieces(canvas, 0, at, [
      [`${letterOf(at)} `, runRoles[at]],
      [shorten(text, canvas.width - 2, drawing), 'text'],
    ]);
  });
};

/** The last value in each place of an axis up to `end`. */
const placed = (points: readonly LaidPoint[], end: number, places: number): number[] => {
  const values: (number | null)[] = new Array(places).fill(null);
  for (const { at, value } of points)
    values[Math.max(0, Math.min(places - 1, Math.floor((at / end) * places)))] = value;
  return straightened(values);
};

type Axis = {
  readonly scale: Scale;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
};

/** A linear axis from 0 to the largest value, with a tick at either end. */
const upTo = (high: number, label: string): Axis => ({
  scale: { low: 0, high },
  ticks: [
    { value: 0, label: '0' },
    { value: high, label },
  ],
});

const headings: Readonly<Record<LaidReading, string>> = {
  loss: 'evaluation loss',
  learned: 'teacher nodes specialized',
  match: 'best match, mean over teacher nodes',
};

/** One quantity of every run on the same axes. */
const paintChart = (canvas: Canvas, scene: Scene, reading: LaidReading): void => {
  const { laid, drawing, lines, view } = scene;
  const onAxis = reading === 'loss' ? lossAxes[view.lossAxis].heightOf : (value: number) => value;
  const curves = laid.map(({ state }) =>
    laidPoints(state, reading, view.laidTime).map(({ at, value }) => ({ at, value: onAxis(value) })),
  );
  const end = Math.max(1e-9, ...curves.map((points) => points.at(-1)?.at ?? 0));
  const nodes = Math.max(1, ...laid.map(({ state }) => state.teacherStrength.flat().length));
  const rows = canvas.height - 2;
  if (rows < 2) return;
  const axis: Axis =
    reading === 'loss'
      ? lossAxes[view.lossAxis].fit(
          curves.flatMap((points) => points.map(({ value }) => value)),
          rows,
        )
      : reading === 'learned'
        ? upTo(nodes, String(nodes))
        : upTo(1, '1');
  canvas.text(0, 0, shorten(headings[reading], canvas.width, drawing), 'dim');
  const plot = canvas.region(valueAxisWidth, 1, canvas.width - valueAxisWidth, rows);
  for (let y = 0; y < rows; y++) canvas.text(valueAxisWidth - 1, 1 + y, drawing.vertical, 'rule');
  for (const { value, label } of axis.ticks)
    canvas.textBefore(valueAxisWidth - 1, 1 + rowOf(value, axis.scale, rows), label, 'dim');
  paintTimes(canvas.region(valueAxisWidth, canvas.height - 1, plot.width, 1), end, scene);
  const pen = penFor(plot, axis.scale, drawing, lines);
  const drawn = curves.map((points) => placed(points, end, pen.places));
  drawn.forEach((values, at) => {
    pen.line(values, runRoles[at]);
  });
  drawn.forEach((values, at) => {
    paintLetters(plot, values, at, axis.scale);
  });
};

/** A run's letter along its line and at its end, so that lines can be told apart without colours. */
const paintLetters = (plot: Canvas, values: readonly number[], run: number, scale: Scale): void => {
  const perColumn = values.length / plot.width;
  const end = Math.floor(values.findLastIndex(Number.isFinite) / perColumn);
  const columns = Array.from({ length: plot.width }, (_, x) => x).filter(
    (x) => x === end || (x < end && x % letterEvery === 2 + 2 * run),
  );
  for (const x of columns) {
    const value = values[Math.min(values.length - 1, Math.floor((x + 1) * perColumn) - 1)];
    if (Number.isFinite(value)) plot.text(x, rowOf(value, scale, plot.height), letterOf(run), runRoles[run]);
  }
};

const paintTimes = (canvas: Canvas, end: number, { view, drawing }: Scene): void => {
  const unit = ` ${view.laidTime}`;
  canvas.text(0, 0, drawing.horizontal.repeat(canvas.width), 'rule');
  for (const value of multiplesOf(roundUp((end * 10) / canvas.width), 0, end)) {
    const x = Math.floor((value / end) * canvas.width);
    const label = timeText(value);
    if (x + label.length < canvas.width - unit.length) canvas.text(x, 0, label, 'dim');
  }
  canvas.textBefore(canvas.width, 0, unit, 'dim');
};

/** Loss, nodes specialized and mean best match, as many as there is room for: side by side, else one above the other. */
const paintCharts = (canvas: Canvas, scene: Scene): void => {
  const readings: readonly LaidReading[] = ['loss', 'learned', 'match'];
  const count = Math.max(1, Math.min(3, Math.floor(canvas.width / 50)));
  if (count > 1) {
    const width = Math.floor(canvas.width / count);
    readings.slice(0, count).forEach((reading, at) => {
      paintChart(canvas.region(at * width, 0, width - 1, canvas.height), scene, reading);
    });
    return;
  }
  const shown = readings.slice(0, Math.max(1, Math.floor(canvas.height / 7)));
  const height = Math.floor(canvas.height / shown.length);
  shown.forEach((reading, at) => {
    paintChart(canvas.region(0, at * height, canvas.width, height), scene, reading);
  });
};

const columnWidth = 15;

const paintHeads = (canvas: Canvas, laid: readonly LaidRun[], from: number, width: number): void =>
  laid.forEach((_, at) => {
    canvas.textBefore(from + (at + 1) * width, 0, letterOf(at), runRoles[at]);
  });

/** Best match of every teacher node of the layer on display in each run, and how far it is from the first one's. */
const paintNodes = (canvas: Canvas, { laid, view }: Scene): void => {
  const [first] = laid;
  const strengths = first.state.teacherStrength[view.layer];
  if (!strengths) return;
  const nodes = teachersByStrength(first.state, view.layer);
  const { from, to } = scrollWindow(view.scroll.teachers, canvas.height - 1, nodes.length);
  canvas.text(0, 0, 'node  strength', 'dim');
  paintHeads(canvas, laid, 14, columnWidth);
  nodes.slice(from, to).forEach((node, row) => {
    canvas.textBefore(4, 1 + row, String(node), 'text');
    canvas.textBefore(14, 1 + row, strengths[node].toFixed(2), 'dim');
    const base = first.state.frame?.layers[view.layer]?.bestMatchOfTeacher[node];
    laid.forEach(({ state }, at) => {
      const match = state.frame?.layers[view.layer]?.bestMatchOfTeacher[node];
      const end = 14 + (at + 1) * columnWidth;
      if (match === undefined) canvas.textBefore(end, 1 + row, '-', 'dim');
      else {
        const role: Role = match > state.threshold ? 'specialized' : 'text';
        canvas.textBefore(at === 0 ? end : end - 7, 1 + row, correlation(match), role);
        if (at === 0 || base === undefined) return;
        canvas.textBefore(end, 1 + row, correlationDifference(match - base), 'dim');
      }
    });
  });
};

/** The settings in which the runs differ. */
const paintSettings = (canvas: Canvas, { laid, drawing }: Scene): void => {
  const rows = differingSettings(laid.flatMap(({ state: { header } }) => header ?? []));
  if (rows.length === 0) canvas.text(0, 0, 'the runs have the same settings', 'dim');
  const label = Math.max(0, ...rows.map(([key]) => key.length)) + 1;
  const width = Math.max(6, Math.min(columnWidth + 5, Math.floor((canvas.width - label) / laid.length)));
  if (rows.length > 0) paintHeads(canvas, laid, label, width);
  rows.slice(0, canvas.height - 1).forEach(([key, values], row) => {
    canvas.text(0, 1 + row, key, 'dim');
    values.forEach((value, at) => {
      const text = shorten(printableText(value === '' ? '-' : value, drawing), width - 1, drawing);
      canvas.textBefore(label + (at + 1) * width, 1 + row, text, 'text');
    });
  });
};

/** Rows from which on the table of nodes stands below the charts. */
const bothFrom = 34;

/** Runs laid over each other: their courses on the same axes, their nodes, or the settings in which they differ. */
export const paintLaidOver = (canvas: Canvas, scene: Scene): void => {
  const { laid, view } = scene;
  const title =
    view.laid === 'settings'
      ? 'settings that differ'
      : view.laid === 'nodes'
        ? 'best matches, less those of A'
        : 'runs laid over each other';
  const inner = paintFrame(canvas, scene, { title });
  if (laid.length === 0) return;
  paintLegend(inner, scene);
  const top = laid.length + 1;
  const rest = inner.region(0, top, inner.width, inner.height - top);
  if (view.laid === 'settings') paintSettings(rest, scene);
  else if (view.laid === 'nodes') paintNodes(rest, scene);
  else if (rest.height < bothFrom) paintCharts(rest, scene);
  else {
    const height = Math.floor(rest.height * 0.55);
    paintCharts(rest.region(0, 0, rest.width, height), scene);
    paintNodes(rest.region(0, height + 1, rest.width, rest.height - height - 1), scene);
  }
};
