import process from 'node:process';
import type { ReadStream, WriteStream } from 'node:tty';
import { render } from 'ink';
import type { ReactElement } from 'react';
import { parseFrame } from '../screen/compose.js';
import { CellGrid } from './cells.js';
import { InkFrames } from './ink-frames.js';
import type { Pointer, TerminalInputEvent } from './input-events.js';
import { backgroundOf, type PaletteName } from './palette.js';
import { Terminal } from './terminal.js';
import { TerminalInput } from './terminal-input.js';
import { type ColorLevel, type RoleCodes, roleCodes, type ThemeChoice, type ThemeName } from './theme.js';

/** Calls `tick` every so many milliseconds; the result stops it. */
export type FrameClock = (intervalMs: number, tick: () => void) => () => void;

/** Why an app ended: a key, Ctrl-C, the terminal gone, or the signal of its options. */
export type ExitReason = 'quit' | 'interrupt' | 'terminal-lost' | 'aborted';

/** What is shown: Ink lays out, panels are painted as cells on top. */
export type TerminalView = {
  readonly element: ReactElement;
  readonly size: { readonly columns: number; readonly rows: number };
  resize(columns: number, rows: number): void;
  /** Called before every frame of the clock. */
  tick(): void;
  /** Called with every key that is pressed. */
  press(key: string): void;
  /** Called with text that is pasted. */
  paste(text: string): void;
  /** Called with what the mouse does, while the program has it. */
  point(pointer: Pointer): void;
  /** Calls back when something has changed that is to be shown at once; returns the way to stop. */
  subscribe(listener: () => void): () => void;
  /** What a grid would be made of: nothing is painted while these are the same. */
  ingredients(): readonly unknown[];
  /** The screen; `template` holds what Ink laid out. */
  compose(template: CellGrid): CellGrid;
};

/** How roles look on this terminal. */
export type Appearance = {
  readonly theme: ThemeChoice;
  readonly palette: PaletteName;
  readonly colorLevel: ColorLevel;
  /** The terminal's background as far as the environment tells. */
  readonly background: ThemeName;
  /** Whether the terminal may be asked for its background: some print what they do not understand. */
  readonly asksBackground: boolean;
};

export type TerminalAppOptions = {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly appearance: Appearance;
  readonly framesPerSecond: number;
  readonly mouse: boolean;
  /** Ends the app from outside, its terminal restored. */
  readonly signal?: AbortSignal;
  readonly frameClock?: FrameClock;
};

const codesFor = ({ theme, palette, colorLevel, background }: Appearance): readonly RoleCodes[] =>
  roleCodes(theme === 'auto' ? background : theme, colorLevel, palette);

/** How long the terminal's last answer is waited for. */
const answerMs = 300;

/** How often keys are made sure of: a terminal that `reset` has made a line's hands over no key, nor ctrl-l. */
const renewRawMs = 1000;

const intervalClock: FrameClock = (intervalMs, tick) => {
  const timer = setInterval(tick, intervalMs);
  return () => clearInterval(timer);
};

export const sizeOf = ({ columns, rows }: WriteStream): { columns: number; rows: number } => ({
  columns: columns || 80,
  rows: rows || 24,
});

/** A view on its terminal: one frame clock, one way in, one way out. */
export class TerminalApp {
  readonly #options: TerminalAppOptions;
  readonly #view: TerminalView;
  readonly #terminal: Terminal;
  readonly #input: TerminalInput;
  readonly #frames: InkFrames;
  #template: CellGrid;
  #appearance: Appearance;
  #codes: readonly RoleCodes[];
  #framesPerSecond: number;
  #mouse: boolean;
  /** What the terminal shows now; null paints again whatever there is to show. */
  #painted: readonly unknown[] | null = null;
  #stopClock: () => void = () => {};
  /** Whether the app is ending: no clock starts any more. */
  #isEnding = false;
  /** When the terminal's modes were last taken. */
  #rawAt = performance.now();
  #paintSoon: NodeJS.Immediate | null = null;
  #resumeSoon: NodeJS.Immediate | null = null;
  #end: (reason: ExitReason) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: TerminalAppOptions, view: TerminalView) {
    const { columns, rows } = sizeOf(options.stdout);
    this.#options = options;
    this.#view = view;
    this.#terminal = new Terminal(options.stdout, () => performance.now());
    this.#mouse = options.mouse;
    this.#input = new TerminalInput(
      options.stdin,
      (event) => this.guarded(() => this.#hear(event)),
      () => this.#terminal.isAnswerAwaited,
    );
    this.#appearance = options.appearance;
    this.#codes = codesFor(options.appearance);
    this.#framesPerSecond = options.framesPerSecond;
    this.#template = new CellGrid(columns, rows);
    this.#frames = new InkFrames(columns, rows, (frame) => this.#receiveFrame(frame));
  }

  /** Shows the view until it ends. Errors: those of rendering, the terminal restored before. */
  async run(): Promise<ExitReason> {
    const ended = new Promise<ExitReason>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#terminal.setMouse(this.#mouse);
    this.#input.setRaw(true);
    this.#terminal.enter();
    const stopListening = this.#listen();
    const stopFollowing = this.#view.subscribe(() => this.#paintPromptly());
    const ink = render(this.#view.element, {
      stdout: this.#frames as unknown as WriteStream,
      debug: true,
      interactive: true,
      patchConsole: false,
      exitOnCtrlC: false,
    });
    this.#input.start();
    this.#askBackground();
    this.#startClock();
    try {
      return await Promise.race([ended, ink.waitUntilExit().then(() => 'quit' as const)]);
    } finally {
      this.#isEnding = true;
      this.#stopClock();
      if (this.#paintSoon) clearImmediate(this.#paintSoon);
      if (this.#resumeSoon) clearImmediate(this.#resumeSoon);
      stopFollowing();
      await this.#terminal.settled(answerMs);
      this.#terminal.leave();
      ink.unmount();
      ink.cleanup();
      // A terminal that is gone fails once more when it is to be given back.
      this.guarded(() => this.#input.stop());
      stopListening();
    }
  }

  quit(reason: ExitReason): void {
    this.#end(reason);
  }

  /** An error ends the app, the terminal restored, instead of the process with it in disorder. */
  guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Draws the screen whole, whatever is on it. */
  repaint(): void {
    this.#terminal.forget();
    this.#painted = null;
  }

  /** Brings everything back, modes too: the terminal may have been reset by somebody else. */
  renew(): void {
    this.#input.renewRaw();
    this.#terminal.renew();
    this.#painted = null;
    this.#askBackground();
  }

  #askBackground(): void {
    if (this.#appearance.asksBackground) this.#terminal.askBackground();
  }

  setAppearance(changed: Partial<Appearance>): void {
    this.#appearance = { ...this.#appearance, ...changed };
    this.#codes = codesFor(this.#appearance);
    this.repaint();
  }

  /** Drawing everything again is for a background that is not what it was taken for. */
  #learnBackground(background: ThemeName): void {
    if (background !== this.#appearance.background) this.setAppearance({ background });
  }

  setMouse(on: boolean): void {
    this.#mouse = on;
    this.#terminal.setMouse(on);
  }

  setFrameRate(framesPerSecond: number): void {
    this.#framesPerSecond = framesPerSecond;
    this.#startClock();
  }

  /** Gives the terminal back and stops the process, as a shell's job control expects. */
  async suspend(): Promise<void> {
    await this.#terminal.settled(answerMs);
    // Somebody else reads the terminal from now on.
    this.#terminal.abandonAnswers();
    this.#terminal.leave();
    this.#input.setRaw(false);
    // All of the foreground job, as the terminal itself would: npm and a shell between here and the user's stop too.
    process.kill(0, 'SIGTSTP');
    // Without a shell that could continue it the process is not stopped at all.
    this.#resumeSoon = setImmediate(() => this.#resume());
  }

  /** Follows the terminal's size, its loss, being continued after a stop, and the order to end. */
  #listen(): () => void {
    const { stdin, stdout, signal } = this.#options;
    const resize = (): void => this.#resize();
    const lost = (): void => this.#end('terminal-lost');
    const abort = (): void => this.#end('aborted');
    const resume = (): void => this.#resume();
    const leave = (): void => {
      this.#terminal.leave();
      this.guarded(() => this.#input.setRaw(false));
    };
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
    if (this.#isEnding) return;
    const frameClock = this.#options.frameClock ?? intervalClock;
    this.#stopClock = frameClock(1000 / this.#framesPerSecond, () =>
      this.guarded(() => {
        this.#view.tick();
        this.#paint();
        this.#keepRaw();
      }),
    );
  }

  #keepRaw(): void {
    // Another system than Linux may wait for a terminal that is behind.
    const mayWait = process.platform !== 'linux' && !this.#terminal.ready;
    if (performance.now() - this.#rawAt < renewRawMs || mayWait) return;
    this.#rawAt = performance.now();
    this.#input.renewRaw();
  }

  #receiveFrame(frame: string): void {
    const { columns, rows } = this.#view.size;
    this.#template = parseFrame(frame, columns, rows);
    this.#paintPromptly();
  }

  #hear(event: TerminalInputEvent): void {
    switch (event.type) {
      case 'key':
        this.#view.press(event.name);
        break;
      case 'paste':
        this.#view.paste(event.text);
        break;
      case 'pointer':
        if (this.#mouse) this.#view.point(event.pointer);
        break;
      case 'colour':
        this.#learnColour(event.which, event.colour);
        break;
      case 'answer':
        this.#terminal.answered();
        return;
    }
    this.#paintPromptly();
  }

  #learnColour(which: string, colour: string): void {
    const kind = which === '11' ? backgroundOf(colour) : null;
    if (kind) this.#learnBackground(kind);
  }

  /** What a key changed is shown at once, not at the next tick. */
  #paintPromptly(): void {
    this.#paintSoon ??= setImmediate(() => {
      this.#paintSoon = null;
      this.guarded(() => this.#paint());
    });
  }

  /** Shows the latest state where it differs from what is shown; skips it while the terminal is behind. */
  #paint(): void {
    if (!this.#terminal.ready) return;
    const ingredients = [...this.#view.ingredients(), this.#template];
    const before = this.#painted;
    if (before !== null && ingredients.every((part, at) => part === before[at])) return;
    this.#painted = ingredients;
    this.#terminal.show(this.#view.compose(this.#template), this.#codes);
  }

  #resize(): void {
    const { columns, rows } = sizeOf(this.#options.stdout);
    this.repaint();
    this.#frames.resize(columns, rows);
    this.#view.resize(columns, rows);
  }

  #resume(): void {
    this.#input.renewRaw();
    this.#terminal.leave();
    this.#terminal.enter();
    this.#resize();
    // Nobody told a stopped process of a new size: this makes Node look, and say so where it differs.
    process.kill(process.pid, 'SIGWINCH');
  }
}
