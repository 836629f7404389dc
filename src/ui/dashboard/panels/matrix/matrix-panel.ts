import type { LayerFrame } from '../../../../protocol/index.js';
import {
  census,
  controlFrameOf,
  correlationsOf,
  formsOfLayer,
  learnersIn,
  standingsOf,
  type TeacherStanding,
} from '../../../../store/index.js';
import { judged } from '../../../../words/index.js';
import { firstFitting, type Pieces, paintFrame, writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import { matrixLabelWidth } from '../../layout.js';
import { layerTitle, momentTitle, type Scene, shownLayer } from '../../scene.js';
import type { MatrixView } from '../../view.js';
import { standingRole, standingSign } from '../standing-signs.js';
import { specializedCount } from '../teachers-panel.js';
import { cellOf, largestOfForm } from './matrix-cells.js';
import { matrixLegends } from './matrix-legend.js';
import { type MatrixPlan, matrixPlan } from './matrix-plan.js';

/** How many teacher nodes are specialized, and which are not: the longest way to say it that fits. */
const countLine = (layer: LayerFrame, threshold: number): Pieces[] => {
  const { unlearned } = census(layer, threshold);
  const count = specializedCount(layer, threshold);
  if (unlearned.length === 0) return [...count];
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
    [...count[1], ...gap, ...list(unlearned.length)],
    [...count[1], ...gap, ...list(few)],
    count[1],
  ];
};

/** One matrix of the panel: the run's, or the control's. */
type Table = { readonly canvas: Canvas; readonly layer: LayerFrame; readonly name: string };

const gapBetween = 2;
/** Columns of cells below which two matrices do not stand side by side. */
const leastBesideCells = 24;

const tablesOf = (inner: Canvas, scene: Scene, layer: LayerFrame): Table[] => {
  const control = controlFrameOf(scene.state)?.layers[scene.view.layer];
  if (!control) return [{ canvas: inner, layer, name: '' }];
  if (shownView(scene) === 'control') return [{ canvas: inner, layer: control, name: 'control' }];
  const half = tableWidth(inner.width, scene);
  if (half === inner.width) return [{ canvas: inner, layer, name: 'run' }];
  return [
    { canvas: inner.region(0, 0, half, inner.height), layer, name: 'run' },
    { canvas: inner.region(half + gapBetween, 0, half, inner.height), layer: control, name: 'control' },
  ];
};

/** Columns of the run's matrix in a panel of this inner width: half of it where the control's stands beside it. */
export const tableWidth = (innerWidth: number, scene: Scene): number => {
  const { state, view } = scene;
  const students = state.columns[view.layer]?.students.length ?? 0;
  const half = Math.floor((innerWidth - gapBetween) / 2);
  const isBeside = controlFrameOf(state) !== null && shownView(scene) !== 'control';
  return isBeside && half >= matrixLabelWidth + Math.min(students, leastBesideCells) ? half : innerWidth;
};

/** The view that was chosen; the correlation where there is no control, or no form, to show. */
const shownView = ({ view: { matrixView, layer }, state }: Scene): MatrixView => {
  const isForm = matrixView === 'H' || matrixView === 'beta';
  const isMissing = isForm ? !formsOfLayer(state, layer) : matrixView === 'control' && !controlFrameOf(state);
  return isMissing ? 'correlation' : matrixView;
};

/** Teacher nodes by student nodes, the best matches along the diagonal. */
export const paintMatrix = (canvas: Canvas, scene: Scene): void => {
  const shown = shownLayer(scene);
  const title = momentTitle(scene.matrixAlone ? layerTitle('matrix', scene) : shownView(scene), scene);
  const aside = shown ? countLine(shown.layer, scene.state.threshold) : [];
  const inner = paintFrame(canvas, scene, { title, isFocused: scene.view.focus === 'matrix', aside });
  const plan = matrixPlan(tableWidth(inner.width, scene), canvas.height, scene);
  if (!shown || !plan) {
    if (scene.matrixAlone) inner.text(0, 0, 'waiting for the first frame', 'dim');
    return;
  }
  const standings = standingsOf(scene.state, scene.view.layer);
  for (const table of tablesOf(inner, scene, shown.layer)) paintTable(table, scene, plan, standings);
};

const paintTable = (
  { canvas, layer, name }: Table,
  scene: Scene,
  plan: MatrixPlan,
  standings: readonly TeacherStanding[],
): void => {
  const { state, view, drawing } = scene;
  const isRuns = layer === state.frame?.layers[view.layer];
  if (scene.headings > 0) paintHeadings(canvas, scene, name, plan);
  const matrixView = shownView(scene);
  const cell = cellOf[matrixView];
  const largest = largestOfForm(matrixView, layer);
  for (let rank = plan.rows.from; rank < plan.rows.to; rank++) {
    const y = scene.headings + rank - plan.rows.from;
    const teacher = plan.teachers[rank];
    paintLabel(canvas, y, teacher, standings[teacher], scene, plan);
    // The control's teacher may lack a node that the run's has been given.
    if (teacher >= layer.bestMatchOfTeacher.length) continue;
    const correlations = isRuns ? plan.correlations[teacher] : correlationsOf(layer, teacher);
    const learners = isRuns ? standings[teacher].learners : learnersIn(correlations, state.threshold);
    const row = { teacher, correlations, learners, largest };
    plan.columns.forEach((column, at) => {
      const [character, role] = cell(row, column, layer, state.threshold, drawing);
      const asked = teacher === view.pair?.teacher && column.includes(view.pair.student);
      canvas.text(plan.labelWidth + at * plan.cellWidth, y, character, asked ? 'selected' : role);
    });
  }
};

/** A row's number, its sign, how many student nodes have learned it, and where there is room its best match. */
const paintLabel = (
  canvas: Canvas,
  y: number,
  teacher: number,
  { standing, learners }: TeacherStanding,
  { state, view, drawing }: Scene,
  { labelWidth }: MatrixPlan,
): void => {
  const role = standingRole(standing);
  const isAsked = teacher === view.pair?.teacher;
  canvas.textBefore(3, y, String(teacher), isAsked ? 'focus' : role);
  canvas.text(4, y, standingSign(standing, drawing), role);
  if (learners > 1) canvas.text(5, y, String(Math.min(999, learners)), role);
  if (labelWidth === matrixLabelWidth) return;
  const best = state.frame?.layers[view.layer].bestMatchOfTeacher[teacher] ?? Number.NaN;
  canvas.text(matrixLabelWidth, y, judged(best, state.threshold), role);
};

/** Whose matrix it is with the legend, and the ruler of the student nodes; one of them where there is one row. */
const paintHeadings = (canvas: Canvas, scene: Scene, name: string, plan: MatrixPlan): void => {
  const hasRuler = scene.headings > 1 || scene.view.pair !== null;
  if (hasRuler) paintRuler(canvas, scene.headings - 1, scene, plan);
  if (scene.headings === 1 && hasRuler) return;
  const start = name === '' ? 0 : canvas.text(0, 0, name, 'control') + 1;
  const room = canvas.width - start;
  writePieces(canvas, start, 0, firstFitting(room, matrixLegends(shownView(scene), scene, plan)));
};

/** Columns that a number of the ruler takes, its gap included. */
const rulerStep = 4;

/** Folded columns side by side that hold as many student nodes each, or one more. */
type FoldedStretch = { readonly from: number; to: number; least: number; most: number };

const foldedStretches = ({ columns }: MatrixPlan): readonly FoldedStretch[] => {
  const stretches: FoldedStretch[] = [];
  columns.forEach(({ length }, at) => {
    if (length < 2) return;
    const before = stretches.at(-1);
    const [least, most] = [
      Math.min(length, before?.least ?? length),
      Math.max(length, before?.most ?? length),
    ];
    if (before?.to === at && most - least <= 1) Object.assign(before, { to: at + 1, least, most });
    else stretches.push({ from: at, to: at + 1, least: length, most: length });
  });
  return stretches;
};

/** "15-16 nodes each" at the first column of every stretch of folded columns that has room to say it. */
const stretchLabels = (plan: MatrixPlan): { readonly label: string; readonly at: number }[] =>
  foldedStretches(plan).flatMap(({ from, to, least, most }) => {
    if (to - from === 1) return [];
    const range = least === most ? String(least) : `${least}-${most}`;
    const label = [`${range} nodes each`, `${range} each`].find(
      ({ length }) => length < (to - from) * plan.cellWidth,
    );
    return label === undefined ? [] : [{ label, at: from }];
  });

/** The numbers of student nodes, above every few of the columns that have one each. */
const paintNumbers = (canvas: Canvas, y: number, { columns, cellWidth, labelWidth }: MatrixPlan): void => {
  const every = Math.ceil(rulerStep / cellWidth);
  let next = 0;
  columns.forEach(([student], at) => {
    const x = labelWidth + at * cellWidth;
    const isClear = columns.slice(at, at + every).every(({ length }) => length === 1);
    if (!isClear || at < next || x + rulerStep > canvas.width) return;
    if (next === 0) canvas.text(0, y, 'student', 'dim');
    canvas.text(x, y, String(student), 'dim');
    next = at + every;
  });
};

/** Above single columns the student nodes' numbers, above stretches of folded ones how many they hold; the cursor above both. */
const paintRuler = (canvas: Canvas, y: number, { view, drawing }: Scene, plan: MatrixPlan): void => {
  const { columns, cellWidth, labelWidth } = plan;
  paintNumbers(canvas, y, plan);
  for (const { label, at } of stretchLabels(plan)) canvas.text(labelWidth + at * cellWidth, y, label, 'dim');
  const { pair } = view;
  const asked = pair ? columns.findIndex((column) => column.includes(pair.student)) : -1;
  if (asked >= 0) canvas.text(labelWidth + asked * cellWidth, y, drawing.down, 'focus');
};
