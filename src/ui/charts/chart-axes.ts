import type { Header } from '../../protocol/index.js';
import type { Mark, State } from '../../store/index.js';
import type { Canvas } from '../terminal/cells.js';
import type { Drawing } from '../terminal/drawing.js';
import { rowOf, type Scale } from './chart.js';
import { type TimeUnit, timeText, timeTicks } from './ticks/time-ticks.js';
import { columnOf, isWithin, type TimeWindow } from './time-axis.js';

/** Columns left of a chart: the label of a value, and the axis. */
export const valueAxisWidth = 7;

export type Tick = { readonly value: number; readonly label: string };

/** How axes are drawn and what they count in. */
export type ChartLook = { readonly drawing: Drawing; readonly timeUnit: TimeUnit };

/** Splits a panel into the plot and draws both axes around it. */
export const paintAxes = (
  canvas: Canvas,
  state: State,
  window: TimeWindow,
  look: ChartLook,
  { ticks, scale }: { readonly ticks: readonly Tick[]; readonly scale: Scale },
): Canvas => {
  const { drawing } = look;
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
    look,
  );
  return plot;
};

/** The marks that a chart shows: guides through the plot, a letter at their upper end. */
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

/** What stands in a column for its marks, from the top: a kind's letter, below it their number where there are several. */
type MarkStack = {
  readonly column: number;
  readonly signs: readonly string[];
  readonly kinds: readonly Mark['kind'][];
};

const stackOf = (kinds: readonly Mark['kind'][]): readonly { kind: Mark['kind']; sign: string }[] =>
  [...new Set(kinds)].flatMap((kind) => {
    const count = kinds.filter((each) => each === kind).length;
    const letter = { kind, sign: markLetters[kind] };
    return count === 1 ? [letter] : [letter, { kind, sign: String(Math.min(9, count)) }];
  });

/** The marks of each column of a plot; where there are more than rows the last one says so. */
const markStacks = (
  marks: readonly Mark[],
  window: TimeWindow,
  { width, height }: { readonly width: number; readonly height: number },
): readonly MarkStack[] => {
  const columns = new Map<number, Mark['kind'][]>();
  for (const { step, kind } of marksWithin(marks, window)) {
    const column = columnOf(step, window, width);
    columns.set(column, [...(columns.get(column) ?? []), kind]);
  }
  return [...columns].map(([column, kinds]) => {
    const all = stackOf(kinds);
    const shown = all.length > height ? all.slice(0, height - 1) : all;
    const signs = shown.map(({ sign }) => sign);
    return {
      column,
      signs: all.length > height ? [...signs, '+'] : signs,
      kinds: shown.map(({ kind }) => kind),
    };
  });
};

/** What the letters in a plot of this size mean, of those that are there. */
export const markLegend = (
  marks: readonly Mark[],
  window: TimeWindow,
  size: { readonly width: number; readonly height: number },
): string[] => [
  ...new Set(markStacks(marks, window, size).flatMap(({ kinds }) => kinds.map((kind) => markMeanings[kind]))),
];

/** The line below a plot: a label at every round moment, the unit at the right end. */
const paintTimeAxis = (canvas: Canvas, { header }: State, window: TimeWindow, look: ChartLook): void => {
  const { drawing, timeUnit } = look;
  canvas.text(0, 0, drawing.axisCorner + drawing.horizontal.repeat(canvas.width), 'rule');
  if (!header) return;
  const width = canvas.width - 1;
  const unit = ` ${timeUnit}`;
  canvas.textBefore(canvas.width, 0, unit, 'dim');
  for (const { from, label } of timeTicks(window, header, timeUnit, { width, free: width - unit.length - 1 }))
    canvas.text(1 + from, 0, label, 'dim');
};

/** Faint vertical guides where the run was changed, beneath the lines. */
export const paintMarkGuides = (
  plot: Canvas,
  marks: readonly Mark[],
  window: TimeWindow,
  drawing: Drawing,
): void => {
  for (const { step } of marksWithin(marks, window)) {
    const column = columnOf(step, window, plot.width);
    for (let y = 0; y < plot.height; y++) plot.text(column, y, drawing.guide, 'mark');
  }
};

const marksWithin = (marks: readonly Mark[], window: TimeWindow): readonly Mark[] =>
  marks.filter(({ step }) => isWithin(step, window));

/** What each guide stands for, above the lines: a letter in the plot covers no label of an axis. */
export const paintMarkLetters = (plot: Canvas, marks: readonly Mark[], window: TimeWindow): void => {
  for (const { column, signs } of markStacks(marks, window, plot))
    signs.forEach((sign, y) => {
      plot.text(column, y, sign, 'mark');
    });
};

/** The line that the charts are read at, beneath their own lines. */
export const paintCursor = (plot: Canvas, column: number | null, drawing: Drawing): void => {
  if (column === null) return;
  for (let y = 0; y < plot.height; y++) plot.text(column, y, drawing.vertical, 'focus');
};

/** Where the charts are read, in both units, the one that the axis counts in first. */
export const cursorLabel = (header: Header, step: number, unit: TimeUnit): string => {
  const [first, other] = unit === 'epochs' ? (['epoch', 'step'] as const) : (['step', 'epoch'] as const);
  const text = (name: 'epoch' | 'step'): string =>
    timeText(step, header, name === 'epoch' ? 'epochs' : 'steps');
  return `at ${first} ${text(first)} (${other} ${text(other)})`;
};
