import { Writable } from 'node:stream';

/**
 * A stand-in for the terminal that Ink writes to: in debug mode each of its writes is a whole frame.
 *
 * It says that it is no terminal, so that Ink leaves the cursor and the screen alone.
 */
export class InkFrames extends Writable {
  readonly isTTY = false;
  columns: number;
  rows: number;
  readonly #onFrame: (frame: string) => void;

  constructor(columns: number, rows: number, onFrame: (frame: string) => void) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#onFrame = onFrame;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const frame = String(chunk);
    if (frame !== '') this.#onFrame(frame);
    done();
  }

  /** Makes Ink lay out for another size. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
