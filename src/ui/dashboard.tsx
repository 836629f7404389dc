import process from 'node:process';
import type { ReadStream, WriteStream } from 'node:tty';
import { render } from 'ink';
import type { PresetSummary, Session } from '../run/protocol.js';
import { CellGrid } from './cells.js';
import { compose, parseFrame } from './compose.js';
import { DashboardModel, type Outline } from './dashboard-model.js';
import { InkFrames } from './ink-frames.js';
import { placedPanels } from './layout.js';
import { panelPainters } from './panels.js';
import type { Preferences } from './preferences.js';
import { Screen } from './screen.js';
import { Terminal } from './terminal.js';
import { type ColorLevel, type RoleCodes, roleCodes } from './theme.js';

/** Calls `tick` every so many milliseconds; the result stops it. */
export type FrameClock = (intervalMs: number, tick: () => void) => () => void;

export type DashboardOptions = {
  readonly session: Session;
  /** In the order of the number keys. */
  readonly presets: readonly PresetSummary[];
  readonly preferences: Preferences;
  /** Called with what a key has changed. */
  readonly onPreferences: (changed: Partial<Preferences>) => void;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly colorLevel: ColorLevel;
  /** Ends the dashboard from outside, its terminal restored. */
  readonly signal?: AbortSignal;
  /** Milliseconds from some moment on. */
  readonly clock: () => number;
  readonly frameClock?: FrameClock;
};

/** Why a dashboard ended: a key, Ctrl-C, the terminal gone, or the signal of its options. */
export type ExitReason = 'quit' | 'interrupt' | 'terminal-lost' | 'aborted';

const intervalClock: FrameClock = (intervalMs, tick) => {
  const timer = setInterval(tick, intervalMs);
  return () => clearInterval(timer);
};

const sizeOf = ({ columns, rows }: WriteStream): { columns: number; rows: number } => ({
  columns: columns || 80,
  rows: rows || 24,
});

/** The dashboard on its terminal: one frame clock, one way in, one way out. */
class TerminalDashboard {
  readonly #options: DashboardOptions;
  readonly #terminal: Terminal;
  readonly #model: DashboardModel;
  readonly #frames: InkFrames;
  #template: CellGrid;
  #codes: readonly RoleCodes[];
  /** What the terminal shows now; null paints again whatever the scene. */
  #painted: { readonly state: unknown; readonly view: unknown; readonly template: CellGrid } | null = null;
  #preferences: Preferences;
  #stopClock: () => void = () => {};
  #paintSoon: NodeJS.Immediate | null = null;
  #resumeSoon: NodeJS.Immediate | null = null;
  #end: (reason: ExitReason) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: DashboardOptions) {
    const { columns, rows } = sizeOf(options.stdout);
    this.#options = options;
    this.#terminal = new Terminal(options.stdout);
    this.#preferences = options.preferences;
    this.#codes = roleCodes(options.preferences.theme, options.colorLevel);
    this.#template = new CellGrid(columns, rows);
    this.#frames = new InkFrames(columns, rows, (frame) => this.#receiveFrame(frame));
    this.#model = new DashboardModel({
      session: options.session,
      presets: options.presets,
      preferences: options.preferences,
      onPreferences: (changed) => this.#prefer(changed),
      shell: {
        quit: (reason) => this.#end(reason),
        suspend: () => this.#suspend(),
        repaint: () => this.#repaint(),
      },
      clock: options.clock,
      columns,
      rows,
    });
  }

  /** Shows the dashboard until it ends. Errors: those of rendering, the terminal restored before. */
  async run(): Promise<ExitReason> {
    const ended = new Promise<ExitReason>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#terminal.enter();
    const unsubscribe = this.#options.session.subscribe((message) =>
      this.#guarded(() => this.#model.receive(message)),
    );
    const stopListening = this.#listen();
    const stopFollowing = this.#model.subscribe(() => this.#paintPromptly());
    const ink = render(<Screen model={this.#model} />, {
      stdout: this.#frames as unknown as WriteStream,
      stdin: this.#options.stdin,
      debug: true,
      interactive: true,
      patchConsole: false,
      exitOnCtrlC: false,
    });
    this.#startClock();
    try {
      return await Promise.race([ended, ink.waitUntilExit().then(() => 'quit' as const)]);
    } finally {
      this.#stopClock();
      if (this.#paintSoon) clearImmediate(this.#paintSoon);
      if (this.#resumeSoon) clearImmediate(this.#resumeSoon);
      stopFollowing();
      unsubscribe();
      this.#terminal.leave();
      ink.unmount();
      ink.cleanup();
      // Last, because a terminal that is gone fails once more when Ink takes it out of raw mode.
      stopListening();
    }
  }

  /** Follows the terminal's size, its loss, being continued after a stop, and the order to end. */
  #listen(): () => void {
    const { stdin, stdout, signal } = this.#options;
    const resize = (): void => this.#resize();
    const lost = (): void => this.#end('terminal-lost');
    const abort = (): void => this.#end('aborted');
    const resume = (): void => this.#resume();
    const leave = (): void => this.#terminal.leave();
    stdout.on('resize', resize);
    stdout.on('error', lost);
    stdin.on('error', lost);
    stdin.on('end', lost);
    process.on('SIGCONT', resume);
    process.on('exit', leave);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    return () => {
      stdout.off('resize', resize);
      stdout.off('error', lost);
      stdin.off('error', lost);
      stdin.off('end', lost);
      process.off('SIGCONT', resume);
      process.off('exit', leave);
      signal?.removeEventListener('abort', abort);
    };
  }

  #startClock(): void {
    this.#stopClock();
    const frameClock = this.#options.frameClock ?? intervalClock;
    this.#stopClock = frameClock(1000 / this.#preferences.framesPerSecond, () =>
      this.#guarded(() => {
        this.#model.tick();
        this.#paint();
      }),
    );
  }

  /** An error ends the dashboard, the terminal restored, instead of the process with it in disorder. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #prefer(changed: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...changed };
    this.#codes = roleCodes(this.#preferences.theme, this.#options.colorLevel);
    if (changed.framesPerSecond !== undefined) this.#startClock();
    this.#repaint();
    this.#options.onPreferences(changed);
  }

  #receiveFrame(frame: string): void {
    const { columns, rows } = this.#model.outline;
    this.#template = parseFrame(frame, columns, rows);
    this.#paintPromptly();
  }

  /** What a key changed is shown at once, not at the next tick. */
  #paintPromptly(): void {
    this.#paintSoon ??= setImmediate(() => {
      this.#paintSoon = null;
      this.#guarded(() => this.#paint());
    });
  }

  /** Shows the latest state where it differs from what is shown; skips it while the terminal is behind. */
  #paint(): void {
    if (!this.#terminal.ready) return;
    const { scene, outline } = this.#model;
    const template = this.#template;
    const { state, view } = scene;
    const before = this.#painted;
    if (before?.state === state && before.view === view && before.template === template) return;
    this.#painted = { state, view, template };
    this.#terminal.show(this.#composed(outline), this.#codes);
  }

  #composed({ layout }: Outline): CellGrid {
    const { scene } = this.#model;
    const panels = layout ? placedPanels(layout) : [];
    return compose(this.#template, panels, (panel, canvas) => panelPainters[panel.id](canvas, scene));
  }

  #repaint(): void {
    this.#terminal.forget();
    this.#painted = null;
  }

  #resize(): void {
    const { columns, rows } = sizeOf(this.#options.stdout);
    this.#repaint();
    this.#frames.resize(columns, rows);
    this.#model.resize(columns, rows);
  }

  /** Gives the terminal back and stops the process, as a shell's job control expects. */
  #suspend(): void {
    this.#terminal.leave();
    this.#options.stdin.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
    // Without a shell that could continue it the process is not stopped at all.
    this.#resumeSoon = setImmediate(() => this.#resume());
  }

  #resume(): void {
    this.#options.stdin.setRawMode(true);
    this.#terminal.leave();
    this.#terminal.enter();
    this.#resize();
    // Nobody told a stopped process of a new size: this makes Node look, and say so where it differs.
    process.kill(process.pid, 'SIGWINCH');
  }
}

/**
 * Takes over the terminal and shows the session until a key, a signal or the terminal's loss ends it.
 *
 * Subscribes before the first await, so that a run started next is seen from its header on.
 */
export const showDashboard = (options: DashboardOptions): Promise<ExitReason> =>
  new TerminalDashboard(options).run();
