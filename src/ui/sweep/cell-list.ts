import type { CellProgress } from '../../sweep/index.js';
import type { Canvas } from '../terminal/cells.js';
import { printableText, shorten } from '../terminal/drawing.js';
import { columnsOf, padded } from '../terminal/text-width.js';
import type { SweepScene } from './sweep-model.js';

const gap = 2;
/** Columns that a row keeps for its counts. */
const tailWidth = 10;
/** Columns of a cell's bar, where there is room for one. */
const barWidth = 10;
const barFrom = 44;

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

const countsOf = ({ running, failed, finished, runs }: CellProgress, { drawing }: SweepScene): string =>
  `${running > 0 ? `${drawing.right}${running} ` : ''}${failed > 0 ? `${failed} failed ` : ''}${finished}/${runs}`;

/** Settings of every cell as a table, so that cells which differ in the last one can be told apart. */
const tableOf = ({ cells, drawing }: SweepScene, room: number) => {
  const names = Object.keys(cells[0].cell).map((name) => printableText(name, drawing));
  if (names.length === 0) return { heading: '', rows: cells.map(({ key }) => key) };
  const rows = cells.map(({ cell }) =>
    Object.values(cell).map((value) => printableText(String(value), drawing)),
  );
  const widths = columnWidths(names, rows, room);
  const line = (texts: readonly string[]): string =>
    texts.map((text, at) => padded(shorten(text, widths[at], drawing), widths[at] + gap)).join('');
  return { heading: line(names), rows: rows.map(line) };
};

const paintBar = (
  canvas: Canvas,
  y: number,
  { finished, runs }: CellProgress,
  { drawing }: SweepScene,
): void => {
  const full = Math.floor((finished / runs) * barWidth);
  const bar = drawing.barFull.repeat(full) + drawing.barEmpty.repeat(barWidth - full);
  canvas.text(canvas.width - barWidth, y, bar, 'rule');
};

/** The cells of the grid, a row each under the names of the settings, the chosen one in view. */
export const paintCells = (canvas: Canvas, scene: SweepScene): void => {
  const { cells, cell, drawing } = scene;
  const hasBar = canvas.width >= barFrom;
  const end = canvas.width - (hasBar ? barWidth + 1 : 0);
  const { heading, rows } = tableOf(scene, end - tailWidth - gap);
  const top = heading === '' ? 0 : 1;
  canvas.text(gap, 0, shorten(heading, end - gap, drawing), 'dim');
  const height = canvas.height - top;
  const from = Math.max(0, Math.min(cell - Math.floor(height / 2), cells.length - height));
  cells.slice(from, from + height).forEach((progress, at) => {
    const chosen = from + at === cell;
    const y = top + at;
    const counts = countsOf(progress, scene);
    const name = shorten(rows[from + at].trimEnd(), end - gap - counts.length - 1, drawing);
    canvas.text(0, y, `${chosen ? drawing.right : ' '} ${name}`, chosen ? 'focus' : 'text');
    const { failed, finished, runs } = progress;
    canvas.textBefore(end, y, counts, failed > 0 ? 'alarm' : finished === runs ? 'specialized' : 'dim');
    if (hasBar) paintBar(canvas, y, progress, scene);
  });
};
