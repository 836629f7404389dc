import type { LayerFrame } from '../../../protocol/index.js';
import { type CellClass, census, classifyRow, controlFrameOf, correlationsOf } from '../../../store/index.js';
import { firstFitting, type Pieces, paintFrame, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Drawing } from '../../terminal/drawing.js';
import { heatRoles, type Role, strengthRole } from '../../terminal/theme.js';
import { chrome, matrixLabelWidth } from '../layout.js';
import { type Scene, scrollWindow, shownLayer } from '../scene.js';
import type { MatrixView } from '../view.js';
import { shownRows, specializedCount, standingRole } from './teachers-panel.js';

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
  control: correlationRow,
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

/** What fills the panel: one matrix, or the run's and the control's side by side. */
type Table = { readonly canvas: Canvas; readonly layer: LayerFrame; readonly name: string };

const gapBetween = 2;

const tablesOf = (inner: Canvas, scene: Scene, layer: LayerFrame): Table[] => {
  const control = controlFrameOf(scene.state)?.layers[scene.view.layer];
  if (!control) return [{ canvas: inner, layer, name: '' }];
  if (shownView(scene) === 'control') return [{ canvas: inner, layer: control, name: 'control' }];
  const half = Math.floor((inner.width - gapBetween) / 2);
  if (half < matrixLabelWidth + layer.fanOutNorm.length) return [{ canvas: inner, layer, name: 'run' }];
  return [
    { canvas: inner.region(0, 0, half, inner.height), layer, name: 'run' },
    {
      canvas: inner.region(half + gapBetween, 0, half, inner.height),
      layer: control,
      name: 'control',
    },
  ];
};

/** The view that was chosen; the control's is that of the correlation where there is none. */
const shownView = ({ view: { matrixView }, state }: Scene): MatrixView =>
  matrixView === 'control' && !controlFrameOf(state) ? 'correlation' : matrixView;

/** Teacher nodes by student nodes, the best matches along the diagonal. */
export const paintMatrix = (canvas: Canvas, scene: Scene): void => {
  const shown = shownLayer(scene);
  const aside = shown ? countLine(shown.layer, scene.state.threshold) : [];
  const title = canvas.width < 30 ? '' : shownView(scene);
  const inner = paintFrame(canvas, scene, { title, id: 'matrix', aside });
  if (!shown) return;
  const rows = shownRows(canvas.height, scene, shown.teachers.length);
  for (const table of tablesOf(inner, scene, shown.layer)) paintTable(table, scene, shown.teachers, rows);
};

const paintTable = (
  { canvas, layer, name }: Table,
  scene: Scene,
  teachers: readonly number[],
  rows: { readonly from: number; readonly to: number },
): void => {
  const { state, view, drawing } = scene;
  const order = state.columns[view.layer].students;
  const cellWidth = cellWidthFor(canvas.width, order.length);
  const columns = columnWindow(canvas.width, scene, order.length);
  if (scene.headings) paintHeading(canvas, scene, name, columns, order.length);
  const top = scene.headings ? 1 : 0;
  for (let rank = rows.from; rank < rows.to; rank++) {
    const y = top + rank - rows.from;
    const teacher = teachers[rank];
    canvas.textBefore(matrixLabelWidth - 1, y, String(teacher), strengthRole(rank, teachers.length));
    // The control's teacher may lack a node that the run's has been given.
    if (teacher >= layer.bestMatchOfTeacher.length) continue;
    const cells = rowCells[shownView(scene)](layer, teacher, state.threshold, drawing);
    for (let at = columns.from; at < columns.to; at++) {
      const [character, role] = cells[order[at]];
      canvas.text(matrixLabelWidth + (at - columns.from) * cellWidth, y, character, role);
    }
  }
};

/** Whose matrix it is, the legend, and at the right end which student columns are on display when not all are. */
const paintHeading = (
  inner: Canvas,
  scene: Scene,
  name: string,
  { from, to }: ColumnWindow,
  count: number,
): void => {
  const { drawing } = scene;
  const before = from > 0 ? drawing.left : ' ';
  const after = to < count ? drawing.right : ' ';
  const place = to - from < count ? ` ${before}${from + 1}-${to} of ${count}${after}` : '';
  inner.textBefore(inner.width, 0, place, 'dim');
  const start = name === '' ? 0 : inner.text(matrixLabelWidth, 0, name, 'control') - matrixLabelWidth + 2;
  const room = inner.width - matrixLabelWidth - start - place.length;
  const legend = firstFitting(room, legends(shownView(scene), drawing));
  writePieces(inner, matrixLabelWidth + start, 0, legend);
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
