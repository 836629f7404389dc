import type { State } from '../../store/index.js';
import { Canvas, CellGrid } from '../terminal/cells.js';
import { type DrawingName, drawings } from '../terminal/drawing.js';
import { hasHeading, type Layout, layoutFor, placedPanels } from './layout.js';
import { panelPainters } from './panels/panels.js';
import { initialView } from './view.js';

/** The dashboard's panels as they look without anybody at the keyboard; null where the size is too small. */
export const paintPanels = (
  state: State,
  columns: number,
  rows: number,
  drawing: DrawingName,
): CellGrid | null => {
  const { header, teacherStrength: strength } = state;
  const layout: Layout | null = layoutFor(
    columns,
    rows,
    strength[0]?.length ?? 1,
    header?.studentNodes[0] ?? 1,
    strength.length,
  );
  if (!layout) return null;
  const grid = new CellGrid(columns, rows);
  const scene = {
    state,
    runState: state.runState,
    log: state.log,
    look: '',
    view: initialView,
    drawing: drawings[drawing],
    framed: layout.framed,
    headings: hasHeading(rows),
  };
  for (const { id, left, top, width, height } of placedPanels(layout))
    panelPainters[id](new Canvas(grid).region(left, top, width, height), scene);
  return grid;
};
