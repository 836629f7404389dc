import { counted } from '../../../input/index.js';
import { isSpecialized, symmetryCensus, symmetryClasses, type Theory } from '../../../net/index.js';
import type { TheoryMessage } from '../../../protocol/index.js';
import {
  type LossSpeed,
  lossSpeeds,
  percent,
  type Statement,
  statementsOf,
  teachersByStrength,
  type Verdict,
} from '../../../store/index.js';
import { judged, shortStep } from '../../../words/index.js';
import { paintScatter, type ScatterPoint } from '../../charts/scatter.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { type Drawing, printableText, shorten } from '../../terminal/drawing.js';
import { columnsOf, wrapWords } from '../../terminal/text-width.js';
import { type Role, strengthRole } from '../../terminal/theme.js';
import type { Scene } from '../scene.js';
import { chrome } from '../stacks/panel-size.js';
import { measuredLines } from './measured-lines.js';

type TeacherTheory = Theory['teachers'][number];

const verdictRole: Readonly<Record<Verdict, Role>> = {
  holds: 'specialized',
  'not yet': 'partial',
  fails: 'alarm',
  unknown: 'dim',
};

const verdictGlyph = (verdict: Verdict, drawing: Drawing): string =>
  ({
    holds: drawing.one,
    'not yet': drawing.partial,
    fails: drawing.unlearned,
    unknown: drawing.none,
  })[verdict];

const sparkWidth = 12;
const verdictWidth = 9;

/** Values on a scale of their own, the latest last. */
const sparkline = (values: readonly number[], { spark }: Drawing): string => {
  const shown = values.slice(-sparkWidth);
  const finite = shown.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = high > low ? (value - low) / (high - low) : 0.5;
      return spark[Math.min(spark.length - 1, Math.floor(share * spark.length))];
    })
    .join('');
};

/** Lines that each statement gets: its name, what is measured, its source, as there is room; in one the first two. */
type Lines = 1 | 2 | 3;

/** Teacher nodes that the table has rows for before statements get more than a line. */
const leastTeachers = 8;

/** As many lines as leave `rest` rows of a height. */
const linesEach = (height: number, statements: number, rest: number): Lines =>
  ([3, 2] as const).find((lines) => height - lines * statements >= rest) ?? 1;

/** Columns from which a measured quantity says something beside its statement's name. */
const leastQuantity = 12;
/** Width from which a statement has its history beside it. */
const sparkFrom = 60;

/** Whether statements have the values so far beside them, as bars. */
const hasHistories = (lines: Lines, width: number): boolean => lines > 1 && width >= sparkFrom;

const paintStatement = (
  canvas: Canvas,
  y: number,
  { name, quantity, detail, threshold, verdict, source }: Statement,
  values: readonly number[],
  { drawing }: Scene,
  lines: Lines,
): void => {
  const role = verdictRole[verdict];
  const end = canvas.width - verdictWidth;
  canvas.text(0, y, verdictGlyph(verdict, drawing), role);
  canvas.text(end + 1, y, verdict, role);
  if (lines === 1) {
    const from = canvas.text(2, y, shorten(name, end - 4, drawing), 'text') + 2;
    if (end - from >= leastQuantity) canvas.text(from, y, shorten(quantity, end - from, drawing), 'dim');
    return;
  }
  const spark = hasHistories(lines, canvas.width) ? sparkline(values, drawing).padStart(sparkWidth) : '';
  canvas.text(2, y, shorten(name, end - spark.length - 4, drawing), 'text');
  canvas.text(end - spark.length - 1, y, spark, 'dim');
  const judged = `${quantity}   (need ${threshold})`;
  const said = [`${judged}   ${detail}`, judged, quantity].find(
    (each) => columnsOf(each) <= canvas.width - 4,
  );
  canvas.text(4, y + 1, shorten(said ?? quantity, canvas.width - 4, drawing), 'dim');
  if (lines === 3) canvas.text(4, y + 2, shorten(source, canvas.width - 4, drawing), 'rule');
};

/** What student nodes are: "student nodes: 12 aligned  3 copy  35 idle". */
const paintCensus = (canvas: Canvas, y: number, { students }: Theory, { drawing }: Scene): void => {
  const counts = symmetryCensus(students);
  const said = symmetryClasses
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${name}`)
    .join('  ');
  const room = canvas.width - 2;
  const named = ['student nodes, by their boundary: ', 'student nodes: ', ''].map((name) => name + said);
  const fitting = named.find((line) => columnsOf(line) <= room) ?? said;
  canvas.text(2, y, shorten(fitting, room, drawing), 'text');
};

/** A column of the table of teacher nodes. */
type Column = {
  readonly heading: string;
  readonly width: number;
  readonly cell: (node: number, found: TeacherTheory, scene: Scene) => string;
};

/** The run may be ahead of the evaluation: only of a node that was specialized there. */
const sinceText = (node: number, { correlation }: TeacherTheory, { state, view }: Scene): string => {
  if (!isSpecialized(correlation, state.threshold)) return '-';
  const since = state.specializedSince[0]?.[node] ?? null;
  return since === null || !state.header ? '-' : timeText(since, state.header, view.timeUnit);
};

/** "unobserved  mirror  =3,4": what else there is to say of a teacher node; the last of nodes like it. */
const notesOn = ({ isConcerned, isHeld, isMirror, twins }: TeacherTheory, { missing }: Theory): string =>
  [
    ...(isConcerned || missing.aligned !== undefined ? [] : ['unobserved']),
    ...(isHeld && isMirror ? ['mirror'] : []),
    ...(twins.length > 0 ? [`=${twins.join(',')}`] : []),
  ].join('  ');

const lossShare = (part: number, { state }: Scene): string => {
  const theory = state.theory?.theory;
  return theory && typeof theory !== 'string' ? percent(part / theory.loss.whole) : '-';
};

/** The share of a node's part of the loss that is lost in 1,000 steps. */
const speedText = (node: number, { state }: Scene, kind: keyof LossSpeed): string =>
  state.theory ? percent(1000 * lossSpeeds(state.theory, state.theoryBefore)[node][kind]) : '-';

/** From the left; those for which there is no room are left out. */
const columns: readonly Column[] = [
  { heading: 't', width: 4, cell: (node) => String(node) },
  { heading: 'observers', width: 11, cell: (_, { observedBy }) => String(observedBy) },
  { heading: 'epsilon', width: 9, cell: (_, { epsilon }) => percent(epsilon.training) },
  { heading: 'angle', width: 8, cell: (_, { angle }) => angle.toFixed(1) },
  {
    heading: 'residual',
    width: 9,
    cell: (_, { residual }) => (Number.isNaN(residual) ? '-' : residual.toFixed(2)),
  },
  { heading: 'loss', width: 8, cell: (_, { loss }, scene) => lossShare(loss, scene) },
  { heading: 'match', width: 8, cell: (_, found, { state }) => judged(found.correlation, state.threshold) },
  { heading: 'since', width: 7, cell: (node, found, scene) => sinceText(node, found, scene) },
  { heading: 'predicted', width: 11, cell: (node, _, scene) => speedText(node, scene, 'predicted') },
  { heading: 'measured', width: 10, cell: (node, _, scene) => speedText(node, scene, 'measured') },
];

/** The columns for which there is room beside the notes. */
const fittingColumns = (room: number): readonly Column[] => {
  let used = 0;
  return columns.filter(({ width }) => {
    used += width;
    return used <= room;
  });
};

/** Says above the table what its headings do not: what the last ones are of, as far as there is room for them. */
const paintTableLegend = (canvas: Canvas, y: number): void => {
  const kinds = fittingColumns(canvas.width)
    .map(({ heading }) => heading)
    .slice(8)
    .join(' and ');
  const said = `by teacher node${kinds === '' ? '' : `: ${kinds} fall of its loss in 1,000 steps`}`;
  if (y < canvas.height) canvas.text(2, y, said, 'rule');
};

/** What the statements say of each teacher node, strong ones first. Returns how many columns of the screen it takes. */
const paintTeachers = (canvas: Canvas, theory: Theory, scene: Scene): number => {
  const { teachers } = theory;
  const { state, drawing } = scene;
  if (!state.header || canvas.height < 2) return 0;
  const rows = canvas.height - 1;
  const all = teachersByStrength(state, 0);
  const order = all.slice(0, all.length > rows ? rows - 1 : rows);
  const more = all.length - order.length;
  const notes = order.map((teacher) => notesOn(teachers[teacher], theory));
  const forNotes = Math.min(
    Math.max(0, ...notes.map((note) => note.length + 2)),
    Math.floor(canvas.width / 4),
  );
  const shown = fittingColumns(canvas.width - forNotes);
  canvas.text(0, 0, shown.map(({ heading: name, width }) => name.padStart(width)).join(''), 'dim');
  order.forEach((teacher, rank) => {
    const cells = shown.map(({ width, cell }) => cell(teacher, teachers[teacher], scene).padStart(width));
    const row = `${cells.join('')}  ${notes[rank]}`.trimEnd();
    canvas.text(0, rank + 1, shorten(row, canvas.width, drawing), strengthRole(rank, teachers.length));
  });
  if (more > 0)
    canvas.text(2, order.length + 1, `${counted(more, 'more teacher node')} on a taller screen`, 'dim');
  return shown.reduce((sum, { width }) => sum + width, forNotes);
};

const leastScatter = { width: 30, height: 7 } as const;

const scatterPoints = ({ students }: Theory, threshold: number): ScatterPoint[] =>
  students.map(({ correlation, fanOutNorm }) => ({
    ...{ correlation, fanOutNorm },
    isAbove: isSpecialized(correlation, threshold),
  }));

/** Of which step and samples the statements are, and what the bars beside them are where there are some. */
const asides = ({ step, theory }: TheoryMessage, bars: string): Pieces[] => {
  if (typeof theory === 'string') return [];
  const at = `step ${shortStep(step)}`;
  const samples = `${at}, on ${theory.gradient.training?.samples ?? 0} training samples`;
  return [bars + samples, bars + at, samples, at].map((said): Pieces => [[said, 'dim']]);
};

/** Why nothing has been said yet. */
const noTheory = ({ log, header, teacherStrength }: Scene['state']): string => {
  if (log.state === 'watched')
    return 'the log has no statements up to here: --set statements=true records them';
  const [teachers, students] = [teacherStrength[0]?.length ?? 0, header?.studentNodes[0] ?? 0];
  return `checking the statements now: gradients and boundaries of ${teachers} teacher and ${students} student nodes`;
};

/** The paper's statements on the student as it is, what they say of every teacher node, and the L-shape. */
export const paintTheory = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing } = scene;
  const title = (state.header?.studentNodes.length ?? 1) > 1 ? 'theory, lowest layer' : 'theory';
  const theory = state.theory?.theory ?? noTheory(state);
  const around = chrome(scene.framed);
  const [width, height] = [canvas.width - around.columns, canvas.height - around.rows];
  const measured = measuredLines(state, width - 2);
  const statements = statementsOf(state);
  // The census, a legend and the heading stand between the statements and the table.
  const rest =
    measured.length + 3 + Math.min(leastTeachers, typeof theory === 'string' ? 0 : theory.teachers.length);
  const lines = linesEach(height, statements.length, rest);
  const { spark } = drawing;
  const bars = hasHistories(lines, width)
    ? `${spark[0]}${spark[3]}${spark[6]} what is measured, so far   `
    : '';
  const aside = state.theory ? asides(state.theory, bars) : [];
  const inner = paintFrame(canvas, scene, { title, aside });
  const paintMeasured = (top: number): void =>
    measured.forEach((line, at) => {
      inner.text(2, top + at, shorten(line, inner.width - 2, drawing), 'text');
    });
  if (typeof theory === 'string') {
    const said = wrapWords(printableText(theory, drawing), inner.width);
    said.forEach((line, y) => {
      inner.text(0, y, line, 'dim');
    });
    paintMeasured(said.length + 1);
    return;
  }
  statements.forEach((statement, at) => {
    const values = state.theoryHistory.map((each) => each[at] ?? Number.NaN);
    paintStatement(inner, at * lines, statement, values, scene, lines);
  });
  const censusRow = statements.length * lines;
  paintCensus(inner, censusRow, theory, scene);
  paintMeasured(censusRow + 1);
  const top = censusRow + measured.length + 2;
  paintTableLegend(inner, top - 1);
  const below = inner.region(0, top, inner.width, inner.height - top);
  const table = paintTeachers(below, theory, scene);
  const room = inner.width - table - 2;
  if (room >= leastScatter.width && below.height >= leastScatter.height)
    paintScatter(
      below.region(table + 2, 0, Math.min(room, 90), Math.min(below.height, 24)),
      scatterPoints(theory, state.threshold),
      state.threshold,
      drawing,
    );
};
