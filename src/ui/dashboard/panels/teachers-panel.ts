import { isSpecialized } from '../../../net/index.js';
import type { LayerFrame } from '../../../protocol/index.js';
import {
  allBuckets,
  areIdentical,
  census,
  controlFrameOf,
  matchIn,
  matchSeries,
  type Standing,
  sharingOf,
  standingsOf,
} from '../../../store/index.js';
import { correlationDifference, judged } from '../../../words/index.js';
import { readAt, windowOf } from '../../charts/chart-view.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { heldOf, lastBefore, lastColumns, recordedPart } from '../../charts/time-axis.js';
import { firstFitting, type Pieces, paintFrame, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Drawing } from '../../terminal/drawing.js';
import type { Role } from '../../terminal/theme.js';
import { layerTitle, momentTitle, type Scene, shownLayer } from '../scene.js';
import { shownRows } from './matrix/matrix-plan.js';
import { countOf, nodesOf } from './standings/standing-lists.js';
import { allStandings, standingRole, standingSign, standingWord } from './standings/standing-signs.js';

/** Which columns fit beside the node, its best match and its standing. */
type Columns = {
  readonly strength: boolean;
  /** The best match less the control's, where there is a control. */
  readonly difference: boolean;
  readonly since: boolean;
  readonly student: boolean;
};

const columnsFor = (width: number, hasControl: boolean): Columns => {
  const spare = width - (hasControl ? differenceWidth : 0);
  return { strength: spare >= 28, difference: hasControl, since: spare >= 34, student: spare >= 40 };
};

const nodeWidth = 3;
/** A best match with its sign, and how many have learned it. */
const bestWidth = 11;
const differenceWidth = 7;

/** How far a best match below the threshold has come to it. */
const shareOf = (match: number, threshold: number): number => (threshold > 0 ? match / threshold : 0);

/** The sign of a best match in a history: the highest only above the threshold. */
const historySign = (match: number, threshold: number, { history }: Drawing): string => {
  const below = history.length - 1;
  if (isSpecialized(match, threshold)) return history[below];
  return history[Math.max(0, Math.min(below - 1, Math.floor(shareOf(match, threshold) * below)))];
};

/** The best match over time, in the colour of what is above the threshold where it is. */
const paintHistory = (
  canvas: Canvas,
  y: number,
  values: readonly number[],
  { state: { threshold }, drawing }: Scene,
): void =>
  values.forEach((value, x) => {
    if (Number.isNaN(value)) return;
    const role: Role = isSpecialized(value, threshold) ? 'specialized' : 'unlearned';
    canvas.text(x, y, historySign(value, threshold, drawing), role);
  });

/** Columns from which a best match has a bar. */
const leastBar = 6;
/** Columns up to which bars differ by halves of one: longer ones would be sent oftener for what nobody sees. */
const barInHalves = 20;

/**
 * The best match as a bar on a scale from 0 to 1, the threshold marked: for a table whose nodes have strips elsewhere. Below
 * the threshold it is thin and ends before the mark, however few columns there are.
 */
const paintBar = (canvas: Canvas, y: number, match: number, { state, drawing }: Scene): void => {
  if (canvas.width < leastBar) return;
  const { threshold } = state;
  const mark = Math.floor(threshold * (canvas.width - 1));
  canvas.text(mark, y, drawing.guide, 'rule');
  if (isSpecialized(match, threshold)) {
    canvas.text(
      0,
      y,
      drawing.strip.repeat(Math.max(mark + 1, Math.floor(match * canvas.width))),
      'specialized',
    );
    return;
  }
  const [whole, half] = drawing.lowBar;
  const share = Number.isNaN(match) ? 0 : shareOf(Math.max(0, match), threshold);
  const parts = mark < barInHalves ? 2 : 1;
  const length = Math.floor(share * mark * parts) / parts;
  canvas.text(0, y, whole.repeat(Math.floor(length)) + (Number.isInteger(length) ? '' : half), 'unlearned');
};

/** How many teacher nodes are specialized, in a long and in a short form. */
export const specializedCount = (layer: LayerFrame, threshold: number): readonly [Pieces, Pieces] => {
  const { specialized, unlearned } = census(layer, threshold);
  const all = layer.bestMatchOfTeacher.length;
  const role: Role = unlearned.length === 0 ? 'specialized' : 'title';
  return [
    [[`${specialized.length} of ${all} specialized at ${threshold}`, role]],
    [[`${specialized.length}/${all} at ${threshold}`, role]],
  ];
};

/** The count, and which of the rows that scroll together are on display where not all are. */
const asides = (scene: Scene, from: number, to: number): Pieces[] => {
  const shown = shownLayer(scene);
  if (!shown) return [];
  const [long, short] = specializedCount(shown.layer, scene.state.threshold);
  const count = shown.teachers.length;
  const { up, down } = scene.drawing;
  const arrows = `${from > 0 ? up : ' '}${to < count ? down : ' '}`;
  const rows: Pieces = to - from < count ? [[`  rows ${from + 1}-${to} ${arrows}`, 'dim']] : [];
  const hint: Pieces = rows.length > 0 ? [[` ${arrows}`, 'dim']] : [];
  return [[...long, ...rows], [...short, ...rows], [...short, ...hint], short, hint];
};

/** One line a teacher node, strong to weak: best match, its history, and the step at which it specialized. */
export const paintTeachers = (canvas: Canvas, scene: Scene): void => {
  const shown = shownLayer(scene);
  const count = shown?.teachers.length ?? 0;
  const { from, to } = shownRows(canvas.height, scene, count);
  const inner = paintFrame(canvas, scene, {
    title:
      canvas.width < 30
        ? 'teachers'
        : momentTitle(layerTitle(canvas.width < 60 ? 'best match' : 'best match per teacher', scene), scene),
    isFocused: scene.view.focus === 'teachers',
    aside: asides(scene, from, to),
  });
  if (!shown) {
    inner.text(0, 0, 'waiting for the first frame', 'dim');
    return;
  }
  const columns = columnsFor(inner.width, scene.state.control !== null);
  if (scene.headings > 1) writePieces(inner, 0, 0, firstFitting(inner.width, censusLines(scene)));
  if (scene.headings > 0) paintHeadings(inner.region(0, scene.headings - 1, inner.width, 1), columns, scene);
  const row = rowPainter(inner, scene, columns);
  for (let rank = from; rank < to; rank++) row(scene.headings + rank - from, rank);
};

/** How many teacher nodes have each standing, in words or by signs alone. */
const censusLines = ({ state, view, drawing }: Scene): Pieces[] => {
  const standings = standingsOf(state, view.layer);
  const counts = allStandings
    .map((each) => ({ each, count: nodesOf(standings, each).length }))
    .filter(({ count }) => count > 0);
  const said = (name: (standing: Standing) => string): Pieces =>
    counts.flatMap(
      ({ each, count }, at): Pieces => [
        [at === 0 ? '' : '  ', 'dim'],
        countOf(each, count, drawing),
        [name(each), 'dim'],
      ],
    );
  return [said((standing) => ` ${standingWord(standing)}`), said(() => ' ')];
};

/** Left edge and width of the history, which takes what the other columns leave. */
const historyPlace = (width: number, columns: Columns): { readonly x: number; readonly width: number } => {
  const x =
    nodeWidth + 1 + (columns.strength ? 6 : 0) + bestWidth + (columns.difference ? differenceWidth : 0);
  const right = (columns.since ? 7 : 0) + (columns.student ? 6 : 0);
  return { x, width: Math.max(0, width - x - right) };
};

const bestPlace = (historyPlace: number, { difference }: Columns): number =>
  historyPlace - bestWidth - (difference ? differenceWidth : 0);

/** The run's best match less the control's at the same step; a dash where the control has shown no frame of it. */
const differenceOf = ({ state, view: { layer } }: Scene, teacher: number): string => {
  const { frame: run } = state;
  const control = controlFrameOf(state);
  if (!run || !control) return '-';
  const by =
    run.layers[layer].bestMatchOfTeacher[teacher] - control.layers[layer].bestMatchOfTeacher[teacher];
  if (areIdentical(run, control)) return '=';
  return correlationDifference(by);
};

const paintHeadings = (inner: Canvas, columns: Columns, { state, view, drawing, histories }: Scene): void => {
  const { header } = state;
  const read = readAt(state, view.chart);
  inner.textBefore(nodeWidth, 0, 't', 'dim');
  if (columns.strength) inner.textBefore(nodeWidth + 6, 0, drawing.norm, 'dim');
  const history = historyPlace(inner.width, columns);
  inner.text(
    bestPlace(history.x, columns),
    0,
    read && header ? timeText(read.toStep, header, view.timeUnit) : 'best',
    read ? 'focus' : 'dim',
  );
  if (columns.difference) inner.textBefore(history.x - 1, 0, 'vs ctl', 'control');
  if (histories && history.width >= 7) inner.text(history.x, 0, 'history', 'dim');
  if (!histories && history.width >= leastBar) {
    inner.text(history.x, 0, '0', 'dim');
    inner.textBefore(history.x + history.width, 0, '1', 'dim');
  }
  const end = inner.width - (columns.student ? 6 : 0);
  if (columns.since) inner.textBefore(end, 0, 'since', 'dim');
  if (columns.student) inner.textBefore(inner.width, 0, 'by', 'dim');
};

const rowPainter = (inner: Canvas, scene: Scene, columns: Columns): ((y: number, rank: number) => void) => {
  const { state, view, drawing } = scene;
  const shown = shownLayer(scene);
  const { header } = state;
  if (!shown || !header) return () => {};
  const history = historyPlace(inner.width, columns);
  const buckets = allBuckets(state.history);
  const window = recordedPart(windowOf(state, view.chart), buckets);
  const places = lastColumns(buckets, window, Math.max(1, history.width));
  const before = lastBefore(buckets, window);
  const standings = standingsOf(state, view.layer);
  const end = inner.width - (columns.student ? 6 : 0);
  const read = readAt(state, view.chart);
  return (y, rank) => {
    const teacher = shown.teachers[rank];
    const series = matchSeries(state, view.layer, teacher);
    const { standing, learners } = standings[teacher];
    const role = standingRole(standing);
    inner.textBefore(nodeWidth, y, String(teacher), role);
    const strength = state.teacherStrength[view.layer][teacher];
    if (columns.strength) inner.textBefore(nodeWidth + 6, y, strength.toPrecision(3).slice(0, 5), 'dim');
    const best = bestPlace(history.x, columns);
    const match = read ? matchIn(read, series) : shown.layer.bestMatchOfTeacher[teacher];
    inner.text(best, y, judged(match, state.threshold), role);
    inner.text(best + 6, y, standingSign(standing, drawing), role);
    const count = learners > 1 ? String(Math.min(999, learners)) : '';
    const sharing = sharingOf(state, view.layer, teacher);
    inner.text(best + 7, y, `${count}${sharing ? drawing.sharing[sharing.kind] : ''}`, role);
    if (columns.difference) inner.textBefore(history.x - 1, y, differenceOf(scene, teacher), 'control');
    const past = inner.region(history.x, 0, history.width, inner.height);
    if (scene.histories)
      paintHistory(
        past,
        y,
        heldOf(places, before, (bucket) => matchIn(bucket, series)),
        scene,
      );
    else paintBar(past, y, match, scene);
    const since = state.specializedSince[view.layer]?.[teacher] ?? null;
    if (columns.since)
      inner.textBefore(end, y, since === null ? '-' : timeText(since, header, view.timeUnit), 'dim');
    if (columns.student)
      inner.textBefore(inner.width, y, `s${state.owners[view.layer]?.[teacher] ?? '-'}`, 'dim');
  };
};
