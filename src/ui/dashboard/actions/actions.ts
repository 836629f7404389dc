import type { PresetSummary, RunRecord, Session } from '../../../protocol/index.js';
import type { State } from '../../../store/index.js';
import type { ChartOutcome } from '../../charts/chart-actions.js';
import type { KeyRow } from '../../screen/key-rows.js';
import type { Shell } from '../../screen/shell.js';
import type { Layout } from '../layout.js';
import type { ExperimentDesk } from '../overlays/experiment-desk.js';
import type { RunListShown } from '../overlays/run-list-lines.js';
import type { Playback } from '../playback.js';
import type { Preferences } from '../preferences.js';
import type { Scene } from '../scene.js';
import type { View } from '../view.js';
import type { RunCommands } from './run-commands.js';

/** What has the keyboard: the panels of a live run or of a log, or the overlay that is open. */
export type Mode = 'panels' | 'watch' | 'perturb' | 'presets' | 'runs' | 'experiment' | 'help';

/** What is on the screen: a change of the view is computed from it. */
export type Display = {
  /** What the panels are painted from; its state may be of the past. */
  readonly scene: Scene;
  /** The run as it is now. */
  readonly live: State;
  /** Null where the terminal is too small. */
  readonly layout: Layout | null;
  /** Teacher nodes of the layer on display. */
  readonly teachers: number;
  /** Hidden layers. */
  readonly layers: number;
  readonly presets: readonly PresetSummary[];
  /** The list of runs; null where there is none. */
  readonly runs: RunListShown | null;
  /** The furthest that the help scrolls. */
  readonly helpEnd: number;
};

/** What a key of the dashboard may use. */
export type DashboardActions = {
  readonly view: View;
  readonly display: Display;
  readonly preferences: Preferences;
  readonly session: Session;
  readonly run: RunCommands;
  readonly playback: Playback;
  readonly shell: Shell;
  /** Where changed settings are started and saved; null where they cannot be. */
  readonly desk: ExperimentDesk | null;
  /** Has the list of runs read. */
  openRuns(): void;
  /** Goes on with the stopped run of a folder in place of the one that is trained. */
  goOnWith(folder: string): void;
  /** Whether there is something behind the dashboard that escape goes back to. */
  readonly canGoBack: boolean;
  /** Milliseconds from some moment on. */
  readonly clock: () => number;
  /** Changes the view. */
  look<Rest extends readonly unknown[]>(
    change: (view: View, display: Display, ...rest: Rest) => View,
    ...rest: Rest
  ): void;
  /** Changes how the charts are looked at, and says what has changed. */
  chart(change: (view: View, state: State) => ChartOutcome): void;
  prefer(change: Partial<Preferences>): void;
  /** Looks at another run's log, until `leaveVisit`. */
  visit(run: RunRecord): void;
  /** Lays a run over the one on display, or takes it away again; returns what has been done, in words. */
  layOver(run: RunRecord): string;
  /** Comes back from another run's log; returns whether one was on display. */
  leaveVisit(): boolean;
  /** Tells what nothing else on the screen says. */
  say(notice: string): void;
  /** Tells it until the run that is asked for is there. */
  sayUntilRun(notice: string): void;
  /**
   * Whether a key may end the run: not the first time where that has trained for long, which the footer tells. `does`:
   * what the key does, "R restarts".
   */
  mayEnd(key: string, does: string): boolean;
};

export type DashboardKey = KeyRow<Mode, DashboardActions>;
