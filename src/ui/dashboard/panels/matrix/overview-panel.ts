import { standingsOf } from '../../../../store/index.js';
import { writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import type { Scene } from '../../scene.js';
import { listedStandings, nodeListLines } from '../standings/node-lists.js';

/**
 * Every teacher node of the layer on display by its standing: which are learned, by how many student nodes, and which are
 * not. Shown where the tables do not have a row for each.
 */
export const paintOverview = (canvas: Canvas, { state, view, drawing }: Scene): void => {
  const { width, height } = canvas;
  const all = { standings: standingsOf(state, view.layer), wanted: listedStandings, drawing };
  const lines = nodeListLines(all, width - 1, height);
  for (const [y, pieces] of lines.slice(0, height).entries()) writePieces(canvas, 1, y, pieces);
};
