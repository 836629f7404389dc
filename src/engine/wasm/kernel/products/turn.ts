// Transposition of panels, and of rows of a data set into panels: vectors of a few rows become a vector in each of as
// many lines.
import { LINE, panelAt, perPanel, rowAt, ZEROS } from './panel';
import { VECTOR } from './vector';

/** Bytes of a row from which on its cache lines are touched before it is copied. */
const LONG_ROW: usize = 4 * LINE;

/** Rows that are transposed together: as many as a vector has lanes. */
@inline
export function together<T>(): i32 {
  return <i32>(VECTOR / sizeof<T>());
}

/** The vectors at four (float64: two) addresses become columns of as many lines from `to` on. */
@inline
function turnVectors<T>(s0: usize, s1: usize, s2: usize, s3: usize, to: usize): void {
  const r0 = v128.load(s0), r1 = v128.load(s1);
  if (sizeof<T>() == 8) {
    v128.store(to, v128.shuffle<i64>(r0, r1, 0, 2));
    v128.store(to, v128.shuffle<i64>(r0, r1, 1, 3), 64);
    return;
  }
  const r2 = v128.load(s2), r3 = v128.load(s3);
  const l01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), h01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const l23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5), h23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(l01, l23, 0, 2));
  v128.store(to, v128.shuffle<i64>(l01, l23, 1, 3), 64);
  v128.store(to, v128.shuffle<i64>(h01, h23, 0, 2), 128);
  v128.store(to, v128.shuffle<i64>(h01, h23, 1, 3), 192);
}

/**
 * to[c][r] = from[r][c] for rows [first, end) and the columns of panels [fromPanel, endPanel): first is a multiple of
 * `together`. Rows beyond `end`, up to a multiple of it, become 0.
 */
export function turnRows<T>(
  from: usize, fromStep: usize, fromPanel: i32, endPanel: i32, first: i32, end: i32, to: usize, toStep: usize,
): void {
  for (let p = fromPanel; p < endPanel; p++) {
    for (let r = first; r < end; r += together<T>()) {
      const s0 = rowAt(panelAt(from, fromStep, p), r);
      const s1 = r + 1 < end ? s0 + 64 : ZEROS, s2 = r + 2 < end ? s0 + 128 : ZEROS, s3 = r + 3 < end ? s0 + 192 : ZEROS;
      const column = <usize>(r & (perPanel<T>() - 1)) * sizeof<T>();
      let line = rowAt(panelAt(to, toStep, r / perPanel<T>()), p * perPanel<T>()) + column;
      for (let j: usize = 0; j < LINE; j += VECTOR) {
        turnVectors<T>(s0 + j, s1 + j, s2 + j, s3 + j, line);
        line += 64 * VECTOR / sizeof<T>();
      }
    }
  }
}

/** A row of a data set by its place in the list; beyond the list, its last row. */
@inline
function listed(from: usize, stride: usize, list: usize, place: i32, count: i32): usize {
  return from + <usize>load<i32>(list + ((<usize>min<i32>(place, count - 1)) << 2)) * stride;
}

/** Rows of a data set, by a list of `count` indices, as columns [fromPanel, endPanel) of panels with `stride` bytes a column. */
export function gatherRows<T>(
  from: usize, stride: usize, list: usize, count: i32, fromPanel: i32, endPanel: i32, to: usize, toStep: usize,
): void {
  const end = min<i32>(count, endPanel * perPanel<T>());
  // Every cache line of long rows is touched before the first is copied, so that their misses overlap; those of short
  // rows overlap while they are copied.
  if (stride > LONG_ROW)
    for (let r = fromPanel * perPanel<T>(); r < end; r++) {
      const row = listed(from, stride, list, r, count);
      for (let j: usize = 0; j < stride; j += LINE) load<i32>(row + j);
    }
  for (let p = fromPanel; p < endPanel; p++) {
    for (let r = 0; r < perPanel<T>(); r += together<T>()) {
      const place = p * perPanel<T>() + r;
      const s0 = listed(from, stride, list, place, count), s1 = listed(from, stride, list, place + 1, count);
      const s2 = sizeof<T>() == 4 ? listed(from, stride, list, place + 2, count) : s0;
      const s3 = sizeof<T>() == 4 ? listed(from, stride, list, place + 3, count) : s1;
      let line = panelAt(to, toStep, p) + (<usize>r) * sizeof<T>();
      for (let j: usize = 0; j < stride; j += VECTOR) {
        turnVectors<T>(s0 + j, s1 + j, s2 + j, s3 + j, line);
        line += 64 * VECTOR / sizeof<T>();
      }
    }
  }
}
