import type { CellStatistics } from '../../sweep/index.js';
import type { Canvas } from '../terminal/cells.js';
import type { SweepScene } from './sweep-model.js';

/** What a panel shows: a cell, null before its first result; and one that stands beside it, for the same scales. */
export type ShownCell = {
  readonly statistics: CellStatistics | null;
  readonly beside: CellStatistics | null;
};

export type PanelPainter = (canvas: Canvas, scene: SweepScene, shown: ShownCell) => void;

export const paintWaiting = (canvas: Canvas): void => {
  canvas.text(1, 0, 'no finished run yet', 'dim');
};
