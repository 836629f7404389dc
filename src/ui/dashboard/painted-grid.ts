import type { State } from '../../store/index.js';
import { Canvas, CellGrid } from '../terminal/cells.js';
import { type DrawingName, drawings } from '../terminal/drawing.js';
import { layoutFor, layoutTraits, placedPanels } from './layout.js';
import { panelPainters } from './panels/panels.js';
import { contentsOf, type Scene } from './scene.js';
import { initialView } from './view.js';

/** The dashboard's panels as they look without anybody at the keyboard; null where the size is too small. */
export const paintPanels = (
  state: State,
  columns: number,
  rows: number,
  drawing: DrawingName,
): CellGrid | null => {
  const contents = contentsOf(state, initialView);
  const layout = layoutFor(columns, rows, contents);
  if (!layout) return null;
  const grid = new CellGrid(columns, rows);
  const scene: Scene = {
    state,
    runState: state.runState,
    starting: null,
    log: state.log,
    look: '',
    laid: [],
    view: initialView,
    drawing: drawings[drawing],
    ...layoutTraits(columns, rows, contents),
    lines: 'auto',
    reading: null,
    historyOf: () => [],
  };
  for (const { id, left, top, width, height } of placedPanels(layout))
    panelPainters[id](new Canvas(grid).region(left, top, width, height), scene);
  return grid;
};
