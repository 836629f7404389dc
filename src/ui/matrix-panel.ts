import type { LayerFrame } from '../run/protocol.js';
import { type CellClass, census, classifyRow, correlationsOf } from '../store/selectors.js';
import type { Canvas } from './cells.js';
import type { Drawing } from './drawing.js';
import { chrome, matrixLabelWidth } from './layout.js';
import { firstFitting, type Pieces, paintFrame, writePieces } from './panel-frame.js';
import { type Scene, scrollWindow, shownLayer } from './scene.js';
import { shownRows, specializedCount, standingRole } from './teachers-panel.js';
import { heatRoles, type Role, strengthRole } from './theme.js';
import type { MatrixView } from './view.js';

/** A character and its role. */
type Cell = readonly [character: string, role: Role];

/** Index into five steps of a share from 0 to 1. */
const fifth = (share: number): number => Math.max(0, Math.min(4, Math.floor(share * 5)));

const classGlyph = (cell: CellClass, drawing: Drawing): string =>
  ({
    specialized: drawing.specialized,
    contested: drawing.contested,
    partial: drawing.partial,
    none: drawing.none,
  })[cell];

const matchCell = (cell: CellClass, drawing: Drawing): Cell => [
  classGlyph(cell, drawing),
  standingRole(cell),
];

/** A correlation of a run that diverged. */
const notANumber: Cell = ['?', 'unlearned'];

/** The cells of one teacher node's row, one a student node. */
type RowCells = (layer: LayerFrame, teacher: number, threshold: number, drawing: Drawing) => Cell[];

const correlationRow: RowCells = (layer, teacher, threshold, drawing) => {
  const row = correlationsOf(layer, teacher);
  return classifyRow(row, threshold).map((cell, student): Cell => {
    if (cell === 'specialized' || cell === 'contested') return matchCell(cell, drawing);
    if (Number.isNaN(row[student])) return notANumber;
    const heat = fifth(row[student]);
    return [drawing.heat[heat], heatRoles[heat]];
  });
};

const specializedRow: RowCells = (layer, teacher, threshold, drawing) =>
  classifyRow(correlationsOf(layer, teacher), threshold).map(
    (cell): Cell => (cell === 'none' ? [drawing.none, 'heat0'] : matchCell(cell, drawing)),
  );

const observabilityRow: RowCells = (layer, teacher) =>
  Array.from(
    layer.observability[teacher],
    (digit): Cell => (digit === '.' ? ['.', 'unlearned'] : [digit, heatRoles[Math.floor(Number(digit) / 2)]]),
  );

const rowCells: Readonly<Record<MatrixView, RowCells>> = {
  correlation: correlationRow,
  specialized: specializedRow,
  observability: observabilityRow,
};

/** What the glyphs of a view mean, from the whole to the shortest way to say it. */
const legends = (view: MatrixView, drawing: Drawing): Pieces[] => {
  if (view === 'observability') {
    const never: Pieces = [
      ['.', 'unlearned'],
      [' never', 'dim'],
    ];
    const range: Pieces = [
      ['0', 'heat0'],
      ['-', 'dim'],
      ['9', 'heat4'],
    ];
    const meaning: Pieces = [[' boundary seen by up to half of the data  ', 'dim']];
    return [[...range, ...meaning, ...never], [...range, [' seen  ', 'dim'], ...never], never];
  }
  const specialized: Pieces = [
    [drawing.specialized, 'specialized'],
    [' specialized ', 'dim'],
  ];
  const contested: Pieces = [
    [drawing.contested, 'contested'],
    [' contested ', 'dim'],
  ];
  const shades = drawing.heat.slice(1).map((glyph, at): Cell => [glyph, heatRoles[at + 1]]);
  const partial: Pieces = [
    ...(view === 'specialized' ? [[drawing.partial, 'partial'] as const] : shades),
    [' partial', 'dim'],
  ];
  return [[...specialized, ...contested, ...partial], [...specialized, ...contested], specialized];
};

/** How many teacher nodes are specialized, and which are not: the longest way to say it that fits. */
const countLine = (layer: LayerFrame, threshold: number): Pieces[] => {
  const { unlearned } = census(layer, threshold);
  const count = specializedCount(layer, threshold);
  if (unlearned.length === 0) return [count[0], [['all specialized', 'specialized']]];
  const list = (shown: number): Pieces => {
    const rest = unlearned.length - shown;
    const names = unlearned.slice(0, shown).join(' ') + (rest > 0 ? ` +${rest}` : '');
    return [
      ['unlearned: ', 'dim'],
      [names, 'unlearned'],
    ];
  };
  const gap: Pieces = [['  ', 'dim']];
  const few = Math.min(unlearned.length, 4);
  return [
    [...count[0], ...gap, ...list(unlearned.length)],
    list(unlearned.length),
    [...count[0], ...gap, ...list(few)],
    list(few),
    count[1],
  ];
};

/** Teacher nodes by student nodes, the best matches along the diagonal. */
export const paintMatrix = (canvas: Canvas, scene: Scene): void => {
  const { state, view, drawing } = scene;
  const shown = shownLayer(scene);
  const aside = shown ? countLine(shown.layer, state.threshold) : [];
  const title = canvas.width < 30 ? '' : view.matrixView;
  const inner = paintFrame(canvas, scene, { title, id: 'matrix', aside });
  if (!shown) return;
  const order = state.columns[view.layer].students;
  const rows = shownRows(canvas.height, scene, shown.teachers.length);
  const cellWidth = cellWidthFor(inner.width, order.length);
  const columns = columnWindow(inner.width, scene, order.length);
  if (scene.headings) paintHeading(inner, scene, columns, order.length);
  const top = scene.headings ? 1 : 0;
  for (let rank = rows.from; rank < rows.to; rank++) {
    const y = top + rank - rows.from;
    const teacher = shown.teachers[rank];
    inner.textBefore(matrixLabelWidth - 1, y, String(teacher), strengthRole(rank, shown.teachers.length));
    const cells = rowCells[view.matrixView](shown.layer, teacher, state.threshold, drawing);
    for (let at = columns.from; at < columns.to; at++) {
      const [character, role] = cells[order[at]];
      inner.text(matrixLabelWidth + (at - columns.from) * cellWidth, y, character, role);
    }
  }
};

/** The legend, and at the right end which student columns are on display when not all are. */
const paintHeading = (
  inner: Canvas,
  { view, drawing }: Scene,
  { from, to }: ColumnWindow,
  count: number,
): void => {
  const before = from > 0 ? drawing.left : ' ';
  const after = to < count ? drawing.right : ' ';
  const place = to - from < count ? ` ${before}${from + 1}-${to} of ${count}${after}` : '';
  inner.textBefore(inner.width, 0, place, 'dim');
  const room = inner.width - matrixLabelWidth - place.length;
  writePieces(inner, matrixLabelWidth, 0, firstFitting(room, legends(view.matrixView, drawing)));
};

type ColumnWindow = { readonly from: number; readonly to: number };

const cellWidthFor = (innerWidth: number, students: number): 1 | 2 =>
  students * 2 <= innerWidth - matrixLabelWidth ? 2 : 1;

const columnWindow = (innerWidth: number, scene: Scene, students: number): ColumnWindow => {
  const fitting = Math.floor((innerWidth - matrixLabelWidth) / cellWidthFor(innerWidth, students));
  return scrollWindow(scene.view.scroll.students, fitting, students);
};

/** Student columns on display in a matrix panel of this width. */
export const shownColumns = (panelWidth: number, scene: Scene, students: number): ColumnWindow =>
  columnWindow(panelWidth - chrome(scene.framed).columns, scene, students);
