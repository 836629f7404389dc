import type { Breakpoint, PresetSummary, RunState, Session, SessionMessage } from '../../protocol/index.js';
import { census, initialState, Recording, reduce, type State, type Timeline } from '../../store/index.js';
import { rate } from '../../words/index.js';
import { type ChartAction, chartActions, nextOf } from '../charts/chart-actions.js';
import { type ChartView, cursorAt, movedCursor, wholeChart } from '../charts/chart-view.js';
import { footerHints } from '../screen/footer.js';
import { type ActionId, bindingFor, type KeyBinding, type Mode } from '../screen/keys.js';
import { type DrawingName, drawings } from '../terminal/drawing.js';
import { paletteNames } from '../terminal/palette.js';
import type { Pointer } from '../terminal/terminal-input.js';
import { themeChoices } from '../terminal/theme.js';
import {
  hasHeading,
  type Layout,
  layoutFor,
  type PanelId,
  type PlacedPanel,
  placedPanels,
  wholeLayoutFor,
} from './layout.js';
import { type BaseMode, lastHelpScroll } from './overlay-lines.js';
import { shownColumns } from './panels/matrix-panel.js';
import { shownRows } from './panels/teachers-panel.js';
import {
  adjustValue,
  chosenPerturbation,
  moveChoice,
  nextParameter,
  openMenu,
  type PerturbMenu,
  typeValue,
  valueProblem,
} from './perturb-menu.js';
import { Playback } from './playback.js';
import { chartColumnAt, chartWidth, panelAt } from './pointing.js';
import { isSlowed, nextFrameRate, nextThreshold, type Preferences, shownRate } from './preferences.js';
import { searchPresets } from './preset-search.js';
import type { Scene } from './scene.js';
import { focusOrder, initialView, type MatrixView, matrixViews, type Overlay, type View } from './view.js';

/** What only the terminal's owner can do. */
export type Shell = {
  quit(reason: 'quit' | 'interrupt'): void;
  suspend(): void;
  repaint(): void;
  /** Shows so many frames a second from now on. */
  setPace(framesPerSecond: number): void;
};

export type ModelOptions = {
  readonly session: Session;
  readonly presets: readonly PresetSummary[];
  readonly preferences: Preferences;
  readonly onPreferences: (changed: Partial<Preferences>) => void;
  readonly keys: readonly KeyBinding[];
  readonly shell: Shell;
  /** A log to look at in place of a live run. */
  readonly log?: Timeline;
  /** Whether there is something behind the dashboard that escape goes back to. */
  readonly canGoBack?: boolean;
  /** Milliseconds from some moment on. */
  readonly clock: () => number;
  readonly columns: number;
  readonly rows: number;
};

/** What Ink lays out: everything on the screen that does not change with every frame. */
export type Outline = {
  readonly columns: number;
  readonly rows: number;
  /** Null where the terminal is too small. */
  readonly layout: Layout | null;
  readonly overlay: Overlay | null;
  readonly mode: Mode;
  readonly keys: readonly KeyBinding[];
  readonly base: BaseMode;
  /** Nodes of the teacher on display. */
  readonly teachers: number;
  readonly drawing: DrawingName;
  /** What the last key did, where nothing else on the screen says so. */
  readonly notice: string;
  readonly presets: readonly PresetSummary[];
  /** What the chosen perturbation would do. */
  readonly preview: string;
};

/** How long a notice stays. */
const noticeMs = 4000;

/** Items that a notch of the wheel scrolls by. */
const wheelRows = 3;

/** Items that a page key scrolls by. */
const page = 10;

/** Teacher and student nodes that the layout assumes before a run says its own. */
const expectedNodes = { m: 10, n: 50 };

/**
 * The dashboard without its terminal: what it has been told, how it is looked at, and what each key does.
 *
 * Keys act on what has been asked for already, not on what the run has confirmed, so that keys typed at once
 * add up.
 */
export class DashboardModel {
  #state = initialState;
  #view = initialView;
  /** Which of its breakpoints the key has set. */
  #breakpoint = 0;
  #notice = '';
  #noticeUntil = 0;
  /** Whether the notice stays until the run that it tells of is there, however long that takes to prepare. */
  #awaitsRun = false;
  #size: { readonly columns: number; readonly rows: number };
  #preferences: Preferences;
  #outline: Outline;
  /** Asked for and not yet confirmed. */
  #wanted: { readonly runState?: RunState; readonly learningRate?: number } = {};
  readonly #recording = new Recording();
  readonly #playback: Playback;
  readonly #options: ModelOptions;
  readonly #listeners = new Set<() => void>();

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#preferences = options.preferences;
    this.#playback = new Playback(options.log ?? this.#recording, options.log !== undefined);
    if (options.log) this.#view = { ...this.#view, focus: 'loss', past: this.#playback.view };
    this.#size = { columns: options.columns, rows: options.rows };
    this.#outline = this.#makeOutline();
  }

  get preferences(): Preferences {
    return this.#preferences;
  }

  get view(): View {
    return this.#view;
  }

  get outline(): Outline {
    return this.#outline;
  }

  /** What the panels are painted from. */
  get scene(): Scene {
    const state = this.#shown;
    return {
      state,
      look: this.#options.presets.find(({ name }) => name === state.header?.preset)?.look ?? '',
      view: this.#view,
      drawing: drawings[this.#preferences.drawing],
      framed: this.#outline.layout?.framed ?? false,
      headings: hasHeading(this.#size.rows),
    };
  }

  /** The state on display: of the past, frozen, or the present one. */
  get #shown(): State {
    return this.#playback.state ?? this.#view.frozen ?? this.#present;
  }

  get #present(): State {
    return (this.#options.log && this.#playback.latest) ?? this.#state;
  }

  /** Calls back when the outline has changed; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(message: SessionMessage): void {
    this.#state = reduce(this.#state, message);
    this.#record(message);
    if (message.type === 'status') {
      this.#wanted = { ...this.#wanted, runState: message.state };
      // A run that stands still waits for nobody, and says no more of it.
      if (message.state !== 'running') this.#slowDown(false);
    }
    if (message.type === 'event' && message.event === 'refused') this.#endNotice();
    if (message.type === 'header') {
      this.#endNotice();
      this.#wanted = {};
      this.#playback.follow();
      this.#breakpoint = 0;
      if (this.#view.theory) this.#options.session.send({ type: 'watch-theory', on: true });
      this.#view = {
        ...this.#view,
        layer: 0,
        chart: wholeChart,
        frozen: null,
        past: this.#options.log ? this.#view.past : null,
        scroll: { ...initialView.scroll },
      };
      this.#refresh();
    }
    if (message.type === 'preview') this.#refresh();
    if (message.type === 'progress') this.#slowDown(isSlowed(this.#view.slowed, message.processorWait));
    if (message.type === 'event' && message.event === 'learning-rate') this.#forgetRate(message.to);
    if (message.type === 'event' && 'toStep' in message) this.#forgetRate(null);
  }

  /** What was waited for is there, or has been refused. */
  #endNotice(): void {
    if (this.#awaitsRun) this.#noticeUntil = 0;
    this.#awaitsRun = false;
  }

  #slowDown(slowed: boolean): void {
    if (slowed === this.#view.slowed) return;
    this.#view = { ...this.#view, slowed };
    this.#setPace();
  }

  #setPace(): void {
    this.#options.shell.setPace(shownRate(this.#preferences.framesPerSecond, this.#view.slowed));
  }

  /** Keeps what has been shown, to look back on. */
  #record(message: SessionMessage): void {
    if (message.type === 'header') this.#recording.clear();
    else if (message.type === 'frame') this.#recording.add(this.#state);
    else if (message.type === 'event') this.#recording.amend(this.#state);
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#refresh();
  }

  press(key: string): void {
    const binding = bindingFor(this.#mode, key, this.#options.keys);
    if (!binding) return;
    this.#notice = '';
    this.#awaitsRun = false;
    this.#actions[binding.action](key);
    this.#notePast();
    this.#noticeUntil = this.#awaitsRun ? Number.POSITIVE_INFINITY : this.#options.clock() + noticeMs;
    this.#refresh();
  }

  /** A press chooses a panel, reads a chart, or is the key that the footer names there; the wheel scrolls and zooms. */
  point(pointer: Pointer): void {
    const { layout } = this.#outline;
    if (!layout) return;
    if (pointer.kind === 'press' && pointer.row === layout.rows - 1) this.#pressFooter(pointer.column);
    else if (this.#view.overlay) this.#turnWheel(pointer);
    else this.#pointAtPanel(pointer, layout);
    this.#notePast();
    this.#refresh();
  }

  #pressFooter(column: number): void {
    const { columns, mode, keys, notice } = this.#outline;
    const hint = footerHints(columns, mode, keys, notice).find(
      ({ from, to }) => column >= from && column < to,
    );
    if (hint) this.press(hint.key);
  }

  #turnWheel({ kind }: Pointer): void {
    if (kind !== 'press') this.#move('rows', kind === 'wheel-up' ? -wheelRows : wheelRows);
  }

  #pointAtPanel(pointer: Pointer, layout: Layout): void {
    const { column, row, kind } = pointer;
    const panel = panelAt(layout, column, row);
    const focus = focusOrder.find((id) => id === panel?.id);
    if (!panel || !focus) return;
    this.#view = { ...this.#view, focus };
    if (focus !== 'loss' && focus !== 'curves') this.#turnWheel(pointer);
    else if (kind === 'press') this.#readChart(panel, layout.framed, column);
    else this.#changeChart(kind === 'wheel-up' ? 'zoom-in' : 'zoom-out');
  }

  #readChart(panel: PlacedPanel, framed: boolean, column: number): void {
    const at = chartColumnAt(panel, framed, column);
    if (at !== null) this.#lookAt(cursorAt(this.#shown, this.#view.chart, at, chartWidth(panel, framed)));
  }

  /** Plays on, and takes back what has been said long enough. */
  tick(): void {
    this.#playback.tick(this.#options.clock());
    this.#notePast();
    if (this.#notice === '' || this.#options.clock() < this.#noticeUntil) return;
    this.#notice = '';
    this.#refresh();
  }

  get #mode(): Mode {
    return this.#view.overlay?.kind ?? this.#base;
  }

  get #base(): BaseMode {
    return this.#options.log ? 'watch' : 'panels';
  }

  /** Puts where the past on display stands into the view, when that has changed. */
  #notePast(): void {
    const now = this.#playback.view;
    const { past } = this.#view;
    const isLive = now.index === null && !this.#options.log;
    const same = past !== null && JSON.stringify(past) === JSON.stringify(now);
    if (isLive ? past !== null : !same) this.#view = { ...this.#view, past: isLive ? null : now };
  }

  get #teachers(): number {
    return this.#present.teacherStrength[this.#view.layer]?.length ?? expectedNodes.m;
  }

  get #layers(): number {
    return Math.max(1, this.#present.teacherStrength.length);
  }

  #makeOutline(): Outline {
    const { columns, rows } = this.#size;
    const n = this.#present.header?.studentNodes[this.#view.layer] ?? expectedNodes.n;
    return {
      columns,
      rows,
      layout: this.#view.theory
        ? wholeLayoutFor('theory', columns, rows)
        : layoutFor(columns, rows, this.#teachers, n, this.#layers),
      overlay: this.#view.overlay,
      mode: this.#mode,
      keys: this.#options.keys,
      base: this.#base,
      teachers: this.#teachers,
      drawing: this.#preferences.drawing,
      notice: this.#notice,
      presets: this.#options.presets,
      preview: this.#state.preview,
    };
  }

  #refresh(): void {
    this.#outline = this.#makeOutline();
    for (const listener of this.#listeners) listener();
  }

  /** A rate on its way is no longer so when it, or an older state, has arrived. */
  #forgetRate(arrived: number | null): void {
    if (arrived !== null && arrived !== this.#wanted.learningRate) return;
    const { learningRate, ...rest } = this.#wanted;
    this.#wanted = rest;
  }

  #prefer(change: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    this.#options.onPreferences(change);
  }

  #setOverlay(overlay: Overlay | null): void {
    this.#view = { ...this.#view, overlay };
  }

  readonly #actions: Readonly<Record<ActionId, (key: string) => void>> = {
    pause: () => this.#togglePause(),
    'frame-before': () => this.#playback.move(-1),
    'frame-after': () => this.#playback.move(1),
    'event-before': () => this.#playback.toEvent(-1),
    'event-after': () => this.#playback.toEvent(1),
    play: () => this.#playback.toggle(this.#options.clock()),
    'play-faster': () => this.#playback.scaleSpeed(2),
    'play-slower': () => this.#playback.scaleSpeed(0.5),
    rewind: () => this.#rewind(),
    freeze: () => {
      this.#view = { ...this.#view, frozen: this.#view.frozen ? null : this.#state };
    },
    step: () => this.#options.session.send({ type: 'advance', by: 'step' }),
    epoch: () => this.#options.session.send({ type: 'advance', by: 'epoch' }),
    perturb: () => {
      this.#setOverlay(openMenu(this.#teachers));
      this.#askForPreview();
    },
    undo: () => this.#options.session.send({ type: 'undo' }),
    theory: () => this.#toggleTheory(),
    break: () => this.#chooseBreakpoint(),
    control: () => this.#toggleControl(),
    'promote-control': () => this.#options.session.endControl(true),
    redo: () => this.#options.session.send({ type: 'redo' }),
    'faster-learning': () => this.#scaleLearningRate(2),
    'slower-learning': () => this.#scaleLearningRate(0.5),
    threshold: () => {
      const threshold = nextThreshold(this.#preferences.threshold);
      this.#prefer({ threshold });
      this.#options.session.send({ type: 'set-threshold', threshold });
    },
    'matrix-view': () => {
      const offered: readonly MatrixView[] = matrixViews.filter(
        (view) => view !== 'control' || this.#state.control !== null,
      );
      this.#view = { ...this.#view, matrixView: nextOf(offered, this.#view.matrixView) };
    },
    axis: () => this.#changeChart('axis'),
    cursor: () => this.#changeChart('cursor'),
    'zoom-in': () => this.#changeChart('zoom-in'),
    'zoom-out': () => this.#changeChart('zoom-out'),
    smoothing: () => this.#changeChart('smoothing'),
    'layer-above': () => this.#chooseLayer(1),
    'layer-below': () => this.#chooseLayer(-1),
    'preset-number': (key) => this.#startPreset(this.#options.presets[Number(key) - 1]),
    presets: () => this.#setOverlay({ kind: 'presets', query: '', selected: 0 }),
    restart: () => this.#restart('same'),
    'restart-new-seed': () => this.#restart('new'),
    log: () => this.#options.session.setLogging(this.#state.log.state !== 'recording'),
    'focus-next': () => this.#moveFocus(1),
    'focus-previous': () => this.#moveFocus(-1),
    up: () => this.#move('rows', -1),
    down: () => this.#move('rows', 1),
    left: () => this.#move('columns', -1),
    right: () => this.#move('columns', 1),
    'page-up': () => this.#move('rows', -page),
    'page-down': () => this.#move('rows', page),
    first: () => this.#move('rows', Number.NEGATIVE_INFINITY),
    last: () => this.#move('rows', Number.POSITIVE_INFINITY),
    'more-frames': () => this.#setFrameRate(1),
    'fewer-frames': () => this.#setFrameRate(-1),
    theme: () => {
      const theme = nextOf(themeChoices, this.#preferences.theme);
      this.#prefer({ theme });
      this.#notice =
        theme === 'auto' ? "theme by the terminal's background" : `theme for a ${theme} background`;
    },
    palette: () => {
      const palette = nextOf(paletteNames, this.#preferences.palette);
      this.#prefer({ palette });
      this.#notice = `palette ${palette}`;
    },
    mouse: () => {
      this.#prefer({ mouse: !this.#preferences.mouse });
      this.#notice = this.#preferences.mouse ? 'click and wheel' : "the terminal's own mouse";
    },
    drawing: () => this.#prefer({ drawing: this.#preferences.drawing === 'utf8' ? 'ascii' : 'utf8' }),
    help: () => this.#setOverlay({ kind: 'help', scroll: 0 }),
    quit: () => this.#options.shell.quit('quit'),
    interrupt: () => this.#options.shell.quit('interrupt'),
    repaint: () => this.#options.shell.repaint(),
    suspend: () => this.#options.shell.suspend(),
    close: () => this.#setOverlay(null),
    back: () => {
      if (this.#view.chart.cursor !== null) this.#lookAt({ ...this.#view.chart, cursor: null });
      else if (this.#playback.view.index !== null) this.#playback.follow();
      else if (this.#options.canGoBack) this.#options.shell.quit('quit');
    },
    apply: () => this.#apply(),
    'next-field': () => this.#changeMenu(nextParameter),
    erase: () => this.#type((text) => text.slice(0, -1)),
    type: (key) => this.#type((text) => text + (key === 'space' ? ' ' : key)),
  };

  /** To the frame on display, where the view then follows the run. */
  #rewind(): void {
    const { frame } = this.#shown;
    if (this.#playback.view.index === null || !frame) {
      this.#notice = ', and . choose the frame to rewind to';
      return;
    }
    this.#options.session.send({ type: 'rewind', step: frame.step });
    this.#playback.follow();
  }

  #lookAt(chart: ChartView): void {
    this.#view = { ...this.#view, chart };
  }

  #changeChart(action: ChartAction): void {
    const { view, notice = this.#notice } = chartActions[action](this.#view, this.#shown);
    this.#view = view;
    this.#notice = notice;
  }

  /** By columns of the loss chart, which every layout of charts has. */
  #moveCursor(columns: number): void {
    const { layout } = this.#outline;
    const panel = layout && placedPanels(layout).find(({ id }) => id === 'loss');
    if (!panel) return;
    const width = chartWidth(panel, layout.framed);
    this.#lookAt(movedCursor(this.#shown, this.#view.chart, columns, width));
  }

  #toggleTheory(): void {
    this.#view = { ...this.#view, theory: !this.#view.theory };
    this.#options.session.send({ type: 'watch-theory', on: this.#view.theory });
  }

  /** Sets the next of the breakpoints that the key goes through. */
  #chooseBreakpoint(): void {
    const { frame, threshold } = this.#state;
    const specialized = (frame?.layers ?? []).flatMap((layer) => census(layer, threshold).specialized).length;
    const choices: readonly (readonly [string, readonly Breakpoint[]])[] = [
      ['no breakpoint', []],
      ['pauses at the next node specialized', [{ kind: 'specialized', count: specialized + 1 }]],
      ['pauses when a node is lost', [{ kind: 'lost' }]],
      ['pauses at a plateau of 10 epochs', [{ kind: 'plateau', epochs: 10 }]],
    ];
    this.#breakpoint = (this.#breakpoint + 1) % choices.length;
    const [notice, breakpoints] = choices[this.#breakpoint];
    this.#options.session.send({ type: 'set-breakpoints', breakpoints });
    this.#notice = notice;
  }

  #toggleControl(): void {
    const { session } = this.#options;
    if (this.#state.control) session.endControl(false);
    else session.startControl();
  }

  #togglePause(): void {
    const runState = this.#wanted.runState ?? this.#state.runState;
    const pausing = runState === 'running';
    this.#options.session.send({ type: pausing ? 'pause' : 'resume' });
    if (pausing || runState === 'paused')
      this.#wanted = { ...this.#wanted, runState: pausing ? 'paused' : 'running' };
  }

  #scaleLearningRate(factor: number): void {
    const before = this.#wanted.learningRate ?? this.#state.learningRate;
    if (Number.isNaN(before)) return;
    const learningRate = before * factor;
    this.#wanted = { ...this.#wanted, learningRate };
    this.#options.session.send({ type: 'set-learning-rate', learningRate });
    this.#notice = `learning rate ${rate(learningRate)}`;
  }

  #chooseLayer(by: 1 | -1): void {
    const layer = Math.max(0, Math.min(this.#layers - 1, this.#view.layer + by));
    if (this.#layers === 1) this.#notice = 'there is one hidden layer';
    if (layer !== this.#view.layer)
      this.#view = { ...this.#view, layer, scroll: { ...this.#view.scroll, teachers: 0, students: 0 } };
  }

  #setFrameRate(direction: 1 | -1): void {
    this.#prefer({ framesPerSecond: nextFrameRate(this.#preferences.framesPerSecond, direction) });
    this.#setPace();
    this.#notice = `${this.#preferences.framesPerSecond} frames a second`;
  }

  #startPreset(preset: PresetSummary | undefined): void {
    if (!preset) {
      this.#notice = `there are ${this.#options.presets.length} presets`;
      return;
    }
    this.#view = { ...this.#view, overlay: null, frozen: null };
    this.#notice = `starting ${preset.title}`;
    this.#awaitsRun = true;
    this.#options.session.switchPreset(preset.name);
  }

  #restart(seed: 'same' | 'new'): void {
    this.#view = { ...this.#view, frozen: null };
    this.#notice = seed === 'same' ? 'restarting' : 'restarting with a new seed';
    this.#awaitsRun = true;
    this.#options.session.restart(seed);
  }

  #moveFocus(by: 1 | -1): void {
    const shown: readonly PanelId[] = this.#outline.layout
      ? placedPanels(this.#outline.layout).map(({ id }) => id)
      : [];
    const candidates = focusOrder.filter((id) => shown.includes(id));
    if (candidates.length === 0) return;
    const at = candidates.indexOf(this.#view.focus) + by;
    this.#view = { ...this.#view, focus: candidates[(at + candidates.length) % candidates.length] };
  }

  /** Moves what has the keyboard: a choice, a value, or what the focused panel shows. */
  #move(axis: 'rows' | 'columns', by: number): void {
    const { overlay } = this.#view;
    const { layout } = this.#outline;
    if (overlay?.kind === 'help') {
      const furthest = layout ? lastHelpScroll(this.#base, layout, this.#options.keys) : 0;
      const scroll = Math.max(0, Math.min(furthest, overlay.scroll + by));
      this.#setOverlay({ ...overlay, scroll });
    } else if (overlay?.kind === 'presets') this.#choosePreset(overlay, by);
    else if (overlay?.kind === 'perturb')
      this.#changeMenu((menu) =>
        axis === 'rows' ? moveChoice(menu, by) : adjustValue(menu, this.#teachers, by > 0 ? 1 : -1),
      );
    else if (this.#view.chart.cursor !== null && (axis === 'columns' || !Number.isFinite(by)))
      this.#moveCursor(by);
    else this.#scroll(axis, by);
  }

  #choosePreset(overlay: Extract<Overlay, { kind: 'presets' }>, by: number): void {
    const last = searchPresets(this.#options.presets, overlay.query).length - 1;
    this.#setOverlay({ ...overlay, selected: Math.max(0, Math.min(last, overlay.selected + by)) });
  }

  #scroll(axis: 'rows' | 'columns', by: number): void {
    const scene = this.scene;
    const { scroll, focus } = this.#view;
    const set = (change: Partial<View['scroll']>): void => {
      this.#view = { ...this.#view, scroll: { ...scroll, ...change } };
    };
    const { layout } = this.#outline;
    const panel = layout && placedPanels(layout).find(({ id }) => id === focus);
    if (!panel) return;
    const bounded = (from: number, count: number): number => Math.max(0, Math.min(count, from + by));
    if (focus === 'loss' || focus === 'curves') {
      if (axis === 'columns' || Math.abs(by) >= page) this.#playback.move(by);
    } else if (focus === 'events') set({ events: bounded(scroll.events, scene.state.events.length - 1) });
    else if (focus === 'matrix' && axis === 'columns') {
      const students = scene.state.columns[this.#view.layer]?.students.length ?? 0;
      const { from, to } = shownColumns(panel.width, scene, students);
      set({ students: bounded(from, students - (to - from)) });
    } else if (axis === 'rows') {
      const { from, to } = shownRows(panel.height, scene, this.#teachers);
      set({ teachers: bounded(from, this.#teachers - (to - from)) });
    }
  }

  #changeMenu(change: (menu: PerturbMenu) => PerturbMenu): void {
    const { overlay } = this.#view;
    if (overlay?.kind !== 'perturb') return;
    this.#setOverlay(change(overlay));
    this.#askForPreview();
  }

  /** Has the run say what the menu's choice would do. */
  #askForPreview(): void {
    const { overlay } = this.#view;
    if (overlay?.kind !== 'perturb') return;
    const perturbation = chosenPerturbation(overlay, this.#teachers, this.#view.layer);
    this.#options.session.send({ type: 'preview', perturbation });
  }

  #type(change: (text: string) => string): void {
    const { overlay } = this.#view;
    if (overlay?.kind === 'presets')
      this.#setOverlay({ kind: 'presets', query: change(overlay.query), selected: 0 });
    if (overlay?.kind === 'perturb')
      this.#changeMenu((menu) => typeValue(menu, this.#teachers, change(menu.typed)));
  }

  #apply(): void {
    const { overlay } = this.#view;
    if (overlay?.kind === 'presets') {
      const found = searchPresets(this.#options.presets, overlay.query)[overlay.selected];
      if (found) this.#startPreset(found.preset);
    }
    if (overlay?.kind !== 'perturb' || valueProblem(overlay, this.#teachers) !== '') return;
    this.#options.session.send({
      type: 'perturb',
      perturbation: chosenPerturbation(overlay, this.#teachers, this.#view.layer),
    });
    this.#setOverlay(null);
  }
}
