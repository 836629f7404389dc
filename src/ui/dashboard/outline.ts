import type { PresetSummary } from '../../protocol/index.js';
import type { Situation } from '../screen/key-rows.js';
import type { DrawingName } from '../terminal/drawing.js';
import type { DashboardKey, Mode } from './actions/actions.js';
import type { Layout } from './layout.js';
import type { BaseMode } from './overlays/help-lines.js';
import type { RunListShown } from './overlays/run-list-lines.js';
import type { FocusId, Overlay } from './view.js';

/** What Ink lays out: everything on the screen that does not change with every frame. */
export type Outline = {
  readonly columns: number;
  readonly rows: number;
  /** Null where the terminal is too small. */
  readonly layout: Layout | null;
  readonly overlay: Overlay | null;
  readonly mode: Mode;
  readonly keys: readonly DashboardKey[];
  readonly base: BaseMode;
  readonly focus: FocusId;
  /** Nodes of the teacher on display. */
  readonly teachers: number;
  readonly drawing: DrawingName;
  /** What the last key did, where nothing else on the screen says so. */
  readonly notice: string;
  /** What the footer says of the keys depends on it. */
  readonly situation: Situation;
  readonly presets: readonly PresetSummary[];
  /** The preset that runs; null before the first. */
  readonly running: string | null;
  /** The list of runs; null where there is none. */
  readonly runs: RunListShown | null;
  /** What the chosen perturbation would do. */
  readonly preview: string;
};
