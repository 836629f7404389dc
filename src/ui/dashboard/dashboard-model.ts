import type { SessionMessage } from '../../protocol/index.js';
import { initialState, reduce, type State, type Timeline } from '../../store/index.js';
import { wholeChart } from '../charts/chart-view.js';
import { footerHints } from '../screen/footer.js';
import { bindingFor, type Situation } from '../screen/key-rows.js';
import { drawings } from '../terminal/drawing.js';
import type { Pointer } from '../terminal/input-parser.js';
import type { DashboardActions, Display, Mode } from './actions/actions.js';
import { pastedLine, typed } from './actions/overlay-changes.js';
import { pointAt } from './actions/pointer-actions.js';
import { RunCommands } from './actions/run-commands.js';
import { noPair } from './actions/view-changes.js';
import { EndingQuestion } from './ending-question.js';
import { type Contents, type Layout, layoutFor, layoutTraits, wholeLayoutFor } from './layout.js';
import { LivePast } from './live-past.js';
import type { ModelOptions } from './model-options.js';
import { Notice } from './notice.js';
import type { Outline } from './outline.js';
import { type BaseMode, lastHelpScroll } from './overlays/help-lines.js';
import { chosenPerturbation } from './overlays/perturb-menu.js';
import { Playback } from './playback.js';
import { isSlowed, type Preferences, shownRate } from './preferences.js';
import { contentsOf, readingOf, type Scene } from './scene.js';
import { situationOf } from './situation.js';
import { initialView, type View } from './view.js';

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
  /** Previews asked for and not answered yet. */
  #previews = 0;
  readonly #past = new LivePast();
  readonly #timeline: Timeline;
  readonly #playback: Playback;
  readonly #run: RunCommands;
  readonly #actions: DashboardActions;
  readonly #options: ModelOptions;
  readonly #listeners = new Set<() => void>();

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#preferences = options.preferences;
    this.#timeline = options.log ?? this.#past.recording;
    this.#playback = new Playback(this.#timeline, options.log !== undefined);
    this.#run = new RunCommands(options.session, () => this.#state);
    if (options.log) this.#view = { ...this.#view, focus: 'loss', past: this.#playback.view };
    this.#size = { columns: options.columns, rows: options.rows };
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
    const live = this.#options.log ? state : this.#state;
    return {
      state,
      reading: readingOf(state, this.#view, (step) => this.#playback.at(step)),
      runState: live.isStopped ? 'stopped' : live.runState,
      starting: this.#starting,
      log: live.log,
      look: this.#options.presets.find(({ name }) => name === state.header?.preset)?.look ?? '',
      view: this.#view,
      drawing: drawings[this.#preferences.drawing],
      ...layoutTraits(this.#size.columns, this.#size.rows),
      lines: this.#preferences.lines,
      historyOf: (pair) => this.#timeline.pairHistory(pair),
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
    return (this.#options.log && this.#playback.latest) ?? this.#past.compared ?? this.#state;
  }

  get #display(): Display {
    const { layout } = this.#outline;
    return {
      scene: this.scene,
      live: this.#state,
      layout,
      teachers: this.#contents.teachers,
      layers: this.#contents.layers,
      presets: this.#options.presets,
      helpEnd: layout ? lastHelpScroll(this.#base, this.#view.focus, layout, this.#options.keys) : 0,
    };
  }

  #makeActions(): DashboardActions {
    const { session, shell, clock, canGoBack = false } = this.#options;
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
      ...{ session, shell, clock, canGoBack, run: this.#run, playback: this.#playback },
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
    if (message.type === 'starting' && !this.#state.starting) this.#startingSince = this.#options.clock();
    // What an entry would do that is not the chosen one any more is not shown.
    if (message.type === 'preview' && --this.#previews > 0) return;
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
    if (this.#options.log) return;
    this.#notice.say(summary);
    this.#notice.hold(this.#options.clock());
    this.#refresh();
  }

  /** Shows a new run from its start, and as a whole. */
  #beginRun(): void {
    this.#previews = 0;
    this.#notice.endWait();
    this.#playback.follow();
    if (this.#view.theory) this.#options.session.send({ type: 'watch-theory', on: true });
    this.#view = {
      ...this.#view,
      layer: 0,
      ...noPair,
      chart: wholeChart,
      frozen: null,
      past: this.#options.log ? this.#view.past : null,
      scroll: { ...initialView.scroll },
    };
    this.#refresh();
  }

  #slowDown(slowed: boolean): void {
    if (slowed === this.#view.slowed) return;
    this.#view = { ...this.#view, slowed };
    this.#options.shell.setPace(shownRate(this.#preferences.framesPerSecond, slowed));
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#refresh();
  }

  press(key: string): void {
    const row = bindingFor(this.#mode, key, this.#options.keys);
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
    if (kind === 'presets' || kind === 'perturb')
      this.#look(typed(this.#view, this.#display, (before) => before + line));
    else {
      this.#notice.say('pasted text is not taken for keys');
      this.#notice.hold(this.#options.clock());
    }
    this.#refresh();
  }

  /** A press on the footer is the key that it names there. */
  point(pointer: Pointer): void {
    const { layout } = this.#outline;
    if (!layout) return;
    if (pointer.kind === 'press' && pointer.row === layout.rows - 1) this.#pressFooter(pointer.column);
    else pointAt(this.#actions, layout, pointer);
    this.#notePast();
    this.#refresh();
  }

  #pressFooter(column: number): void {
    const { columns, mode, keys, notice, situation } = this.#outline;
    const hint = footerHints(columns, mode, keys, notice, situation).find(
      ({ from, to }) => column >= from && column < to,
    );
    if (hint) this.press(hint.key);
  }

  /** Plays on, and takes back what has been said long enough. */
  tick(): void {
    this.#playback.tick(this.#options.clock());
    this.#notePast();
    if (this.#notice.expire(this.#options.clock())) this.#refresh();
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

  /** What the panels have to show. */
  get #contents(): Contents {
    return contentsOf(this.#present, this.#view);
  }

  get #situation(): Situation {
    const live = this.#options.log ? this.#present : this.#state;
    return situationOf(live, this.#view, this.#options.canGoBack ?? false, this.#layout);
  }

  get #layout(): Layout | null {
    const { columns, rows } = this.#size;
    return this.#view.theory
      ? wholeLayoutFor('theory', columns, rows)
      : layoutFor(columns, rows, this.#contents);
  }

  #makeOutline(): Outline {
    const { columns, rows } = this.#size;
    return {
      columns,
      rows,
      layout: this.#layout,
      overlay: this.#view.overlay,
      mode: this.#mode,
      keys: this.#options.keys,
      base: this.#base,
      focus: this.#view.focus,
      situation: this.#situation,
      teachers: this.#contents.teachers,
      drawing: this.#preferences.drawing,
      notice: this.#notice.text,
      presets: this.#options.presets,
      running: this.#state.header?.preset ?? null,
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
    const { overlay, layer, pair } = view;
    if (pair !== before.pair || layer !== before.layer)
      this.#options.session.send({ type: 'watch-pair', pair: pair && { layer, ...pair } });
    if (overlay?.kind !== 'perturb' || overlay === before.overlay) return;
    const perturbation = chosenPerturbation(overlay, this.#contents.teachers, layer);
    this.#state = { ...this.#state, preview: '' };
    this.#previews++;
    this.#options.session.send({ type: 'preview', perturbation });
  }
}
