import { type CellProgress, cellQuantities } from '../../sweep/index.js';
import { quantityText, spreadText, terminalSigns } from '../../words/index.js';
import type { Canvas } from '../terminal/cells.js';
import { type Drawing, printableText, shorten } from '../terminal/drawing.js';
import { columnsOf, padded, startIn } from '../terminal/text-width.js';
import type { Role } from '../terminal/theme.js';
import type { SweepScene } from './sweep-model.js';

const gap = 2;
/** Columns between two results. */
const resultGap = 1;
/** Columns of a cell's bar of finished runs, where there is room for one. */
const barWidth = 10;

/**
 * Columns of a table with these headings and values: values whole, headings as far as there is room, the ones that
 * lack least first.
 */
export const columnWidths = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): number[] => {
  const widths = headings.map((_, at) => Math.max(1, ...rows.map((row) => columnsOf(row[at]))));
  const lacking = headings.map((heading, at) => Math.max(0, columnsOf(heading) - widths[at]));
  let spare = Math.max(0, room - widths.reduce((sum, width) => sum + width + gap, 0));
  for (const at of [...headings.keys()].sort((a, b) => lacking[a] - lacking[b])) {
    const more = Math.min(spare, lacking[at]);
    widths[at] += more;
    spare -= more;
  }
  return widths;
};

/** Finished runs of all, failed ones among them, behind those under way. */
const countsOf = ({ running, finished, runs }: CellProgress, { drawing }: SweepScene): string =>
  `${running > 0 ? `${drawing.right}${running} ` : ''}${finished}/${runs}`;

/** A column of the list behind the settings: its heading, and its text of each cell. */
type ResultColumn = {
  readonly heading: string;
  readonly texts: readonly string[];
  readonly roleOf: (cell: CellProgress) => Role;
};

const plain = (): Role => 'text';

const countsRole = ({ failed, finished, runs }: CellProgress): Role =>
  failed > 0 ? 'alarm' : finished === runs ? 'specialized' : 'dim';

const widthOf = ({ heading, texts }: ResultColumn): number =>
  Math.max(columnsOf(heading), ...texts.map(columnsOf));

/** Results of the cells, the column that is given up first for want of room last. */
const resultColumns = (scene: SweepScene): ResultColumn[] => {
  const { cells, statistics, layer } = scene;
  const numbers = (name: 'recovered' | 'early' | 'loss'): string[] =>
    statistics.map((of) =>
      of === null
        ? ''
        : quantityText(cellQuantities[name].of(of, layer), cellQuantities[name], terminalSigns),
    );
  const spreads = statistics.map((of) => {
    const end = of?.lossCurve.at(-1);
    return end === undefined ? '' : spreadText(end, terminalSigns);
  });
  return [
    { heading: 'runs', texts: cells.map((cell) => countsOf(cell, scene)), roleOf: countsRole },
    ...(cells.some(({ failed }) => failed > 0)
      ? [
          {
            heading: 'failed',
            texts: cells.map(({ failed }) => (failed > 0 ? String(failed) : '')),
            roleOf: (): Role => 'alarm',
          },
        ]
      : []),
    { heading: 'last', texts: numbers('recovered'), roleOf: plain },
    { heading: 'log10 loss', texts: spreads, roleOf: plain },
    { heading: 'early', texts: numbers('early'), roleOf: plain },
  ];
};

/** Settings of every cell by name, so that cells which differ in the last one can be told apart. */
const settingsOf = ({ cells, drawing }: SweepScene) => {
  const names = Object.keys(cells[0].cell).map((name) => printableText(name, drawing));
  const rows = cells.map(({ key, cell }) =>
    names.length === 0 ? [key] : Object.values(cell).map((value) => printableText(String(value), drawing)),
  );
  return { names: names.length === 0 ? [''] : names, rows };
};

const sum = (widths: readonly number[], between: number): number =>
  widths.reduce((all, width) => all + width + between, 0);

/** Columns of the results, a gap after each. */
const tailOf = (columns: readonly ResultColumn[]): number => sum(columns.map(widthOf), resultGap);

/** Columns that the list takes where there is room for all of it, the bar of finished runs aside. */
export const listWidth = (scene: SweepScene): number => {
  const { names, rows } = settingsOf(scene);
  const settings = columnWidths(names, rows, Number.POSITIVE_INFINITY);
  return gap + sum(settings, gap) + tailOf(resultColumns(scene)) + 1;
};

/** The result columns that leave the settings their values whole, in the order of the screen. */
const fittingColumns = (scene: SweepScene, room: number): ResultColumn[] => {
  const { names, rows } = settingsOf(scene);
  let rest = room - sum(columnWidths(names, rows, 0), gap);
  const all = resultColumns(scene);
  const fitting = all.filter((column, at) => {
    rest -= widthOf(column) + resultGap;
    return at === 0 || rest >= 0;
  });
  const order = ['early', 'last', 'log10 loss', 'failed', 'runs'];
  return fitting.toSorted((a, b) => order.indexOf(a.heading) - order.indexOf(b.heading));
};

/** Text cut to a width; a beginning of a letter or two says more without an ellipsis. */
const cut = (text: string, width: number, drawing: Drawing): string =>
  width < 3 ? startIn(text, width) : shorten(text, width, drawing);

const paintBar = (canvas: Canvas, x: number, y: number, cell: CellProgress, scene: SweepScene): void => {
  const { drawing } = scene;
  const full = Math.floor((cell.finished / cell.runs) * barWidth);
  canvas.text(x, y, drawing.barFull.repeat(full) + drawing.barEmpty.repeat(barWidth - full), 'rule');
};

/** Where everything stands in the list: the settings' columns, the ends of the results', and the bar. */
const layoutOf = (scene: SweepScene, width: number) => {
  const columns = fittingColumns(scene, width - gap);
  const { names, rows } = settingsOf(scene);
  const room = Math.max(0, width - gap - tailOf(columns));
  const widths = columnWidths(names, rows, room);
  const from = gap + Math.min(sum(widths, gap), room);
  const ends = columns.map((_, at) => from + tailOf(columns.slice(0, at + 1)) - resultGap);
  const bar = from + tailOf(columns) + gap - resultGap;
  const line = (texts: readonly string[]): string => {
    const cells = texts.map((text, at) => padded(cut(text, widths[at], scene.drawing), widths[at] + gap));
    return shorten(cells.join('').trimEnd(), from - gap - 1, scene.drawing);
  };
  return { names, rows, columns, ends, line, bar: width - bar >= barWidth ? bar : null };
};

/** The cells of the grid, a row each: settings, results and finished runs under headings, the chosen one in view. */
export const paintCells = (canvas: Canvas, scene: SweepScene): void => {
  const { cells, cell, kept, drawing } = scene;
  const { names, rows, columns, ends, line, bar } = layoutOf(scene, canvas.width);
  canvas.text(gap, 0, line(names), 'dim');
  columns.forEach(({ heading }, at) => {
    canvas.textBefore(ends[at], 0, heading, 'dim');
  });
  if (bar !== null) canvas.text(bar, 0, 'finished', 'dim');
  const height = canvas.height - 1;
  const first = Math.max(0, Math.min(cell - Math.floor(height / 2), cells.length - height));
  cells.slice(first, first + height).forEach((progress, row) => {
    const at = first + row;
    const mark = at === cell ? drawing.right : at === kept ? drawing.several : ' ';
    canvas.text(0, 1 + row, `${mark} ${line(rows[at])}`, at === cell ? 'focus' : 'text');
    columns.forEach(({ texts, roleOf }, column) => {
      canvas.textBefore(ends[column], 1 + row, texts[at], roleOf(progress));
    });
    if (bar !== null) paintBar(canvas, bar, 1 + row, progress, scene);
  });
};
