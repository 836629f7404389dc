import { runStateOf, teachersByStrength } from '../../../../store/index.js';
import {
  correlation,
  correlationDifference,
  differingSettings,
  loss,
  shortStep,
} from '../../../../words/index.js';
import { paintFrame, writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import { printableText, shorten } from '../../../terminal/drawing.js';
import { wrapWords } from '../../../terminal/text-width.js';
import type { Role } from '../../../terminal/theme.js';
import type { LaidRun } from '../../runs/laid-over.js';
import { type Scene, scrollWindow } from '../../scene.js';
import type { LaidView } from '../../view.js';
import { learnedChart, lossChart, meanMatchChart, paintLaidChart } from './laid-charts.js';
import { paintLaidCurves } from './laid-curves.js';
import { letterOf, runRoles } from './laid-runs.js';

/** A line for each run: its letter, name, and where it stands. */
const paintLegend = (canvas: Canvas, { laid, drawing }: Scene): void => {
  const first = Math.max(...laid.map(({ name }) => name.length));
  laid.forEach(({ name, state }, at) => {
    const { frame, header, threshold } = state;
    const runState = runStateOf(state);
    const matches = frame?.layers.flatMap((layer) => layer.bestMatchOfTeacher) ?? [];
    const learned = matches.filter((match) => match > threshold).length;
    const facts = [
      `step ${shortStep(frame?.step ?? 0)}`,
      `loss ${loss(frame?.evalLoss ?? Number.NaN)}`,
      `${learned}/${matches.length}`,
      ...(runState === 'running' ? [] : [runState]),
      header?.title ?? '',
    ].join('  ');
    const text = printableText(`${name.padEnd(Math.min(first, 24))}  ${facts}`, drawing);
    writePieces(canvas, 0, at, [
      [`${letterOf(at)} `, runRoles[at]],
      [shorten(text, canvas.width - 2, drawing), 'text'],
    ]);
  });
};

/** Loss, nodes specialized and mean best match, as many as there is room for: side by side, else one above the other. */
const paintCharts = (canvas: Canvas, scene: Scene): void => {
  const charts = [lossChart(scene), learnedChart(scene), meanMatchChart];
  const count = Math.max(1, Math.min(3, Math.floor(canvas.width / 50)));
  if (count > 1) {
    const width = Math.floor(canvas.width / count);
    charts.slice(0, count).forEach((chart, at) => {
      paintLaidChart(canvas.region(at * width, 0, width - 1, canvas.height), scene, chart);
    });
    return;
  }
  const shown = charts.slice(0, Math.max(1, Math.floor(canvas.height / 7)));
  const height = Math.floor(canvas.height / shown.length);
  shown.forEach((chart, at) => {
    paintLaidChart(canvas.region(0, at * height, canvas.width, height), scene, chart);
  });
};

/** Why runs that were to be laid over are not there; returns the rows that it takes. */
const paintProblems = (canvas: Canvas, top: number, { laid, drawing }: Scene): number => {
  const lines = laid.flatMap(({ name, problem }) =>
    problem === null
      ? []
      : wrapWords(printableText(`${name}: ${problem}`, drawing), canvas.width).slice(0, mostProblemRows),
  );
  lines.forEach((line, y) => {
    canvas.text(0, top + y, line, 'alarm');
  });
  return lines.length;
};

/** Rows for one run's problem. */
const mostProblemRows = 2;

const columnWidth = 15;

const paintHeads = (canvas: Canvas, laid: readonly LaidRun[], from: number, width: number): void =>
  laid.forEach((_, at) => {
    canvas.textBefore(from + (at + 1) * width, 0, letterOf(at), runRoles[at]);
  });

/** Best match of every teacher node of the layer on display in each run, and how far it is from the first one's. */
const paintNodes = (canvas: Canvas, { laid, view }: Scene): void => {
  const [first] = laid;
  const strengths = first.state.teacherStrength[view.layer];
  if (!strengths) return;
  const nodes = teachersByStrength(first.state, view.layer);
  const { from, to } = scrollWindow(view.scroll.teachers, canvas.height - 1, nodes.length);
  canvas.text(0, 0, 'node  strength', 'dim');
  paintHeads(canvas, laid, 14, columnWidth);
  nodes.slice(from, to).forEach((node, row) => {
    canvas.textBefore(4, 1 + row, String(node), 'text');
    canvas.textBefore(14, 1 + row, strengths[node].toFixed(2), 'dim');
    const base = first.state.frame?.layers[view.layer]?.bestMatchOfTeacher[node];
    laid.forEach(({ state }, at) => {
      const match = state.frame?.layers[view.layer]?.bestMatchOfTeacher[node];
      const end = 14 + (at + 1) * columnWidth;
      if (match === undefined) canvas.textBefore(end, 1 + row, '-', 'dim');
      else {
        const role: Role = match > state.threshold ? 'specialized' : 'text';
        canvas.textBefore(at === 0 ? end : end - 7, 1 + row, correlation(match), role);
        if (at === 0 || base === undefined) return;
        canvas.textBefore(end, 1 + row, correlationDifference(match - base), 'dim');
      }
    });
  });
};

/** The settings in which the runs differ. */
const paintSettings = (canvas: Canvas, { laid, drawing }: Scene): void => {
  const rows = differingSettings(laid.flatMap(({ state: { header } }) => header ?? []));
  if (rows.length === 0) canvas.text(0, 0, 'the runs have the same settings', 'dim');
  const label = Math.max(0, ...rows.map(([key]) => key.length)) + 1;
  const width = Math.max(6, Math.min(columnWidth + 5, Math.floor((canvas.width - label) / laid.length)));
  if (rows.length > 0) paintHeads(canvas, laid, label, width);
  rows.slice(0, canvas.height - 1).forEach(([key, values], row) => {
    canvas.text(0, 1 + row, key, 'dim');
    values.forEach((value, at) => {
      const text = shorten(printableText(value === '' ? '-' : value, drawing), width - 1, drawing);
      canvas.textBefore(label + (at + 1) * width, 1 + row, text, 'text');
    });
  });
};

const titles: Readonly<Record<LaidView, string>> = {
  charts: 'runs laid over each other',
  curves: 'best matches over time',
  nodes: 'best matches, less those of A',
  settings: 'settings that differ',
};

/** Rows from which on the table of nodes stands below the charts. */
const bothFrom = 34;

/** Runs laid over each other: their courses on the same axes, their nodes, or the settings in which they differ. */
export const paintLaidOver = (canvas: Canvas, all: Scene): void => {
  const { view } = all;
  const scene = { ...all, laid: all.laid.filter(({ problem }) => problem === null) };
  const inner = paintFrame(canvas, scene, { title: titles[view.laid ?? 'charts'] });
  const { laid } = scene;
  if (laid.length === 0) return;
  paintLegend(inner, scene);
  const top = laid.length + paintProblems(inner, laid.length, all) + 1;
  const rest = inner.region(0, top, inner.width, inner.height - top);
  if (view.laid === 'settings') paintSettings(rest, scene);
  else if (view.laid === 'nodes') paintNodes(rest, scene);
  else if (view.laid === 'curves') paintLaidCurves(rest, scene);
  else if (rest.height < bothFrom) paintCharts(rest, scene);
  else {
    const height = Math.floor(rest.height * 0.55);
    paintCharts(rest.region(0, 0, rest.width, height), scene);
    paintNodes(rest.region(0, height + 1, rest.width, rest.height - height - 1), scene);
  }
};
