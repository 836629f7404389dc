// The multi-layer module's exports: primitives that src/engine/wasm-deep-shard.ts puts together. They keep no state,
// so that threads share one memory.
import { copyRow, touch } from './rows';

export * from './deep-layers';
export * from './deep-loss';
export * from './deep-statistics';
export * from './deep-update';

/** Copies the given rows (indices: [rows] i32); all are touched first, so that their cache misses overlap. */
export function gatherRows(rows: i32, indices: usize, from: usize, stride: usize, to: usize): void {
  for (let r: usize = 0; r < <usize>rows; r++) touch(from + (<usize>load<i32>(indices + (r << 2))) * stride, stride);
  for (let r: usize = 0; r < <usize>rows; r++)
    copyRow(to + r * stride, from + (<usize>load<i32>(indices + (r << 2))) * stride, stride);
}
