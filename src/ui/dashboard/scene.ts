import type { LayerFrame, LogStatus, RunState } from '../../protocol/index.js';
import { type State, teachersByStrength } from '../../store/index.js';
import type { Drawing } from '../terminal/drawing.js';
import type { View } from './view.js';

/** Everything that a panel is painted from. */
export type Scene = {
  /** All that is on display: of the latest frame, or of the past, or frozen. */
  readonly state: State;
  /** What the run itself does meanwhile, and its log; of a log what the frame on display tells. */
  readonly runState: RunState;
  readonly log: LogStatus;
  readonly view: View;
  readonly drawing: Drawing;
  /** What to look for in this run; empty where its preset does not say. */
  readonly look: string;
  readonly framed: boolean;
  /** Whether tables have a row of headings. */
  readonly headings: boolean;
};

/** The layer on display with its teacher nodes, strong to weak; null before the first frame. */
export const shownLayer = ({
  state,
  view: { layer },
}: Scene): { readonly layer: LayerFrame; readonly teachers: readonly number[] } | null => {
  const shown = state.frame?.layers[layer];
  return state.header && shown ? { layer: shown, teachers: teachersByStrength(state, layer) } : null;
};

/** A panel's title with the layer that it shows, where there are several. */
export const layerTitle = (title: string, { state: { teacherStrength }, view: { layer } }: Scene): string =>
  teacherStrength.length > 1 ? `${title}, layer ${layer}` : title;

/** A window of `size` items onto `count`, as near to starting at `wanted` as it can. */
export const scrollWindow = (wanted: number, size: number, count: number): { from: number; to: number } => {
  const from = Math.max(0, Math.min(wanted, count - size));
  return { from, to: Math.min(count, from + Math.max(0, size)) };
};
