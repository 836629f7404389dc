import type { WriteStream } from 'node:tty';
import { frameOutput } from './cell-diff.js';
import type { CellGrid } from './cells.js';
import type { RoleCodes } from './theme.js';

const csi = '\u001b[';
/** Alternate screen, hidden cursor, no automatic wrapping. */
const enterOutput = `${csi}?1049h${csi}?25l${csi}?7l`;
const leaveOutput = `${csi}0m${csi}?7h${csi}?25h${csi}?1049l`;

type BlockingHandle = { readonly _handle?: { setBlocking?: (blocking: boolean) => void } | null };

/**
 * The terminal while the dashboard has it: shows grids by writing what differs.
 *
 * A slow terminal never holds up the program: writes do not block, and no frame is written while an earlier
 * one is on its way. `leave` restores everything, may be called on any way out and any number of times.
 */
export class Terminal {
  readonly #stdout: WriteStream;
  #shown: CellGrid | null = null;
  #entered = false;

  constructor(stdout: WriteStream) {
    this.#stdout = stdout;
  }

  /** Whether all that was written has been taken. */
  get ready(): boolean {
    return this.#entered && this.#stdout.writableLength === 0 && !this.#stdout.destroyed;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#setBlocking(false);
    this.#stdout.write(enterOutput);
    this.forget();
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    if (this.#stdout.destroyed) return;
    // libuv forbids blocking writes behind queued ones.
    if (this.#stdout.writableLength === 0) this.#setBlocking(true);
    this.#stdout.write(leaveOutput);
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
    if (output !== '') this.#stdout.write(output);
  }

  /** A terminal's handle blocks by default; that there is a way to change it is Node's secret. */
  #setBlocking(blocking: boolean): void {
    (this.#stdout as BlockingHandle)._handle?.setBlocking?.(blocking);
  }
}
