import { allBuckets } from '../store/history.js';
import { matchSeries } from '../store/state.js';
import type { Canvas } from './cells.js';
import { paintLine, rowOf } from './chart.js';
import { paintAxes, paintMarkGuides, type Tick, valueAxisWidth } from './chart-axes.js';
import { type Pieces, paintFrame } from './panel-frame.js';
import { layerTitle, type Scene, shownLayer } from './scene.js';
import { strengthRole } from './theme.js';
import { axisEnd, lastColumns, lineOf } from './time-axis.js';

const scale = { low: 0, high: 1 };

const strengthLegend: Pieces = [
  ['strong ', 'strength0'],
  ['to ', 'dim'],
  ['weak teacher nodes', 'strength5'],
];

/** The threshold, and the quarters that are not too close to it. */
const ticksOf = (threshold: number, rows: number): Tick[] => {
  const marks = rows >= 8 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5];
  const clear = marks.filter((value) => rowOf(value, scale, rows) !== rowOf(threshold, scale, rows));
  return [...clear, threshold].map((value) => ({ value, label: String(value) }));
};

/** The best match of every teacher node over the run, coloured by strength, the threshold a dotted line. */
export const paintCurves = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing, view } = scene;
  const inner = paintFrame(canvas, scene, {
    title: layerTitle('best match over time', scene),
    id: null,
    aside: [strengthLegend],
  });
  const shown = shownLayer(scene);
  const end = axisEnd(state);
  const width = inner.width - valueAxisWidth;
  if (!shown || !state.header || width < 2 || inner.height < 3) return;
  const { header, threshold } = state;
  const plot = paintAxes(inner, state, end, drawing, ticksOf(threshold, inner.height - 1), scale);
  const thresholdRow = rowOf(threshold, scale, plot.height);
  for (let x = 0; x < width; x += 2) plot.text(x, thresholdRow, drawing.dot, 'dim');
  paintMarkGuides(plot, state.marks, end, drawing);
  const columns = lastColumns(allBuckets(state.history), end, width);
  const count = shown.teachers.length;
  for (let rank = count - 1; rank >= 0; rank--) {
    const series = matchSeries(header, view.layer, shown.teachers[rank]);
    const line = lineOf(columns, (bucket) => bucket.last[series]);
    paintLine(plot, line, scale, drawing, strengthRole(rank, count));
  }
};
