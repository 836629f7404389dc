import { UserError } from '../../input/index.js';
import type { Matrix } from '../../net/index.js';
import type { Precision } from '../engine.js';
import { pageBytes } from './wasm-layout.js';

/** A memory that threads share. Errors: UserError when it cannot be had. */
export const createSharedMemory = (pages: number): WebAssembly.Memory => {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    const megabytes = Math.ceil((pages * pageBytes) / 1e6);
    throw new UserError(`engine wasm: the experiment needs ${megabytes} MB of memory, which cannot be had`);
  }
};

/** A memory as numbers of the engine's precision; pointers and strides are bytes. */
export class DeepMemory {
  readonly buffer: ArrayBufferLike;
  readonly #values: Float32Array | Float64Array;
  readonly #bytes: number;

  constructor({ buffer }: WebAssembly.Memory, precision: Precision) {
    this.buffer = buffer;
    this.#values = precision === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
    this.#bytes = this.#values.BYTES_PER_ELEMENT;
  }

  /** The values from a pointer on. */
  values(pointer: number, count: number): Float32Array | Float64Array {
    const start = pointer / this.#bytes;
    return this.#values.subarray(start, start + count);
  }

  doubles(pointer: number, count: number): Float64Array {
    return new Float64Array(this.buffer, pointer, count);
  }

  integers(pointer: number, count: number): Int32Array {
    return new Int32Array(this.buffer, pointer, count);
  }

  /** Writes the rows of a matrix `stride` bytes apart; what lies between them stays. */
  writeRows(pointer: number, stride: number, { rows, columns, data }: Matrix): void {
    const [start, step] = [pointer / this.#bytes, stride / this.#bytes];
    for (let i = 0; i < rows; i++)
      this.#values.set(data.subarray(i * columns, (i + 1) * columns), start + i * step);
  }

  /** Sets one column. */
  fillColumn(pointer: number, stride: number, rows: number, value: number): void {
    const [start, step] = [pointer / this.#bytes, stride / this.#bytes];
    for (let i = 0; i < rows; i++) this.#values[start + i * step] = value;
  }
}
