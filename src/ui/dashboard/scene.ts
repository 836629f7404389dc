import type {
  LayerFrame,
  LayerPair,
  LogStatus,
  RecordState,
  RunState,
  StartingMessage,
} from '../../protocol/index.js';
import { type PairRecord, type State, stepOf, teachersByStrength } from '../../store/index.js';
import { readAt } from '../charts/chart-view.js';
import type { LineDrawing } from '../charts/line-drawing.js';
import { timeText } from '../charts/ticks/time-ticks.js';
import type { Drawing } from '../terminal/drawing.js';
import { type Layout, type LayoutTraits, layoutFor, wholeLayoutFor } from './layout.js';
import type { LaidRun } from './runs/laid-over.js';
import type { Contents, PanelId } from './stacks/panel-size.js';
import type { View } from './view.js';

/** What is being done for a run that is on its way, and for how long all in all. */
export type Starting = Pick<StartingMessage, 'title' | 'stage'> & { readonly seconds: number };

/** The panel that has the screen where the theory is shown: of a soft committee machine its order parameters. */
export const theoryPanelOf = ({ frame }: State): PanelId => (frame?.orderParameters ? 'order' : 'theory');

/** Everything that a panel is painted from. */
export type Scene = LayoutTraits & {
  /** All that is on display: of the latest frame, or of the past, or frozen. */
  readonly state: State;
  /** At the cursor of the charts, where that stands at another frame: what panels of one frame show then. */
  readonly reading: State | null;
  /** What the run itself does meanwhile, and its log; of a log what the frame on display tells. */
  readonly runState: RunState | RecordState;
  /** The run that is on its way in place of the one on display; null while none is. */
  readonly starting: Starting | null;
  readonly log: LogStatus;
  readonly view: View;
  readonly drawing: Drawing;
  /** What to look for in this run; empty where its preset does not say. */
  readonly look: string;
  /** Runs laid over each other, the one on display first; it alone where there are no others. */
  readonly laid: readonly LaidRun[];
  /** Whether line charts are drawn finely where they may be. */
  readonly lines: LineDrawing;
  /** What is known of a cell of the matrix over the run so far. */
  readonly historyOf: (pair: LayerPair) => readonly PairRecord[];
};

/** The state at the cursor of the charts; null without one, or where that is the frame on display. `at`: finds it. */
export const readingOf = (
  state: State,
  { chart }: View,
  at: (step: number) => State | null,
): State | null => {
  const read = readAt(state, chart);
  return read === null || read.toStep === stepOf(state) ? null : at(read.toStep);
};

/** The scene as panels of one frame show it: at the cursor of the charts, where there is one. */
export const sceneAtCursor = (scene: Scene): Scene =>
  scene.reading ? { ...scene, state: scene.reading } : scene;

/** The moment that panels of one frame show where the charts have a cursor: "epoch 12"; null without one. */
export const momentOf = ({ state, view }: Scene): string | null =>
  view.chart.cursor === null || !state.header
    ? null
    : `${view.timeUnit === 'epochs' ? 'epoch' : 'step'} ${timeText(stepOf(state), state.header, view.timeUnit)}`;

/** A panel's title with the moment that it is of, where the charts have a cursor. */
export const momentTitle = (title: string, scene: Scene): string => {
  const moment = momentOf(scene);
  return moment === null ? title : `${title} at ${moment}`;
};

/** The layer on display with its teacher nodes, strong to weak; null before the first frame. */
export const shownLayer = ({
  state,
  view: { layer },
}: Scene): { readonly layer: LayerFrame; readonly teachers: readonly number[] } | null => {
  const shown = state.frame?.layers[layer];
  return state.header && shown ? { layer: shown, teachers: teachersByStrength(state, layer) } : null;
};

/** What a layout has to make room for: the nodes of the layer on display, and what is asked for by key. */
export const contentsOf = ({ header, teacherStrength }: State, view: View): Contents => ({
  teachers: teacherStrength[view.layer]?.length ?? expectedNodes.teachers,
  students: header?.studentNodes[view.layer] ?? expectedNodes.students,
  layers: header ? teacherStrength.length : 1,
  pair: view.pair !== null,
  pairHistory: view.pair !== null && view.pairHistory,
  shape: view.shape,
});

/** The panels on a screen of this size, or the one that has all of it; null where it is too small. */
export const layoutOf = (
  { theory, laid }: View,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  contents: Contents,
  theoryPanel: PanelId,
): Layout | null => {
  if (theory) return wholeLayoutFor(theoryPanel, columns, rows);
  return laid === null ? layoutFor(columns, rows, contents) : wholeLayoutFor('laid', columns, rows);
};

/** Nodes that are assumed before a run says its own. */
const expectedNodes = { teachers: 10, students: 50 };

/** A panel's title with the layer that it shows, where there are several. */
export const layerTitle = (title: string, { state: { teacherStrength }, view: { layer } }: Scene): string =>
  teacherStrength.length > 1 ? `${title}, layer ${layer}` : title;

/** A window of `size` items onto `count`, as near to starting at `wanted` as it can. */
export const scrollWindow = (wanted: number, size: number, count: number): { from: number; to: number } => {
  // A window of no items begins at one, too.
  const from = Math.max(0, Math.min(wanted, count - Math.max(1, size)));
  return { from, to: Math.min(count, from + Math.max(0, size)) };
};
