import type { ReadStream, WriteStream } from 'node:tty';
import type { PresetSummary, Session } from '../../protocol/index.js';
import type { RunShelf, Timeline } from '../../store/index.js';
import { compose } from '../screen/compose.js';
import { Screen } from '../screen/screen.js';
import {
  type Appearance,
  type ExitReason,
  type FrameClock,
  sizeOf,
  TerminalApp,
  type TerminalView,
} from '../terminal/terminal-app.js';
import type { DashboardKey } from './actions/actions.js';
import { DashboardModel } from './dashboard-model.js';
import { placedPanels } from './layout.js';
import type { ExperimentDesk } from './overlays/experiment-desk.js';
import { panelPainters } from './panels/panels.js';
import type { Preferences } from './preferences.js';
import type { NamedRun } from './runs/laid-over.js';

export type DashboardOptions = {
  readonly session: Session;
  /** In the order of the number keys. */
  readonly presets: () => readonly PresetSummary[];
  /** Where changed settings are started and saved; without it they cannot be. */
  readonly desk?: ExperimentDesk;
  readonly preferences: Preferences;
  /** Called with what a key has changed. */
  readonly onPreferences: (changed: Partial<Preferences>) => void;
  readonly keys: readonly DashboardKey[];
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly appearance: Omit<Appearance, 'theme' | 'palette'>;
  /** Ends the dashboard from outside, its terminal restored. */
  readonly signal?: AbortSignal;
  /** Milliseconds from some moment on. */
  readonly clock: () => number;
  readonly frameClock?: FrameClock;
  /** A log to look at in place of a live run. */
  readonly log?: Timeline;
  /** The runs of the log folder; without it there is no list. */
  readonly runs?: RunShelf;
  /** Runs that are laid over the one on display from the start on. */
  readonly laidOver?: readonly NamedRun[];
  /** Whether there is something behind the dashboard that escape goes back to. */
  readonly canGoBack?: boolean;
};

/** The dashboard as a view of a terminal. */
const viewOf = (model: DashboardModel): TerminalView => ({
  element: <Screen model={model} />,
  get size() {
    const { columns, rows } = model.outline;
    return { columns, rows };
  },
  resize: (columns, rows) => model.resize(columns, rows),
  tick: () => model.tick(),
  press: (key) => model.press(key),
  paste: (text) => model.paste(text),
  point: (pointer) => model.point(pointer),
  subscribe: (listener) => model.subscribe(listener),
  ingredients: () => [
    ...model.scene.laid.map(({ state }) => state),
    model.scene.state,
    model.view,
    Math.floor(model.scene.starting?.seconds ?? -1),
  ],
  compose: (template) => {
    const { scene, outline } = model;
    const panels = outline.layout ? placedPanels(outline.layout) : [];
    return compose(template, panels, (panel, canvas) => {
      panelPainters[panel.id](canvas, scene);
      // What is on its way is not on the screen yet: the run before stands back.
      if (scene.starting && panel.id !== 'header') canvas.recolour('dim');
    });
  },
});

/**
 * Takes over the terminal and shows the session until a key, a signal or the terminal's loss ends it.
 *
 * Subscribes before the first await, so that a run started next is seen from its header on.
 */
export const showDashboard = async (options: DashboardOptions): Promise<ExitReason> => {
  const { session, stdin, stdout, signal, frameClock } = options;
  const prefer = (changed: Partial<Preferences>): void => {
    const { theme, palette } = changed;
    if (theme !== undefined) app.setAppearance({ theme });
    if (palette !== undefined) app.setAppearance({ palette });
    if (changed.mouse !== undefined) app.setMouse(changed.mouse);
    options.onPreferences(changed);
  };
  const model = new DashboardModel({
    session,
    presets: options.presets,
    preferences: options.preferences,
    onPreferences: prefer,
    keys: options.keys,
    shell: {
      quit: (reason) => app.quit(reason),
      suspend: () => app.suspend(),
      repaint: () => app.renew(),
      setPace: (framesPerSecond) => app.setFrameRate(framesPerSecond),
    },
    clock: options.clock,
    canGoBack: options.canGoBack ?? false,
    ...(options.log ? { log: options.log } : {}),
    ...(options.runs ? { runs: options.runs } : {}),
    ...(options.desk ? { desk: options.desk } : {}),
    laidOver: options.laidOver ?? [],
    ...sizeOf(stdout),
  });
  const app = new TerminalApp(
    {
      stdin,
      stdout,
      appearance: {
        ...options.appearance,
        theme: options.preferences.theme,
        palette: options.preferences.palette,
      },
      framesPerSecond: options.preferences.framesPerSecond,
      mouse: options.preferences.mouse,
      ...(signal ? { signal } : {}),
      ...(frameClock ? { frameClock } : {}),
    },
    viewOf(model),
  );
  const unsubscribe = session.subscribe((message) => app.guarded(() => model.receive(message)));
  try {
    return await app.run();
  } finally {
    unsubscribe();
    model.close();
  }
};
