import { quantityText, terminalSigns } from '../../words/index.js';
import type { Canvas } from '../terminal/cells.js';
import { type Drawing, printableText, shorten } from '../terminal/drawing.js';
import { columnsOf } from '../terminal/text-width.js';
import { heatRoles } from '../terminal/theme.js';
import { heatMapOf, type MapPlace } from './heat-map.js';
import type { SweepScene } from './sweep-model.js';

/** Columns of a place beside its number: the mark of the chosen cell, two of shade, and a gap. */
const beside = 4;

/** The part of `count` items, `room` of them at most, that has the chosen one near its middle. */
const windowOf = (count: number, room: number, chosen: number): number => {
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), count - room));
  return Number.isFinite(from) ? from : 0;
};

const paintPlace = (
  canvas: Canvas,
  [x, y]: readonly [number, number],
  {
    goodness,
    text,
    isChosen,
  }: { readonly goodness: number; readonly text: string; readonly isChosen: boolean },
  drawing: Drawing,
): void => {
  if (isChosen) canvas.text(x, y, drawing.right, 'focus');
  if (!Number.isNaN(goodness)) {
    const shade = Math.min(drawing.heat.length - 1, Math.floor(goodness * drawing.heat.length));
    canvas.text(x + 1, y, drawing.heat[shade].repeat(2), heatRoles[shade]);
  }
  canvas.text(x + beside - 1, y, text, isChosen ? 'focus' : 'text');
};

/** A number of every cell by two settings of the grid: shaded from the worst to the best, the chosen cell marked. */
export const paintMap = (canvas: Canvas, scene: SweepScene): void => {
  const { cells, statistics, cell, map: view, layer, drawing } = scene;
  const { quantity, across, down, fixed, places } = heatMapOf(cells, statistics, cell, { view, layer });
  const others = fixed.map(([name, value]) => `${name}=${value}`);
  const axes = [view.across && `${view.across} across`, view.down && `${view.down} down`];
  const heading = [...others, ...axes.filter((axis) => axis !== null)].join(', ');
  canvas.text(0, 0, shorten(printableText(heading, drawing), canvas.width, drawing), 'dim');
  const textOf = ({ value }: MapPlace): string => quantityText(value, quantity, terminalSigns);
  const labels = [across, down].map((values) => values.map((value) => printableText(String(value), drawing)));
  const left = Math.max(...labels[1].map(columnsOf)) + 1;
  const texts = places.flat().map(textOf);
  const width = beside + Math.max(...[...texts, ...labels[0]].map(columnsOf)) + 1;
  const [columns, rows] = [Math.floor((canvas.width - left) / width), canvas.height - 2];
  if (columns < 1 || rows < 1) return;
  const chosenRow = places.findIndex((row) => row.some((place) => place.cell === cell));
  const chosenColumn = places[chosenRow].findIndex((place) => place.cell === cell);
  const fromColumn = windowOf(across.length, columns, chosenColumn);
  const fromRow = windowOf(down.length, rows, chosenRow);
  labels[0].slice(fromColumn, fromColumn + columns).forEach((label, at) => {
    canvas.text(left + at * width + beside - 1, 1, label, 'dim');
  });
  places.slice(fromRow, fromRow + rows).forEach((row, at) => {
    canvas.text(0, 2 + at, labels[1][fromRow + at], 'dim');
    row.slice(fromColumn, fromColumn + columns).forEach((place, column) => {
      const shown = { goodness: place.goodness, text: textOf(place), isChosen: place.cell === cell };
      paintPlace(canvas, [left + column * width, 2 + at], shown, drawing);
    });
  });
};
