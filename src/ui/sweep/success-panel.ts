import type { SuccessRates } from '../../sweep/index.js';
import { shareText, terminalSigns } from '../../words/index.js';
import type { Canvas } from '../terminal/cells.js';
import { type Drawing, shorten } from '../terminal/drawing.js';
import { strengthRole } from '../terminal/theme.js';
import { type PanelPainter, paintWaiting } from './panel-painter.js';

/** Columns of a teacher node's row beside its two bars: its number, and two rates. */
const nodeWidth = 4 + 2 * 6;
/** Columns between teacher nodes side by side. */
const stackGap = 2;

/** Columns of one of a node's two bars. */
const barOf = ({ width }: Canvas): number => Math.max(0, Math.floor((width - nodeWidth) / 2));

/** Success rates of a cell that has a finished run; the early ones may be missing. */
type ShownRates = { readonly early: SuccessRates | null; readonly last: SuccessRates };

/** The early and the last success rate of a teacher node. */
const paintNode = (
  canvas: Canvas,
  y: number,
  node: number,
  { early, last }: ShownRates,
  drawing: Drawing,
): void => {
  const bar = barOf(canvas);
  const role = strengthRole(node, last.rates.length);
  canvas.textBefore(3, y, String(node), role);
  [early?.rates[node], last.rates[node]].forEach((rate, at) => {
    if (rate === undefined) return;
    const x = 4 + at * (bar + 6);
    const full = Math.round(rate.share * bar);
    canvas.text(x, y, drawing.barFull.repeat(full), role);
    canvas.text(x + full, y, drawing.barEmpty.repeat(bar - full), 'rule');
    canvas.text(x + bar, y, shareText(rate, terminalSigns).padStart(5), 'text');
  });
};

/** What the columns of a stack are: the node, its rate at the early epoch, and at the last. */
const paintHeading = (canvas: Canvas, early: SuccessRates | null, drawing: Drawing): void => {
  const bar = barOf(canvas);
  canvas.text(0, 0, 'node', 'dim');
  const width = bar + 5;
  if (early !== null) canvas.text(5, 0, shorten(`epoch ${early.epoch}`, width, drawing), 'dim');
  canvas.text(5 + bar + 6, 0, shorten('last', width, drawing), 'dim');
};

/** How many stacks side by side show all teacher nodes, as far as their rows fit into the width. */
const stacksFor = (nodes: number, rows: number, width: number): number =>
  Math.max(
    1,
    Math.min(Math.ceil(nodes / Math.max(1, rows)), Math.floor((width + stackGap) / (nodeWidth + stackGap))),
  );

/** Success rates of every teacher node, strong to weak, at the early epoch and at the last. */
export const paintSuccess: PanelPainter = (canvas, { layer, drawing }, { statistics }) => {
  const { early = null, last = null } = statistics?.layers[layer] ?? {};
  if (last === null) {
    paintWaiting(canvas);
    return;
  }
  const nodes = last.rates.length;
  const height = canvas.height - 1;
  const fits = nodes <= height * stacksFor(nodes, height, canvas.width);
  const rows = fits ? height : height - 1;
  const stacks = stacksFor(nodes, rows, canvas.width);
  const perStack = Math.min(rows, Math.ceil(nodes / stacks));
  const width = Math.floor((canvas.width - (stacks - 1) * stackGap) / stacks);
  const stackAt = (stack: number): Canvas =>
    canvas.region(stack * (width + stackGap), 0, width, canvas.height);
  for (let stack = 0; stack < stacks; stack++) paintHeading(stackAt(stack), early, drawing);
  for (let node = 0; node < Math.min(nodes, stacks * perStack); node++)
    paintNode(stackAt(Math.floor(node / perStack)), 1 + (node % perStack), node, { early, last }, drawing);
  if (fits) return;
  const missing = `${nodes - stacks * perStack} weaker nodes not shown`;
  canvas.text(0, height, shorten(missing, canvas.width, drawing), 'dim');
};
