import type { WriteStream } from 'node:tty';
import { frameOutput } from './cell-diff.js';
import type { CellGrid } from './cells.js';
import type { RoleCodes } from './theme.js';

const csi = '\u001b[';
/** Asks any terminal whether it is there. */
export const statusRequest = `${csi}5n`;
/** Asks for the colour of the background. */
const backgroundRequest = '\u001b]11;?\u0007';

/** Alternate screen, hidden cursor, no automatic wrapping, pasted text told from typed. */
const enterOutput = `${csi}?1049h${csi}?25l${csi}?7l${csi}?2004h`;
/** Below the picture first: it stays where there is no alternate screen, as in GNU screen and on the Linux console. */
const leaveOutput = `${csi}0m${csi}999;1H\r\n${csi}?2004l${csi}?7h${csi}?25h${csi}?1049l`;

/** Presses and the wheel, in decimal coordinates of any size. */
const mouseOn = `${csi}?1000h${csi}?1006h`;
const mouseOff = `${csi}?1006l${csi}?1000l`;

/**
 * Ends what a program that died beside this one may have left, and nobody else ends: its character set, insertion,
 * margins, their origin, an inverted screen and a keypad of its own; reports of the mouse in other encodings, and of the
 * focus.
 */
const foreignModesOff = [
  '\u000f\u001b(B\u001b>',
  ...['0m', '4l', '?6l', '?69l', 'r', '?5l', '?1l'].map((end) => `${csi}${end}`),
  ...[1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016].map((mode) => `${csi}?${mode}l`),
].join('');

/** Requests without any answer after which a terminal is taken to be one that never answers. */
const mostUnanswered = 8;
/** An answer that has not come after so long was lost, by a terminal that was reset or attached anew. */
const lostAfterMs = 5000;

type BlockingHandle = { readonly _handle?: { setBlocking?: (blocking: boolean) => void } | null };

/**
 * The terminal while the dashboard has it: shows grids by writing what differs.
 *
 * A slow terminal never holds up the program: writes do not block, and no frame is written while an earlier
 * one is on its way. How far that is the terminal says itself, by answering a status request after every frame:
 * what lies between, a pseudo-terminal, an SSH connection, buffers seconds of frames. `leave` restores everything, may be called on any way out and any number of times.
 */
export class Terminal {
  readonly #stdout: WriteStream;
  readonly #clock: () => number;
  #shown: CellGrid | null = null;
  #entered = false;
  #mouse = false;
  /** Whether it has ever answered. */
  #answers = false;
  /** Requests whose answers have not come: each would end up in whatever reads the terminal after us. */
  #unanswered = 0;
  #askedAt = 0;
  #whenAnswered: () => void = () => {};

  /** `clock`: milliseconds from some moment on. */
  constructor(stdout: WriteStream, clock: () => number) {
    this.#stdout = stdout;
    this.#clock = clock;
  }

  /** Whether all that was written has arrived, as far as can be told. */
  get ready(): boolean {
    const isBehind = this.#answers && this.isAnswerAwaited;
    return this.#entered && this.#stdout.writableLength === 0 && !this.#stdout.destroyed && !isBehind;
  }

  /** Whether an answer may be on its way. */
  get isAnswerAwaited(): boolean {
    const maybe = this.#answers || this.#unanswered < mostUnanswered;
    return maybe && this.#unanswered > 0 && this.#clock() - this.#askedAt < lostAfterMs;
  }

  /** The terminal has answered a request; with the last one it shows the latest frame. */
  answered(): void {
    this.#answers = true;
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    if (this.#unanswered === 0) this.#whenAnswered();
  }

  /** Answers that are still on their way are lost. */
  abandonAnswers(): void {
    this.#unanswered = 0;
  }

  /** Resolves when no answer is on its way that would end up in whatever reads the terminal next; soon in any case. */
  async settled(atMostMs: number): Promise<void> {
    if (!this.isAnswerAwaited) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, atMostMs);
      this.#whenAnswered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#setBlocking(false);
    this.#enterModes();
  }

  /** Sets all modes again and draws the next grid whole: something else may have reset the terminal. */
  renew(): void {
    if (!this.#entered) return;
    // An answer that the reset has lost must not hold up the picture.
    this.abandonAnswers();
    this.#stdout.write(foreignModesOff);
    this.#enterModes();
  }

  #enterModes(): void {
    this.#stdout.write(enterOutput + (this.#mouse ? mouseOn : ''));
    this.forget();
  }

  /** Asks for the colour of the background; whether an answer comes is for the terminal to say. */
  askBackground(): void {
    this.#stdout.write(backgroundRequest);
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    if (this.#stdout.destroyed) return;
    this.#stdout.write((this.#mouse ? mouseOff : '') + leaveOutput);
    // A terminal that is stopped must not hold up the end, and libuv forbids blocking writes behind queued ones.
    if (this.#stdout.writableLength === 0) this.#setBlocking(true);
  }

  /** Takes the mouse, or gives it back to the terminal. */
  setMouse(on: boolean): void {
    if (this.#mouse === on) return;
    this.#mouse = on;
    if (this.#entered) this.#stdout.write(on ? mouseOn : mouseOff);
  }

  /** Draws the next grid whole: something else wrote to the terminal, or it changed size. */
  forget(): void {
    this.#shown = null;
  }

  /** Shows a grid, which must not be changed any more. */
  show(grid: CellGrid, codes: readonly RoleCodes[]): void {
    const shown = this.#shown;
    const known = shown !== null && shown.width === grid.width && shown.height === grid.height;
    const output = frameOutput(known ? shown : null, grid, codes);
    this.#shown = grid;
    if (output !== '') this.#stdout.write(output + this.#request());
  }

  #request(): string {
    if (!this.#answers && this.#unanswered >= mostUnanswered) return '';
    // A frame is shown before the last answer only where that has been lost.
    if (this.#answers) this.#unanswered = 0;
    this.#unanswered++;
    this.#askedAt = this.#clock();
    return statusRequest;
  }

  /** A terminal's handle blocks by default; that there is a way to change it is Node's secret. */
  #setBlocking(blocking: boolean): void {
    (this.#stdout as BlockingHandle)._handle?.setBlocking?.(blocking);
  }
}
