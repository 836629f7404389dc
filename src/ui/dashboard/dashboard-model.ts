import type { RunRecord, SessionMessage } from '../../protocol/index.js';
import { initialState, reduce, runStateOf, type State } from '../../store/index.js';
import { footerKeyAt } from '../screen/footer.js';
import { bindingFor, type Situation } from '../screen/key-rows.js';
import { drawings } from '../terminal/drawing.js';
import type { Pointer } from '../terminal/input-events.js';
import type { DashboardActions, Display } from './actions/actions.js';
import { pastedLine, typed } from './actions/overlay-changes.js';
import { pointAt } from './actions/pointer-actions.js';
import { RunCommands } from './actions/run-commands.js';
import { RunQuestions } from './actions/run-questions.js';
import { EndingQuestion } from './ending-question.js';
import { type Layout, layoutTraits } from './layout.js';
import { LivePast } from './live-past.js';
import type { ModelOptions } from './model-options.js';
import { Notice } from './notice.js';
import type { Outline } from './outline.js';
import { type BaseMode, lastHelpScroll } from './overlays/help-lines.js';
import type { Playback } from './playback.js';
import { isSlowed, type Preferences, shownRate } from './preferences.js';
import { LookedAt } from './runs/looked-at.js';
import { contentsOf, layoutOf, readingOf, type Scene, theoryPanelOf } from './scene.js';
import { situationOf } from './situation.js';
import { initialView, seenAfresh, type View } from './view.js';

/** The dashboard without its terminal: what it has been told, how it is looked at, and what keys and pointer do to it. */
export class DashboardModel {
  #state = initialState;
  #view = initialView;
  #size: { readonly columns: number; readonly rows: number };
  #preferences: Preferences;
  #outline: Outline;
  readonly #notice = new Notice();
  readonly #ending = new EndingQuestion();
  /** When the run that is on its way was asked for. */
  #startingSince = 0;
  readonly #past = new LivePast();
  readonly #looked: LookedAt;
  readonly #run: RunCommands;
  readonly #questions: RunQuestions;
  readonly #actions: DashboardActions;
  readonly #options: ModelOptions;
  readonly #listeners = new Set<() => void>();

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#preferences = options.preferences;
    this.#looked = new LookedAt({
      own: options.log ?? this.#past.recording,
      isOwnLog: options.log !== undefined,
      shelf: options.runs ?? null,
      onChange: () => this.#refresh(),
      onFailure: (reason) => this.#tell(reason),
    });
    this.#run = new RunCommands(options.session, () => this.#state);
    this.#questions = new RunQuestions(options.session);
    if (options.log) this.#view = { ...this.#view, focus: 'loss', past: this.#looked.playback.view };
    this.#size = { columns: options.columns, rows: options.rows };
    if (this.#looked.layOver(options.laidOver ?? [])) this.#view = { ...this.#view, laid: 'charts' };
    this.#outline = this.#makeOutline();
    this.#actions = this.#makeActions();
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
    const live = this.#looked.isLog ? state : this.#state;
    return {
      state,
      reading: readingOf(state, this.#view, (step) => this.#playback.at(step)),
      runState: runStateOf(live),
      starting: this.#starting,
      log: live.log,
      look: this.#options.presets().find(({ name }) => name === state.header?.preset)?.look ?? '',
      laid: this.#looked.laid(state, this.#present),
      view: this.#view,
      drawing: drawings[this.#preferences.drawing],
      ...layoutTraits(this.#size.columns, this.#size.rows, this.#contents),
      lines: this.#preferences.lines,
      historyOf: (pair) => this.#looked.timeline.pairHistory(pair),
    };
  }

  get #starting(): Scene['starting'] {
    const { starting } = this.#state;
    return starting && { ...starting, seconds: (this.#options.clock() - this.#startingSince) / 1000 };
  }

  /** The state on display: of the past, frozen, or the present one. */
  get #shown(): State {
    return this.#playback.state ?? this.#view.frozen ?? this.#present;
  }

  get #present(): State {
    if (this.#looked.isVisit) return this.#playback.latest ?? initialState;
    return (this.#options.log && this.#playback.latest) ?? this.#past.compared ?? this.#state;
  }

  get #display(): Display {
    return {
      scene: this.scene,
      live: this.#state,
      layout: this.#outline.layout,
      teachers: this.#contents.teachers,
      layers: this.#contents.layers,
      presets: this.#options.presets(),
      runs: this.#looked.list(this.#present),
      helpEnd: lastHelpScroll(this.#outline),
    };
  }

  #makeActions(): DashboardActions {
    const { session, shell, clock, canGoBack = false, desk = null } = this.#options;
    const model = this;
    return {
      get view() {
        return model.#view;
      },
      get display() {
        return model.#display;
      },
      get preferences() {
        return model.#preferences;
      },
      get playback() {
        return model.#playback;
      },
      ...{ session, shell, clock, canGoBack, desk, run: this.#run },
      openRuns: () => this.#looked.listing?.renew(clock()),
      goOnWith: (folder) => this.#options.runs?.goOnWith?.(folder),
      visit: (run) => this.#visit(run),
      layOver: (run) => this.#looked.laidOver?.toggle(run) ?? '',
      leaveVisit: () => this.#leaveVisit(),
      look: (change, ...rest) => this.#look(change(this.#view, this.#display, ...rest)),
      chart: (change) => {
        const { view, notice } = change(this.#view, this.#shown);
        this.#look(view);
        if (notice !== undefined) this.#notice.say(notice);
      },
      prefer: (change) => this.#prefer(change),
      say: (notice) => this.#notice.say(notice),
      sayUntilRun: (notice) => this.#notice.sayUntilRun(notice),
      mayEnd: (key, does) => this.#mayEnd(key, does),
    };
  }

  get #playback(): Playback {
    return this.#looked.playback;
  }

  /** Tells what is no answer to a key. */
  #tell(notice: string): void {
    this.#notice.say(notice);
    this.#notice.hold(this.#options.clock());
    this.#refresh();
  }

  #visit(run: RunRecord): void {
    if (this.#view.theory) this.#options.session.send({ type: 'watch-theory', on: false });
    this.#look({ ...seenAfresh(this.#view), theory: false });
    this.#notice.say(`${run.name}: esc goes back`);
    this.#looked.visit(run);
  }

  #leaveVisit(): boolean {
    if (!this.#looked.leave()) return false;
    this.#view = seenAfresh(this.#view);
    return true;
  }

  close(): void {
    this.#looked.close();
  }

  #mayEnd(key: string, does: string): boolean {
    const question = this.#options.log ? null : this.#ending.ask(this.#state, key, does);
    if (question !== null) this.#notice.say(question);
    return question === null;
  }

  /** Calls back when the outline has changed; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(message: SessionMessage): void {
    if (message.type === 'starting' && message.title !== this.#state.starting?.title)
      this.#startingSince = this.#options.clock();
    if (this.#questions.isOutdated(message)) return;
    this.#state = reduce(this.#state, message);
    this.#past.receive(message, this.#state);
    this.#run.receive(message);
    // A run that stands still waits for nobody, and says no more of it.
    if (message.type === 'status' && message.state !== 'running') this.#slowDown(false);
    if (message.type === 'event' && message.event === 'refused') this.#refused(message.summary);
    if (message.type === 'header') this.#beginRun();
    const isNews = JSON.stringify(this.#situation) !== JSON.stringify(this.#outline.situation);
    if (message.type === 'preview' || isNews) this.#refresh();
    if (message.type === 'progress') this.#slowDown(isSlowed(this.#view.slowed, message.processorWait));
  }

  #refused(summary: string): void {
    this.#notice.endWait();
    if (!this.#options.log) this.#tell(summary);
  }

  /** Shows a new run from its start, and as a whole. */
  #beginRun(): void {
    this.#questions.forget();
    this.#notice.endWait();
    this.#playback.follow();
    if (this.#view.theory) this.#options.session.send({ type: 'watch-theory', on: true });
    this.#view = { ...seenAfresh(this.#view), past: this.#options.log ? this.#view.past : null };
    this.#refresh();
  }

  #slowDown(slowed: boolean): void {
    if (slowed === this.#view.slowed || (slowed && this.#state.runState !== 'running')) return;
    this.#view = { ...this.#view, slowed };
    this.#options.shell.setPace(shownRate(this.#preferences.framesPerSecond, slowed));
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#refresh();
  }

  press(key: string): void {
    const row = bindingFor(this.#outline.mode, key, this.#options.keys);
    if (!row) return;
    this.#notice.clear();
    const reason = row.why(this.#situation);
    if (reason === '') row.act(this.#actions, key);
    else this.#notice.say(reason);
    this.#ending.keyDone();
    this.#notePast();
    this.#notice.hold(this.#options.clock());
    this.#refresh();
  }

  /** Pasted text is text where there is a field for it, and nothing anywhere else. */
  paste(text: string): void {
    const line = pastedLine(text);
    const { kind } = this.#view.overlay ?? {};
    if (kind === undefined || kind === 'help') this.#tell('pasted text is not taken for keys');
    else this.#look(typed(this.#view, this.#display, (before) => before + line));
    this.#refresh();
  }

  /** A press on the footer is the key that it names there. */
  point(pointer: Pointer): void {
    const { layout } = this.#outline;
    if (!layout) return;
    if (pointer.kind === 'press' && pointer.row === layout.rows - 1) {
      const key = footerKeyAt(this.#outline, pointer.column);
      if (key !== null) this.press(key);
    } else pointAt(this.#actions, layout, pointer);
    this.#notePast();
    this.#refresh();
  }

  /** Plays on, and takes back what has been said long enough. */
  tick(): void {
    if (this.#view.overlay?.kind === 'runs') this.#looked.listing?.renew(this.#options.clock());
    this.#playback.tick(this.#options.clock());
    this.#notePast();
    if (this.#notice.expire(this.#options.clock())) this.#refresh();
  }

  get #base(): BaseMode {
    return this.#looked.isLog ? 'watch' : 'panels';
  }

  /** Puts where the past on display stands into the view, when that has changed. */
  #notePast(): void {
    const now = this.#playback.view;
    const { past } = this.#view;
    const isLive = now.index === null && !this.#looked.isLog;
    const same = past !== null && JSON.stringify(past) === JSON.stringify(now);
    if (isLive ? past !== null : !same) this.#view = { ...this.#view, past: isLive ? null : now };
  }

  /** What the panels have to show. */
  get #contents() {
    return contentsOf(this.#present, this.#view);
  }

  get #situation(): Situation {
    const { isLog, isVisit } = this.#looked;
    const canGoBack = isVisit || this.#options.canGoBack === true;
    return situationOf(isLog ? this.#present : this.#state, this.#view, canGoBack, this.#layout);
  }

  get #layout(): Layout | null {
    return layoutOf(this.#view, this.#size, this.#contents, theoryPanelOf(this.#present));
  }

  #makeOutline(): Outline {
    const { columns, rows } = this.#size;
    return {
      columns,
      rows,
      layout: this.#layout,
      overlay: this.#view.overlay,
      mode: this.#view.overlay?.kind ?? this.#base,
      keys: this.#options.keys,
      base: this.#base,
      focus: this.#view.focus,
      situation: this.#situation,
      teachers: this.#contents.teachers,
      drawing: this.#preferences.drawing,
      notice: this.#notice.text,
      presets: this.#options.presets(),
      running: this.#state.header?.preset ?? null,
      runs: this.#looked.list(this.#present),
      preview: this.#state.preview,
    };
  }

  #refresh(): void {
    this.#outline = this.#makeOutline();
    for (const listener of this.#listeners) listener();
  }

  #prefer(change: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    this.#options.onPreferences(change);
  }

  /** Looks in another way; asks the run for what is to be shown of it, where that has changed. */
  #look(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (!this.#looked.isVisit && this.#questions.ask(before, view, this.#contents.teachers))
      this.#state = { ...this.#state, preview: '' };
  }
}
