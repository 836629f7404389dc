import type { SessionMessage } from '../../src/protocol/session.js';
import { initialState, reduce, type State } from '../../src/store/state.js';
import type { LineDrawing } from '../../src/ui/charts/line-drawing.js';
import { layoutFor, layoutTraits, placedPanels, wholeLayoutFor } from '../../src/ui/dashboard/layout.js';
import { panelPainters } from '../../src/ui/dashboard/panels/panels.js';
import { contentsOf, type Scene, theoryPanelOf } from '../../src/ui/dashboard/scene.js';
import type { PanelId } from '../../src/ui/dashboard/stacks/panel-size.js';
import { initialView, type View } from '../../src/ui/dashboard/view.js';
import { Canvas, CellGrid } from '../../src/ui/terminal/cells.js';
import { type DrawingName, drawings } from '../../src/ui/terminal/drawing.js';

export const stateAfter = (messages: readonly SessionMessage[]): State =>
  messages.reduce(reduce, initialState);

export type ScreenOptions = {
  readonly columns: number;
  readonly rows: number;
  readonly drawing?: DrawingName;
  readonly view?: Partial<View>;
  readonly look?: string;
  readonly lines?: LineDrawing;
  readonly runState?: Scene['runState'];
};

/** All panels of a state painted where the layout puts them, and what each shows by itself. */
export const paintScreen = (state: State, options: ScreenOptions) => {
  const { columns, rows, drawing = 'utf8', view = {}, look = '' } = options;
  const shown = { ...initialView, ...view };
  const layout = view.theory
    ? wholeLayoutFor(theoryPanelOf(state), columns, rows)
    : layoutFor(columns, rows, contentsOf(state, shown));
  if (!layout) throw new Error(`no layout for ${columns}x${rows}`);
  const scene: Scene = {
    state,
    runState: options.runState ?? state.runState,
    starting: null,
    log: state.log,
    view: shown,
    drawing: drawings[drawing],
    look,
    lines: options.lines ?? 'auto',
    reading: null,
    historyOf: () => [],
    laid: [],
    ...layoutTraits(columns, rows, contentsOf(state, shown)),
  };
  const grid = new CellGrid(columns, rows);
  const panels = new Map<PanelId, string>();
  for (const { id, left, top, width, height } of placedPanels(layout)) {
    const own = new CellGrid(width, height);
    panelPainters[id](new Canvas(own), scene);
    panels.set(id, own.lines.join('\n'));
    panelPainters[id](new Canvas(grid).region(left, top, width, height), scene);
  }
  return { grid, layout, panels, text: grid.lines.join('\n') };
};
