import type { PresetSummary, Session } from '../../protocol/index.js';
import type { RunShelf, Timeline } from '../../store/index.js';
import type { Shell } from '../screen/shell.js';
import type { DashboardKey } from './actions/actions.js';
import type { ExperimentDesk } from './overlays/experiment-desk.js';
import type { Preferences } from './preferences.js';
import type { NamedRun } from './runs/laid-over.js';

export type ModelOptions = {
  readonly session: Session;
  /** In the order of the number keys. */
  readonly presets: () => readonly PresetSummary[];
  /** Where changed settings are started and saved; without it they cannot be. */
  readonly desk?: ExperimentDesk;
  readonly preferences: Preferences;
  readonly onPreferences: (changed: Partial<Preferences>) => void;
  readonly keys: readonly DashboardKey[];
  readonly shell: Shell;
  /** A log to look at in place of a live run. */
  readonly log?: Timeline;
  /** The runs of the log folder; without it there is no list. */
  readonly runs?: RunShelf;
  /** Runs that are laid over the one on display from the start on. */
  readonly laidOver?: readonly NamedRun[];
  /** Whether there is something behind the dashboard that escape goes back to. */
  readonly canGoBack?: boolean;
  /** Milliseconds from some moment on. */
  readonly clock: () => number;
  readonly columns: number;
  readonly rows: number;
};
