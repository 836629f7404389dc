import { counted } from '../../../../input/index.js';
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
import { momentTitle, type Scene, shownLayer } from '../../scene.js';
import { chrome } from '../../stacks/panel-size.js';
import { matrixLabelWidth } from '../../stacks/table-stacks.js';
import type { MatrixView } from '../../view.js';
import { notLearnedLists } from '../standings/standing-lists.js';
import { standingRole, standingSign } from '../standings/standing-signs.js';
import { specializedCount } from '../teachers-panel.js';
import { cellOf, largestOfForm, type MatrixCell } from './matrix-cells.js';
import { matrixLegends } from './matrix-legend.js';
import { isFolded, type MatrixPlan, matrixPlan } from './matrix-plan.js';

/** How many teacher nodes are specialized, and which are not: the longest way to say it that fits. */
const countLine = (layer: LayerFrame, threshold: number, lists: readonly Pieces[]): Pieces[] => {
  const [long, short] = specializedCount(layer, threshold);
  const [named, counts] = lists;
  return [[...long, ...named], [...short, ...named], [...short, ...counts], short];
};

/**
 * Of several layers how many teacher nodes of each are specialized, the one on display brighter: "L0-3  23/50 0/75 ...", or
 * the numbers alone.
 */
const countsOfLayers = ({ state, view }: Scene): Pieces[] => {
  const layers = state.frame?.layers ?? [];
  const counts = layers.map((layer, index): Pieces[number] => {
    const count = `${census(layer, state.threshold).specialized.length}/${layer.bestMatchOfTeacher.length}`;
    return [`${index === 0 ? '' : ' '}${count}`, index === view.layer ? 'specialized' : 'dim'];
  });
  return [[[`L0-${layers.length - 1}  `, 'dim'], ...counts], counts];
};

const asides = (layer: LayerFrame, standings: readonly TeacherStanding[], scene: Scene): Pieces[] => {
  if (shownView(scene) === 'control') return [[["signs of the rows are the run's", 'dim']]];
  const own = countLine(layer, scene.state.threshold, notLearnedLists(standings, scene.drawing));
  return scene.matrixAlone && scene.state.teacherStrength.length > 1
    ? [...countsOfLayers(scene), ...own]
    : own;
};

/** Columns of a title from which it says how many student nodes stand in how many columns. */
const wordyFrom = 100;

/** What the cells show; the control's view shows correlations, too. */
const viewName = (scene: Scene): string => {
  const view = shownView(scene);
  return view === 'control' ? 'correlation' : view;
};

/** Whose matrix it is, where there is a control: " of the run". */
const whoseOf = (scene: Scene, width: number): string => {
  if (!controlFrameOf(scene.state)) return '';
  if (shownView(scene) === 'control') return ' of the control';
  const innerWidth = width - chrome(scene.framed).columns;
  return tableWidth(innerWidth, scene) < innerWidth ? ' of run and control' : ' of the run';
};

const titleOf = (scene: Scene, plan: MatrixPlan | null, width: number): string => {
  const { state, view, matrixAlone } = scene;
  const layers = state.teacherStrength.length;
  // Nothing else on a screen of this size tells of the other layers.
  if (matrixAlone && layers > 1) return momentTitle(`layer ${view.layer}`, scene);
  const name = `${matrixAlone ? 'matrix' : viewName(scene)}${whoseOf(scene, width)}`;
  if (!plan || !isFolded(plan)) return momentTitle(name, scene);
  const all = state.columns[view.layer].students.length;
  const several = plan.columns.filter(({ students }) => students.length > 1);
  const inThem = several.reduce((sum, { students }) => sum + students.length, 0);
  const folded =
    width < wordyFrom
      ? 'folded'
      : `${inThem} of ${all} student nodes in ${counted(several.length, 'folded column')}`;
  return momentTitle(`${name}, ${folded}`, scene);
};

/** One matrix of the panel: the run's, or the control's, by name where both stand side by side. */
type Table = { readonly canvas: Canvas; readonly layer: LayerFrame; readonly name: string };

const gapBetween = 2;
/** Columns of cells below which two matrices do not stand side by side. */
const leastBesideCells = 24;

const tablesOf = (inner: Canvas, scene: Scene, layer: LayerFrame): Table[] => {
  const control = controlFrameOf(scene.state)?.layers[scene.view.layer];
  if (!control) return [{ canvas: inner, layer, name: '' }];
  if (shownView(scene) === 'control') return [{ canvas: inner, layer: control, name: '' }];
  const half = tableWidth(inner.width, scene);
  if (half === inner.width) return [{ canvas: inner, layer, name: '' }];
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
  const innerWidth = canvas.width - chrome(scene.framed).columns;
  const plan = matrixPlan(tableWidth(innerWidth, scene), canvas.height, scene);
  const standings = standingsOf(scene.state, scene.view.layer);
  const inner = paintFrame(canvas, scene, {
    title: titleOf(scene, plan, canvas.width),
    isFocused: scene.view.focus === 'matrix',
    aside: shown ? asides(shown.layer, standings, scene) : [],
  });
  if (!shown || !plan) {
    if (scene.matrixAlone) inner.text(0, 0, 'waiting for the first frame', 'dim');
    return;
  }
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
  if (scene.headings > 0) paintHeadings(canvas, scene, name, plan, standings);
  const matrixView = shownView(scene);
  const cell = cellOf[matrixView];
  const largest = largestOfForm(matrixView, layer);
  for (let rank = plan.rows.from; rank < plan.rows.to; rank++) {
    const y = scene.headings + rank - plan.rows.from;
    const teacher = plan.teachers[rank];
    // The control's teacher may lack a node that the run's has been given.
    const isThere = teacher < layer.bestMatchOfTeacher.length;
    const correlations = isRuns || !isThere ? plan.correlations[teacher] : correlationsOf(layer, teacher);
    const learners = isRuns ? standings[teacher].learners : learnersIn(correlations, state.threshold);
    const row = { teacher, correlations, learners, largest };
    const columns = isThere ? plan.columns : [];
    const cells = columns.map((column) => cell(row, column, layer, state.threshold, drawing));
    for (const [at, { students, x }] of columns.entries()) {
      const asked = teacher === view.pair?.teacher && students.includes(view.pair.student);
      const [text, role] = cells[at];
      // Most cells of a large matrix are blank, and have been from the start.
      if (asked || text !== ' ') canvas.text(x, y, text, asked ? 'selected' : role);
    }
    paintLabel(canvas, y, teacher, standings[teacher], scene, plan, cells);
  }
};

/**
 * A row's number, its sign, how many student nodes have learned it where no cell says it, and where there is room its best
 * match.
 */
const paintLabel = (
  canvas: Canvas,
  y: number,
  teacher: number,
  { standing, learners }: TeacherStanding,
  { state, view, drawing }: Scene,
  { labelWidth }: MatrixPlan,
  cells: readonly MatrixCell[],
): void => {
  const role = standingRole(standing);
  const sign = standingSign(standing, drawing);
  const withLearners = learners > 1 ? `${sign}${Math.min(999, learners)}` : sign;
  const isAsked = teacher === view.pair?.teacher;
  canvas.textBefore(3, y, String(teacher), isAsked ? 'focus' : role);
  canvas.text(4, y, cells.some(([text]) => text === withLearners) ? sign : withLearners, role);
  if (labelWidth === matrixLabelWidth) return;
  const best = state.frame?.layers[view.layer].bestMatchOfTeacher[teacher] ?? Number.NaN;
  canvas.text(matrixLabelWidth, y, judged(best, state.threshold), role);
};

/** Whose matrix it is with the legend, and the ruler of the student nodes; one of them where there is one row. */
const paintHeadings = (
  canvas: Canvas,
  scene: Scene,
  name: string,
  plan: MatrixPlan,
  standings: readonly TeacherStanding[],
): void => {
  const hasRuler = scene.headings > 1 || scene.view.pair !== null;
  if (hasRuler) paintRuler(canvas, scene.headings - 1, scene, plan);
  if (scene.headings === 1 && hasRuler) return;
  const start = name === '' ? 0 : canvas.text(0, 0, name, 'control') + 1;
  const room = canvas.width - start;
  writePieces(canvas, start, 0, firstFitting(room, matrixLegends(shownView(scene), scene, plan, standings)));
};

/** Columns that a number of the ruler takes at least, its gap included. */
const leastRulerStep = 4;

/** Folded columns side by side that hold as many student nodes each, or one more. */
type FoldedStretch = { readonly from: number; to: number; least: number; most: number };

const foldedStretches = ({ columns }: MatrixPlan): readonly FoldedStretch[] => {
  const stretches: FoldedStretch[] = [];
  for (const { students, x, width } of columns) {
    const { length } = students;
    if (length < 2) continue;
    const before = stretches.at(-1);
    const least = Math.min(length, before?.least ?? length);
    const most = Math.max(length, before?.most ?? length);
    if (before?.to === x && most - least <= 1) Object.assign(before, { to: x + width, least, most });
    else stretches.push({ from: x, to: x + width, least: length, most: length });
  }
  return stretches;
};

/** "15-16 nodes each" at the start of every stretch of folded columns that has room to say it. */
const stretchLabels = (plan: MatrixPlan): { readonly label: string; readonly x: number }[] =>
  foldedStretches(plan).flatMap(({ from, to, least, most }) => {
    const range = least === most ? String(least) : `${least}-${most}`;
    const label = [`${range} nodes each`, `${range} each`].find(({ length }) => length < to - from);
    return label === undefined ? [] : [{ label, x: from }];
  });

/** The numbers of student nodes, above every few of the columns that have one each. */
const paintNumbers = (canvas: Canvas, y: number, { columns, labelWidth }: MatrixPlan): void => {
  const last = Math.max(...columns.flatMap(({ students }) => students));
  const rulerStep = Math.max(leastRulerStep, String(last).length + 1);
  let next = labelWidth;
  for (const [at, { students, x }] of columns.entries()) {
    const end = x + rulerStep;
    if (x < next || end > canvas.width) continue;
    const below = columns.slice(at, at + rulerStep).filter((each) => each.x < end);
    if (below.some((each) => each.students.length > 1)) continue;
    if (next === labelWidth) canvas.text(0, y, 'student', 'dim');
    canvas.text(x, y, String(students[0]), 'dim');
    next = end;
  }
};

/** Above single columns the student nodes' numbers, above stretches of folded ones how many they hold; the cursor above both. */
const paintRuler = (canvas: Canvas, y: number, { view, drawing }: Scene, plan: MatrixPlan): void => {
  paintNumbers(canvas, y, plan);
  for (const { label, x } of stretchLabels(plan)) canvas.text(x, y, label, 'dim');
  const { pair } = view;
  const asked = pair && plan.columns.find(({ students }) => students.includes(pair.student));
  if (asked) canvas.text(asked.x, y, drawing.down, 'focus');
};
