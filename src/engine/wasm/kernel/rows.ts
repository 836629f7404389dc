// Copying rows of a training set into a block.
import { VECTOR } from './vector';

/** Bytes that the processor fetches at once. */
const CACHE_LINE: usize = 64;

/** Copies whole vectors; a call of memory.copy costs more than a row. */
@inline
export function copyRow(to: usize, from: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += VECTOR) v128.store(to + j, v128.load(from + j));
}

/** Reads a word of every cache line, which brings the lines closer. */
@inline
export function touch(from: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += CACHE_LINE) load<i32>(from + j);
}
