import type { Canvas } from '../../terminal/cells.js';
import { type Scene, sceneAtCursor } from '../scene.js';
import type { PanelId } from '../stacks/panel-size.js';
import { paintCurves } from './curves-panel.js';
import { paintEvents } from './events-panel.js';
import { paintHeader } from './header-panel.js';
import { paintLaidOver } from './laid/laid-over-panel.js';
import { paintLayers } from './layers-panel.js';
import { paintLoss } from './loss-panel.js';
import { paintMatrix } from './matrix/matrix-panel.js';
import { paintOverview } from './matrix/overview-panel.js';
import { paintPairHistory } from './matrix/pair-history-panel.js';
import { paintPair } from './matrix/pair-panel.js';
import { paintMissing } from './missing-panel.js';
import { paintOrder } from './order-panel.js';
import { paintShape } from './shape-panel.js';
import { paintTeachers } from './teachers-panel.js';
import { paintTheory } from './theory-panel.js';

type Painter = (canvas: Canvas, scene: Scene) => void;

const atCursor =
  (paint: Painter): Painter =>
  (canvas, scene) =>
    paint(canvas, sceneAtCursor(scene));

/** What paints each panel: a pure function from the scene to the canvas' cells. */
export const panelPainters: Readonly<Record<PanelId, Painter>> = {
  header: paintHeader,
  loss: paintLoss,
  curves: paintCurves,
  shape: atCursor(paintShape),
  teachers: atCursor(paintTeachers),
  matrix: atCursor(paintMatrix),
  overview: atCursor(paintOverview),
  pair: paintPair,
  pairHistory: paintPairHistory,
  events: paintEvents,
  layers: atCursor(paintLayers),
  theory: paintTheory,
  missing: paintMissing,
  laid: paintLaidOver,
  order: paintOrder,
};
