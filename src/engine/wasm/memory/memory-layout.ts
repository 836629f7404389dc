import type { Precision } from '../../engine.js';

/** Every array starts on a cache line. */
const alignment = 64;
const pageBytes = 65_536;
const vectorBytes = 16;
/** Panels so many bytes apart would share the same sets of the first-level cache. */
const conflictBytes = 4096;

/** Bytes of a row within a panel, see src/engine/wasm/kernel/products/panel.ts. */
export const lineBytes = 64;

/** The kernels' own tables lie in the first bytes; no pointer equals a small number. */
export const reservedBytes = 16_384;

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

export const bytesOf = (precision: Precision): 4 | 8 => (precision === 'float32' ? 4 : 8);

/** Columns in a panel. */
export const perPanel = (precision: Precision): number => lineBytes / bytesOf(precision);

/** Bytes from a panel of so many rows to the next: rows are transposed a vector's lanes at a time. */
export const panelStep = (rows: number): number => {
  const bytes = roundUp(rows, 4) * lineBytes;
  return bytes % conflictBytes === 0 ? bytes + lineBytes : bytes;
};

/** Bytes of a row of a data set: whole vectors. */
export const rowStride = (columns: number, precision: Precision): number =>
  roundUp(columns * bytesOf(precision), vectorBytes);

/** A matrix in panels: where it lies, and the bytes from a panel to the next. */
export type Place = { readonly pointer: number; readonly step: number };

/** Hands out byte ranges of a memory that does not exist yet, one after the other; all of them zero at first. */
export class MemoryLayout {
  readonly #precision: Precision;
  #end = reservedBytes;

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  take(bytes: number): number {
    const start = this.#end;
    this.#end = roundUp(start + bytes, alignment);
    return start;
  }

  /** A matrix of so many rows and columns. */
  takeMatrix(rows: number, columns: number): Place {
    const step = panelStep(rows);
    return { step, pointer: this.take(step * Math.ceil(columns / perPanel(this.#precision))) };
  }

  get pages(): number {
    return Math.ceil(this.#end / pageBytes);
  }

  get megabytes(): number {
    return Math.ceil(this.#end / 1e6);
  }
}
