import { allBuckets, matchIn, matchSeries } from '../../../store/index.js';
import { judged } from '../../../words/index.js';
import { rowOf } from '../../charts/chart.js';
import {
  cursorLabel,
  paintAxes,
  paintCursor,
  paintMarkGuides,
  paintMarkLetters,
  valueAxisWidth,
} from '../../charts/chart-axes.js';
import { cursorColumn, readAt, windowOf } from '../../charts/chart-view.js';
import { lineOf, startsOfColumns } from '../../charts/lines/line-over-time.js';
import { penFor } from '../../charts/lines/pen.js';
import { smoothed } from '../../charts/lines/smoothing.js';
import { matchAxes, matchTicks } from '../../charts/match-axis.js';
import { paintStrips, type Strip, stripsARow } from '../../charts/strips.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { heldOf, lastBefore, lastColumns } from '../../charts/time-axis.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import type { Drawing } from '../../terminal/drawing.js';
import { strengthRole } from '../../terminal/theme.js';
import { layerTitle, type Scene, shownLayer } from '../scene.js';

const strengthLegend: Pieces = [
  ['strong ', 'strength0'],
  ['to ', 'dim'],
  ['weak teacher nodes', 'strength5'],
];

/** Few, more, and all of the strips of a row. */
const shareSigns = ({ name, spark, stripPair: [, , all] }: Drawing): string =>
  name === 'ascii' ? `1-9${all}` : `${spark[1]}${spark[4]}${all}`;

/** What shades and signs of the strips mean; `each`: strips that share a row. */
const stripLegends = ({ drawing, state }: Scene, each: number): Pieces[] => {
  const shared: Pieces = each > 1 ? [[`${each} nodes a row  `, 'dim']] : [];
  const bar = (glyphs: string): Pieces[number] => [glyphs, 'specialized'];
  const word = (text: string): Pieces[number] => [text, 'dim'];
  const [upper, lower, both] = drawing.stripPair;
  const signs: Pieces =
    each === 1
      ? [bar(drawing.crossing), word(' crosses '), bar(drawing.strip)]
      : each === 2
        ? [bar(upper + lower), word(' one '), bar(both), word(' both')]
        : [bar(shareSigns(drawing)), word(' share')];
  const above: Pieces = [...signs, word(` above ${state.threshold}`)];
  const shades: Pieces = [
    [drawing.heat.slice(1).join(''), 'unlearned'],
    [' below  ', 'dim'],
  ];
  return [[...shared, ...shades, ...above], [...shared, ...above], above];
};

/** What the cursor reads: the best match of as many teacher nodes as there is room for, strong ones first. */
const readings = (scene: Scene): Pieces[] => {
  const { state, view } = scene;
  const read = readAt(state, view.chart);
  const shown = shownLayer(scene);
  const { header } = state;
  if (!read || !shown || !header) return [];
  const values = shown.teachers.map((teacher, rank): Pieces[number] => [
    `  t${teacher} ${judged(matchIn(read, matchSeries(state, view.layer, teacher)), state.threshold)}`,
    strengthRole(rank, shown.teachers.length),
  ]);
  const place: Pieces = [[cursorLabel(header, read.toStep, view.timeUnit), 'focus']];
  const short: Pieces = [[`at ${timeText(read.toStep, header, view.timeUnit)}`, 'focus']];
  const fewer = values.map((_, missing): Pieces => [...short, ...values.slice(0, values.length - missing)]);
  return [[...place, ...values], ...fewer, short];
};

const titleOf = ({ matchAxis, curveStyle }: Scene['view']): string =>
  `best match over time${curveStyle === 'lines' && matchAxis === 'log' ? ', log of 1 - it' : ''}`;

/** The best match of every teacher node over the run, as strips or as lines. */
export const paintCurves = (canvas: Canvas, scene: Scene): void => {
  const { state, view } = scene;
  const isStrips = view.curveStyle === 'strips';
  const rows = canvas.height - (scene.framed ? 3 : 2);
  const each = stripsARow(state.teacherStrength[view.layer]?.length ?? 1, rows);
  const legend = isStrips ? stripLegends(scene, each) : [strengthLegend];
  const inner = paintFrame(canvas, scene, {
    title: layerTitle(titleOf(view), scene),
    isFocused: scene.view.focus === 'curves',
    aside: view.chart.cursor === null ? legend : readings(scene),
  });
  const shown = shownLayer(scene);
  if (!shown || !state.header || inner.width < valueAxisWidth + 2 || inner.height < 3) return;
  if (isStrips) paintAsStrips(inner, scene, shown.teachers);
  else paintAsLines(inner, scene, shown.teachers);
};

/** The names of the nodes of a row where there is room for all, else the strongest and how many more there are. */
const namesOf = (nodes: readonly number[]): string => {
  const more = nodes.length - 1;
  const short = `${nodes[0]}+${more}`;
  return [nodes.join(','), `${nodes[0]} +${more}`].find(({ length }) => length < valueAxisWidth) ?? short;
};

/** A row a teacher node, or one for several. */
const paintAsStrips = (inner: Canvas, scene: Scene, teachers: readonly number[]): void => {
  const { state, view, drawing } = scene;
  const window = windowOf(state, view.chart);
  const rows = inner.height - 1;
  const each = stripsARow(teachers.length, rows);
  const labels = Array.from({ length: Math.ceil(teachers.length / each) }, (_, y) => {
    const names = teachers.slice(y * each, (y + 1) * each);
    return { value: rows - 1 - y, label: namesOf(names) };
  });
  const scale = { low: 0, high: rows - 1 };
  const plot = paintAxes(
    inner,
    state,
    window,
    { drawing, timeUnit: view.timeUnit },
    { ticks: labels, scale },
  );
  const buckets = allBuckets(state.history);
  const columns = lastColumns(buckets, window, plot.width);
  const before = lastBefore(buckets, window);
  const strips = teachers.map((teacher): Strip => {
    const series = matchSeries(state, view.layer, teacher);
    return heldOf(columns, before, (bucket) => matchIn(bucket, series));
  });
  paintMarkGuides(plot, state.marks, window, drawing);
  paintStrips(plot, strips, state.threshold, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, plot.width), drawing);
};

/** A line a teacher node in the colour of its strength, the threshold a dotted line. */
const paintAsLines = (inner: Canvas, scene: Scene, teachers: readonly number[]): void => {
  const { state, drawing, view } = scene;
  const { threshold } = state;
  const axis = matchAxes[view.matchAxis];
  const { scale } = axis;
  const window = windowOf(state, view.chart);
  const ticks = matchTicks(axis, threshold, (height) => rowOf(height, scale, inner.height - 1));
  const plot = paintAxes(inner, state, window, { drawing, timeUnit: view.timeUnit }, { ticks, scale });
  const thresholdRow = rowOf(axis.heightOf(threshold), scale, plot.height);
  for (let x = 0; x < plot.width; x += 2) plot.text(x, thresholdRow, drawing.dot, 'dim');
  paintMarkGuides(plot, state.marks, window, drawing);
  paintCursor(plot, cursorColumn(state, view.chart, plot.width), drawing);
  const pen = penFor(plot, scale, drawing, scene.lines);
  const places = lastColumns(allBuckets(state.history), window, pen.places);
  const starts = startsOfColumns(places, state.marks, window);
  for (let rank = teachers.length - 1; rank >= 0; rank--) {
    const series = matchSeries(state, view.layer, teachers[rank]);
    const values = lineOf(places, (bucket) => axis.heightOf(matchIn(bucket, series)), starts);
    pen.line({ values: smoothed(values, view.smoothing), starts }, strengthRole(rank, teachers.length));
  }
  paintMarkLetters(plot, state.marks, window);
};
