import type { Header } from '../../protocol/index.js';
import type { Mark, State } from '../../store/index.js';
import { compact, epochs } from '../../words/index.js';
import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import { rowOf, type Scale } from './chart.js';
import { columnOf, isWithin, type TimeWindow } from './time-axis.js';

/** Columns left of a chart: the label of a value, and the axis. */
export const valueAxisWidth = 7;

export type Tick = { readonly value: number; readonly label: string };

/** Splits a panel into the plot and draws both axes around it. */
export const paintAxes = (
  canvas: Canvas,
  state: State,
  window: TimeWindow,
  drawing: Drawing,
  ticks: readonly Tick[],
  scale: Scale,
): Canvas => {
  const plot = canvas.region(valueAxisWidth, 0, canvas.width - valueAxisWidth, canvas.height - 1);
  for (let y = 0; y < plot.height; y++) canvas.text(valueAxisWidth - 1, y, drawing.vertical, 'rule');
  for (const { value, label } of ticks) {
    const y = rowOf(value, scale, plot.height);
    canvas.textBefore(valueAxisWidth - 1, y, label, 'dim');
    canvas.text(valueAxisWidth - 1, y, drawing.tick, 'rule');
  }
  paintTimeAxis(
    canvas.region(valueAxisWidth - 1, canvas.height - 1, canvas.width - valueAxisWidth + 1, 1),
    state,
    window,
    drawing,
  );
  return plot;
};

/** The marks that a chart shows: letters on the time axis, guides through the plot. */
const markLetters: Readonly<Record<Mark['kind'], string>> = {
  'learning-rate': 'r',
  perturbed: 'p',
  undone: 'u',
  redone: 'U',
  rewound: 'b',
  'control-started': 'c',
  'control-promoted': 'C',
};

const markMeanings: Readonly<Record<Mark['kind'], string>> = {
  'learning-rate': 'r rate',
  perturbed: 'p perturbed',
  undone: 'u undone',
  redone: 'U redone',
  rewound: 'b rewound',
  'control-started': 'c control',
  'control-promoted': 'C control promoted',
};

/** What the letters on the time axis mean, of those that are there. */
export const markLegend = (marks: readonly Mark[]): string[] => [
  ...new Set(marks.map((mark) => markMeanings[mark.kind])),
];

const paintTimeAxis = (
  canvas: Canvas,
  { header, marks }: State,
  window: TimeWindow,
  drawing: Drawing,
): void => {
  canvas.text(0, 0, drawing.axisCorner + drawing.horizontal.repeat(canvas.width), 'rule');
  if (!header) return;
  const { from, to } = window;
  const label = timeLabel(header, window);
  const full = `${label(to)} ${timeUnit(header, window)}`;
  const start = label(from);
  const centre = (from + to) / 2;
  const middle = label(centre);
  const width = canvas.width - 1;
  const marked = marks
    .filter(({ step }) => isWithin(step, window))
    .map(({ step, kind }) => ({ column: 1 + columnOf(step, window, width), letter: markLetters[kind] }));
  const at = 1 + columnOf(centre, window, width);
  // A letter within a number would make another number of it: the guide above the end's label tells as much.
  const isFree = marked.every(({ column }) => column < at - 1 || column > at + middle.length);
  if (isFree && width > full.length + middle.length + start.length + 11) canvas.text(at, 0, middle, 'dim');
  canvas.text(1, 0, start, 'dim');
  for (const { column, letter } of marked) canvas.text(column, 0, letter, 'mark');
  canvas.textBefore(canvas.width, 0, full, 'dim');
};

/** Epochs, unless the axis spans too few of them to tell anything. */
const timeUnit = (header: Header, { from, to }: TimeWindow): 'epochs' | 'steps' =>
  to - from >= 2 * header.experiment.stepsPerEpoch ? 'epochs' : 'steps';

const timeLabel =
  (header: Header, window: TimeWindow) =>
  (step: number): string =>
    timeUnit(header, window) === 'epochs' ? epochs(step / header.experiment.stepsPerEpoch) : compact(step);

/** Faint vertical guides where the run was changed, beneath the lines. */
export const paintMarkGuides = (
  plot: Canvas,
  marks: readonly Mark[],
  window: TimeWindow,
  drawing: Drawing,
): void => {
  for (const mark of marks) {
    if (!isWithin(mark.step, window)) continue;
    const column = columnOf(mark.step, window, plot.width);
    for (let y = 0; y < plot.height; y++) plot.text(column, y, drawing.guide, 'mark');
  }
};

/** The line that the charts are read at, beneath their own lines. */
export const paintCursor = (plot: Canvas, column: number | null, drawing: Drawing): void => {
  if (column === null) return;
  for (let y = 0; y < plot.height; y++) plot.text(column, y, drawing.vertical, 'focus');
};

/** Where the charts are read, as the time axis counts. */
export const cursorLabel = (header: Header, step: number): string =>
  `at ${compact(step)} (epoch ${epochs(step / header.experiment.stepsPerEpoch)})`;
