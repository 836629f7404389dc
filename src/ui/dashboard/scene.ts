import type { LayerFrame, LayerPair, LogStatus, RunState, StartingMessage } from '../../protocol/index.js';
import { type PairRecord, type State, teachersByStrength } from '../../store/index.js';
import type { LineDrawing } from '../charts/line-drawing.js';
import type { Drawing } from '../terminal/drawing.js';
import type { Contents, LayoutTraits } from './layout.js';
import type { View } from './view.js';

/** What is being done for a run that is on its way, and for how long all in all. */
export type Starting = Pick<StartingMessage, 'title' | 'stage'> & { readonly seconds: number };

/** Everything that a panel is painted from. */
export type Scene = LayoutTraits & {
  /** All that is on display: of the latest frame, or of the past, or frozen. */
  readonly state: State;
  /** What the run itself does meanwhile, and its log; of a log what the frame on display tells. */
  readonly runState: RunState | 'stopped';
  /** The run that is on its way in place of the one on display; null while none is. */
  readonly starting: Starting | null;
  readonly log: LogStatus;
  readonly view: View;
  readonly drawing: Drawing;
  /** What to look for in this run; empty where its preset does not say. */
  readonly look: string;
  /** Whether line charts are drawn finely where they may be. */
  readonly lines: LineDrawing;
  /** What is known of a cell of the matrix over the run so far. */
  readonly historyOf: (pair: LayerPair) => readonly PairRecord[];
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
  layers: Math.max(1, teacherStrength.length),
  pair: view.pair !== null,
  pairHistory: view.pair !== null && view.pairHistory,
  shape: view.shape,
});

/** Nodes that are assumed before a run says its own. */
const expectedNodes = { teachers: 10, students: 50 };

/** A panel's title with the layer that it shows, where there are several. */
export const layerTitle = (title: string, { state: { teacherStrength }, view: { layer } }: Scene): string =>
  teacherStrength.length > 1 ? `${title}, layer ${layer}` : title;

/** A window of `size` items onto `count`, as near to starting at `wanted` as it can. */
export const scrollWindow = (wanted: number, size: number, count: number): { from: number; to: number } => {
  const from = Math.max(0, Math.min(wanted, count - size));
  return { from, to: Math.min(count, from + Math.max(0, size)) };
};
