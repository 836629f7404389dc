import { teachersByStrength } from '../../../../store/index.js';
import { paintStrips, type Strip } from '../../../charts/strips.js';
import type { Canvas } from '../../../terminal/cells.js';
import { matchOf } from '../../runs/laid-series.js';
import { type Scene, scrollWindow } from '../../scene.js';
import { laidCourses, nodeChart, paintLaidChart, placed } from './laid-charts.js';
import { letterOf, runRoles } from './laid-runs.js';

/** Rows from which on the strips of all nodes stand below the lines of the chosen one. */
const stripsFrom = 11;
/** Columns of a row's mark and number. */
const labelWidth = 6;

/** Every node of the layer on display, strong to weak, its best match over time in each run side by side. */
const paintAllStrips = (canvas: Canvas, scene: Scene, nodes: readonly number[], chosen: number): void => {
  const { laid, view, drawing } = scene;
  const rows = canvas.height - 1;
  const { from, to } = scrollWindow(chosen - Math.floor(rows / 2), rows, nodes.length);
  const shown = nodes.slice(from, to);
  shown.forEach((node, y) => {
    const isChosen = from + y === chosen;
    canvas.text(0, 1 + y, isChosen ? drawing.right : ' ', 'focus');
    canvas.textBefore(labelWidth - 1, 1 + y, String(node), isChosen ? 'focus' : 'dim');
  });
  const width = Math.floor((canvas.width - labelWidth) / laid.length);
  const courses = shown.map((node) => laidCourses(scene, matchOf(view.layer, node)));
  laid.forEach(({ state }, run) => {
    const left = labelWidth + run * width;
    canvas.text(left, 0, letterOf(run), runRoles[run]);
    const strips = courses.map(({ courses: all, end }): Strip => {
      const held = all[run].map((point) => ({ ...point, isStart: true }));
      return placed(held, end, width - 1).values;
    });
    paintStrips(canvas.region(left, 1, width - 1, rows), strips, state.threshold, drawing);
  });
};

/** The best match over time of a teacher node that up and down choose, as a line a run; below it those of all nodes. */
export const paintLaidCurves = (canvas: Canvas, scene: Scene): void => {
  const { laid, view } = scene;
  const { state } = laid[0];
  const nodes = teachersByStrength(state, view.layer);
  const chosen = Math.min(view.scroll.teachers, nodes.length - 1);
  const node = nodes[chosen];
  if (node === undefined) return;
  const strength = state.teacherStrength[view.layer][node].toFixed(2);
  const heading = `teacher node ${node}, strength ${strength}: ${chosen + 1} of ${nodes.length}, up and down choose`;
  const height = canvas.height < stripsFrom ? canvas.height : Math.max(6, Math.ceil(canvas.height * 0.5));
  const chart = nodeChart(scene, heading, matchOf(view.layer, node));
  paintLaidChart(canvas.region(0, 0, canvas.width, height), scene, chart);
  if (height < canvas.height)
    paintAllStrips(canvas.region(0, height, canvas.width, canvas.height - height), scene, nodes, chosen);
};
