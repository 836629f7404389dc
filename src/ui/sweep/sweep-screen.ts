import type { QueueReport } from '../../sweep/index.js';
import { durationWithUnits } from '../../words/index.js';
import { layoutTraits, smallestSize } from '../dashboard/layout.js';
import { noContents, stackGap } from '../dashboard/stacks/panel-size.js';
import { footerHints, footerPieces } from '../screen/footer.js';
import { helpLine } from '../screen/key-help.js';
import {
  type FrameLook,
  firstFitting,
  type Pieces,
  paintFrame,
  widthOf,
  writePieces,
} from '../screen/panel-frame.js';
import { Canvas, CellGrid } from '../terminal/cells.js';
import { printableText, shorten, shortenStart } from '../terminal/drawing.js';
import { listWidth, paintCells } from './cell-list.js';
import type { ShownCell } from './panel-painter.js';
import { sweepKeys } from './sweep-keys.js';
import { type SweepPanel, type SweepScene, sweepPanels } from './sweep-model.js';
import { sweepPanelPainters, sweepPanelTitle } from './sweep-panels.js';

const headerRows = 3;

const queueText = ({ running, pending, unsubmitted }: QueueReport): string =>
  `${running} tasks running, ${pending} waiting${unsubmitted > 0 ? `, ${unsubmitted} runs to submit` : ''}`;

const lookOf = ({ columns, rows, drawing }: SweepScene): FrameLook => ({
  drawing,
  framed: layoutTraits(columns, rows, noContents).framed,
});

/** Columns of the bar that shows how many runs are finished. */
const leastBar = 4;

const paintHeader = (canvas: Canvas, scene: SweepScene): void => {
  const { title, finished, all, failed, running, runsPerMinute, remainingSeconds, drawing } = scene;
  const badge = scene.ended ? ' DONE ' : ' RUN ';
  const name = shorten(printableText(title, drawing), canvas.width - 20, drawing);
  canvas.text(1, 0, name, 'title');
  canvas.textBefore(canvas.width, 0, badge, scene.ended ? 'badgeDone' : 'badgeRunning');
  const eta = `ETA ${remainingSeconds === null ? '-' : durationWithUnits(remainingSeconds)}`;
  const pace = `${runsPerMinute.toFixed(1)} runs/min  ${durationWithUnits(scene.elapsedSeconds)}  ${eta}`;
  const queue = scene.queue;
  const tasks = queue ? queueText(queue) : `${running} running`;
  const losses = failed > 0 ? `  ${failed} failed` : '';
  const done = `  ${finished}/${all} runs`;
  // What is left out first where there is little room: the pace, then what runs.
  const tail = firstFitting(
    canvas.width - leastBar - 2,
    [
      `${done}  ${tasks}${losses}  ${pace}`,
      `${done}  ${tasks}${losses}  ${eta}`,
      `${done}${losses}  ${eta}`,
      done,
    ].map((text): Pieces => [[text, 'text']]),
  );
  const bar = Math.max(leastBar, Math.min(30, canvas.width - widthOf(tail) - 2));
  const full = Math.floor((finished / all) * bar);
  canvas.text(1, 1, drawing.barFull.repeat(full), 'key');
  canvas.text(1 + full, 1, drawing.barEmpty.repeat(bar - full), 'rule');
  writePieces(canvas, 1 + bar, 1, tail);
  const problem = queue?.problem ?? null;
  if (problem === null)
    canvas.text(1, 2, shortenStart(printableText(scene.folder, drawing), canvas.width - 2, drawing), 'dim');
  else
    canvas.text(
      1,
      2,
      shorten(`${printableText(problem, drawing)}; asked again`, canvas.width - 2, drawing),
      'alarm',
    );
};

/** Rows of a panel beside others, its frame among them. */
const leastPanelRows = 11;

/** Panels that fit one above the other, the chosen one among them. */
const shownPanels = (
  all: readonly SweepPanel[],
  height: number,
  { panel }: SweepScene,
): readonly SweepPanel[] => {
  const count = Math.max(1, Math.floor(height / leastPanelRows));
  const from = Math.max(0, Math.min(all.indexOf(panel), all.length - count));
  return all.slice(from, from + count);
};

/** The panels of one cell. */
const paintPanels = (
  canvas: Canvas,
  scene: SweepScene,
  shown: ShownCell,
  all: readonly SweepPanel[] = sweepPanels,
): void => {
  const panels = shownPanels(all, canvas.height, scene);
  const height = Math.floor(canvas.height / panels.length);
  panels.forEach((panel, at) => {
    const last = at === panels.length - 1;
    const rows = last ? canvas.height - at * height : height;
    const region = canvas.region(0, at * height, canvas.width, rows);
    const title = sweepPanelTitle(panel, scene, shown.statistics);
    const inner = paintFrame(region, lookOf(scene), { title, isFocused: panel === scene.panel });
    sweepPanelPainters[panel](inner, scene, shown);
  });
};

/** Columns of one of two cells side by side. */
const leastHalf = 38;

/** The panels of one cell: the map has all of them. */
const cellPanels = sweepPanels.filter((panel) => panel !== 'map');

/** The kept cell and the chosen one side by side, each under its name. */
const paintBoth = (canvas: Canvas, scene: SweepScene, kept: number): void => {
  const { cells, cell, statistics, drawing } = scene;
  const width = Math.floor((canvas.width - 1) / 2);
  [
    { at: kept, other: cell, left: 0 },
    { at: cell, other: kept, left: width + 1 },
  ].forEach(({ at, other, left }) => {
    const half = canvas.region(left, 0, width, canvas.height);
    const name = printableText(cells[at].key, drawing);
    half.text(1, 0, shorten(name, width - 2, drawing), at === cell ? 'focus' : 'title');
    const shown = { statistics: statistics[at], beside: statistics[other] };
    paintPanels(half.region(0, 1, width, canvas.height - 1), scene, shown, cellPanels);
  });
};

const paintChosenRun = (canvas: Canvas, { runs, run, runText, drawing }: SweepScene): void => {
  const text = `seed ${runs[run].seed} (${run + 1} of ${runs.length}): ${printableText(runText, drawing)}`;
  canvas.text(1, 0, shorten(text, canvas.width - 2, drawing), 'dim');
};

const paintHelp = (canvas: Canvas, { drawing }: SweepScene): void => {
  const described = sweepKeys.filter(({ description }) => description !== '');
  const width = Math.min(canvas.width - 4, 72);
  const height = Math.min(canvas.height - 1, described.length + 2);
  const left = Math.floor((canvas.width - width) / 2);
  const box = canvas.region(left, Math.max(0, Math.floor((canvas.height - height) / 2)), width, height);
  for (let y = 0; y < height; y++) box.text(0, y, ' '.repeat(width), 'text');
  box.text(0, 0, drawing.horizontal.repeat(width), 'rule');
  box.text(2, 0, ' keys ', 'title');
  box.text(0, height - 1, drawing.horizontal.repeat(width), 'rule');
  described.slice(0, height - 2).forEach((row, at) => {
    writePieces(box, 2, 1 + at, helpLine(row, width - 4, drawing));
  });
};

/** The screen of a sweep as cells. */
export const paintSweep = (scene: SweepScene): CellGrid => {
  const { columns, rows } = scene;
  const grid = new CellGrid(columns, rows);
  const canvas = new Canvas(grid);
  if (columns < smallestSize.columns || rows < smallestSize.rows) {
    canvas.text(
      0,
      0,
      `too small: ${columns}x${rows}, needs ${smallestSize.columns}x${smallestSize.rows}`,
      'text',
    );
    return grid;
  }
  paintHeader(canvas, scene);
  const height = rows - headerRows - 1;
  const { cell, kept, statistics } = scene;
  const isBoth = kept !== null && kept !== cell && scene.panel !== 'map';
  const whole = listWidth(scene);
  const wanted = Math.floor(
    Math.max(
      26,
      Math.min(whole, columns * (columns < 100 ? 0.55 : 0.5)),
      Math.min(whole + 12, columns * 0.42),
    ),
  );
  const left = isBoth && columns - wanted < 2 * leastHalf ? 0 : wanted;
  const { framed } = lookOf(scene);
  const list = canvas.region(0, headerRows, left - stackGap(framed), height);
  if (left > 0) {
    const title = kept === null ? 'cells' : `cells; beside ${scene.cells[kept].key}`;
    const inner = paintFrame(list, lookOf(scene), { title, isFocused: true });
    paintCells(inner.region(0, 0, inner.width, inner.height - 1), scene);
    paintChosenRun(inner.region(0, inner.height - 1, inner.width, 1), scene);
  }
  const right = canvas.region(left, headerRows, columns - left, height);
  if (isBoth) paintBoth(right, scene, kept);
  else paintPanels(right, scene, { statistics: statistics[cell], beside: null });
  const hints = footerHints(columns, scene.help ? 'help' : 'cells', sweepKeys, '', null);
  writePieces(canvas, 0, rows - 1, footerPieces(hints, columns, '', scene.drawing));
  if (scene.help) paintHelp(canvas.region(0, 0, columns, rows - 1), scene);
  return grid;
};
