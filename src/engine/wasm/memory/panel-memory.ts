import { UserError } from '../../../input/index.js';
import type { Precision } from '../../engine.js';
import { bytesOf, lineBytes, type MemoryLayout, perPanel } from './memory-layout.js';

/** A memory that threads share. Errors: UserError when it cannot be had. */
export const createMemory = ({ pages, megabytes }: MemoryLayout): WebAssembly.Memory => {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw new UserError(`engine wasm: the experiment needs ${megabytes} MB of memory, which cannot be had`);
  }
};

/** A memory as numbers of the kernels' precision, and the panels that they lie in; pointers, steps and strides are bytes. */
export class PanelMemory {
  readonly buffer: ArrayBufferLike;
  readonly #values: Float32Array | Float64Array;
  readonly #bytes: number;
  readonly #perPanel: number;

  constructor({ buffer }: WebAssembly.Memory, precision: Precision) {
    this.buffer = buffer;
    this.#values = precision === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
    this.#bytes = bytesOf(precision);
    this.#perPanel = perPanel(precision);
  }

  doubles(pointer: number, count: number): Float64Array {
    return new Float64Array(this.buffer, pointer, count);
  }

  integers(pointer: number, count: number): Int32Array {
    return new Int32Array(this.buffer, pointer, count);
  }

  /** The values from a pointer on. */
  values(pointer: number, count: number): Float32Array | Float64Array {
    const start = pointer / this.#bytes;
    return this.#values.subarray(start, start + count);
  }

  /** `count` rows of one column of a matrix in panels. */
  readColumn(pointer: number, step: number, column: number, count: number): Float64Array {
    const out = new Float64Array(count);
    let at = this.#columnStart(pointer, step, column);
    for (let row = 0; row < count; row++, at += this.#perPanel) out[row] = this.#values[at];
    return out;
  }

  /** Writes the first rows of one column of a matrix in panels. */
  writeColumn(pointer: number, step: number, column: number, values: ArrayLike<number>): void {
    const start = this.#columnStart(pointer, step, column);
    for (let row = 0; row < values.length; row++) this.#values[start + row * this.#perPanel] = values[row];
  }

  /** The first `count` numbers of one row of a matrix in panels. */
  readRow(pointer: number, step: number, row: number, count: number): Float64Array {
    return Float64Array.from(
      { length: count },
      (_, k) => this.#values[this.#columnStart(pointer, step, k) + row * this.#perPanel],
    );
  }

  /** Writes the first numbers of one row of a matrix in panels. */
  writeRow(pointer: number, step: number, row: number, values: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++)
      this.#values[this.#columnStart(pointer, step, k) + row * this.#perPanel] = values[k];
  }

  /** Sets one row of a matrix of so many panels, the columns that fill the last one up too. */
  fillRow(pointer: number, step: number, row: number, panels: number, value: number): void {
    for (let panel = 0; panel < panels; panel++)
      this.values(pointer + panel * step + row * lineBytes, this.#perPanel).fill(value);
  }

  #columnStart(pointer: number, step: number, column: number): number {
    return (pointer + Math.floor(column / this.#perPanel) * step) / this.#bytes + (column % this.#perPanel);
  }
}
