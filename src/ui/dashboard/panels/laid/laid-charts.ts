import { epochs, shortStep } from '../../../../words/index.js';
import { rowOf, type Scale } from '../../../charts/chart.js';
import { type Tick, valueAxisWidth } from '../../../charts/chart-axes.js';
import { straightened, type TimeLine } from '../../../charts/lines/line-over-time.js';
import { penFor } from '../../../charts/lines/pen.js';
import { lossAxes } from '../../../charts/loss-axis.js';
import { matchAxes, matchTicks } from '../../../charts/match-axis.js';
import { multiplesOf, roundUp } from '../../../charts/ticks/round-steps.js';
import type { Canvas } from '../../../terminal/cells.js';
import { shorten } from '../../../terminal/drawing.js';
import { type LaidPoint, type LaidReading, laidPoints, laidReadings } from '../../runs/laid-series.js';
import type { Scene } from '../../scene.js';
import { letterOf, runRoles } from './laid-runs.js';

/** Columns between two letters on a line. */
const letterEvery = 14;

const timeText = (value: number): string => (value < 1000 ? epochs(value) : shortStep(value));

/** The last value in each place of an axis up to `end`. */
export const placed = (points: readonly LaidPoint[], end: number, places: number): TimeLine => {
  const values: (number | null)[] = new Array(places).fill(null);
  const starts = new Set<number>();
  for (const { at, value, isStart } of points) {
    const place = Math.max(0, Math.min(places - 1, Math.floor((at / end) * places)));
    values[place] = value;
    if (isStart) starts.add(place);
  }
  return { values: straightened(values, starts), starts };
};

type Axis = { readonly scale: Scale; readonly ticks: readonly Tick[] };

/** A linear axis from 0 to the largest value, with a tick at either end. */
const upTo = (high: number, label: string): Axis => ({
  scale: { low: 0, high },
  ticks: [
    { value: 0, label: '0' },
    { value: high, label },
  ],
});

/** One quantity of runs, its heights on the axis, and the axis for these heights in so many rows. */
export type LaidChart = {
  readonly heading: string;
  readonly reading: LaidReading;
  heightOf(value: number): number;
  axisOf(heights: readonly number[], rows: number): Axis;
};

const itself = (value: number): number => value;

export const lossChart = ({ view }: Scene): LaidChart => {
  const axis = lossAxes[view.lossAxis];
  return {
    heading: 'evaluation loss',
    reading: laidReadings.loss,
    heightOf: axis.heightOf,
    axisOf: (heights, rows) => axis.fit(heights, rows),
  };
};

export const learnedChart = ({ laid }: Scene): LaidChart => {
  const nodes = Math.max(1, ...laid.map(({ state }) => state.teacherStrength.flat().length));
  return {
    heading: 'teacher nodes specialized',
    reading: laidReadings.learned,
    heightOf: itself,
    axisOf: () => upTo(nodes, String(nodes)),
  };
};

export const meanMatchChart: LaidChart = {
  heading: 'best match, mean over teacher nodes',
  reading: laidReadings.match,
  heightOf: itself,
  axisOf: () => upTo(1, '1'),
};

/** The best match of one teacher node, the threshold of the run on display on the axis. */
export const nodeChart = ({ laid, view }: Scene, heading: string, reading: LaidReading): LaidChart => {
  const axis = matchAxes[view.matchAxis];
  const { threshold } = laid[0].state;
  return {
    heading,
    reading,
    heightOf: axis.heightOf,
    axisOf: (_heights, rows) => ({
      scale: axis.scale,
      ticks: matchTicks(axis, threshold, (height) => rowOf(height, axis.scale, rows)),
    }),
  };
};

/** Where each run has come to at the end of the time axis that they share. */
export const laidCourses = (
  { laid, view }: Scene,
  reading: LaidReading,
): { readonly courses: readonly (readonly LaidPoint[])[]; readonly end: number } => {
  const courses = laid.map(({ state }) => laidPoints(state, reading, view.laidTime));
  return { courses, end: Math.max(1e-9, ...courses.map((points) => points.at(-1)?.at ?? 0)) };
};

/** One quantity of every run on the same axes. */
export const paintLaidChart = (canvas: Canvas, scene: Scene, chart: LaidChart): void => {
  const { drawing, lines } = scene;
  const { courses, end } = laidCourses(scene, chart.reading);
  const curves = courses.map((points) =>
    points.map((point) => ({ ...point, value: chart.heightOf(point.value) })),
  );
  const rows = canvas.height - 2;
  if (rows < 2) return;
  const axis = chart.axisOf(
    curves.flatMap((points) => points.map(({ value }) => value)),
    rows,
  );
  canvas.text(0, 0, shorten(chart.heading, canvas.width, drawing), 'dim');
  const plot = canvas.region(valueAxisWidth, 1, canvas.width - valueAxisWidth, rows);
  for (let y = 0; y < rows; y++) canvas.text(valueAxisWidth - 1, 1 + y, drawing.vertical, 'rule');
  for (const { value, label } of axis.ticks)
    canvas.textBefore(valueAxisWidth - 1, 1 + rowOf(value, axis.scale, rows), label, 'dim');
  paintTimes(canvas.region(valueAxisWidth, canvas.height - 1, plot.width, 1), end, scene);
  const pen = penFor(plot, axis.scale, drawing, lines);
  const drawn = curves.map((points) => placed(points, end, pen.places));
  drawn.forEach((line, at) => {
    pen.line(line, runRoles[at]);
  });
  drawn.forEach(({ values }, at) => {
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
