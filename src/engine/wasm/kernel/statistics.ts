// What the metrics add up over a block of units, for both kinds of students.
import { VECTOR, zero } from './vector';

/** totals += v in double precision; totals: as many doubles as v has lanes. */
@inline
function addLanes<T>(totals: usize, v: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(totals, f64x2.add(v128.load(totals), v));
  } else {
    const high = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
    v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(v)));
    v128.store(totals + VECTOR, f64x2.add(v128.load(totals + VECTOR), f64x2.promote_low_f32x4(high)));
  }
}

/** totals += sums, which become zero. sums: [bytes] of T; totals: as many doubles. */
@inline
export function drainSums<T>(totals: usize, sums: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += VECTOR) {
    addLanes<T>(totals + 2 * j, v128.load(sums + j));
    v128.store(sums + j, zero());
  }
}

/** Shifts one more row's activity into the words' lanes. */
@inline
function shiftIn<T>(words: v128, units: v128): v128 {
  const active = v128.gt<T>(units, zero());
  if (sizeof<T>() == 4) return i32x4.sub(i32x4.shl(words, 1), active);
  return i64x2.sub(i64x2.shl(words, 1), active);
}

/** Packs the activity of a group of rows of units into a word each, and adds their squares to doubles. */
@inline
export function summarize<T>(rows: i32, units: usize, stride: usize, activity: usize, squares: usize): void {
  const end = units + (<usize>rows) * stride;
  for (let j: usize = 0; j < stride; j += VECTOR) {
    let words = zero(), sum = zero();
    for (let p = units + j; p < end; p += stride) {
      const u = v128.load(p);
      words = shiftIn<T>(words, u);
      sum = v128.add<T>(sum, v128.mul<T>(u, u));
    }
    v128.store(activity + j, words);
    addLanes<T>(squares + j * (8 / sizeof<T>()), sum);
  }
}

/** Moves the lower halves of 64-bit words together, in place; 32-bit words stay as they are. */
@inline
function narrow<T>(words: usize, count: i32): void {
  if (sizeof<T>() == 4) return;
  for (let k = 0; k < count; k += 4) {
    const from = words + ((<usize>k) << 3);
    const halves = v128.shuffle<i32>(v128.load(from), v128.load(from, VECTOR), 0, 2, 4, 6);
    v128.store(words + ((<usize>k) << 2), halves);
  }
}

/** Set bits of each of four words. */
@inline
function countBits(words: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(words)));
}

/**
 * Adds the group's samples on which teacher and student are both active to counts [teacherUnits x countColumns], a
 * multiple of four columns. Mutates `activity`: its words are 32 bits long afterwards.
 */
@inline
export function countTogether<T>(
  teacherActivity: usize, teacherUnits: i32, activity: usize, nodes: i32, counts: usize, countColumns: i32,
): void {
  const end = ((<usize>nodes + 3) & ~3) << 2;
  narrow<T>(activity, (nodes + 3) & ~3);
  for (let j = 0; j < teacherUnits; j++) {
    const word = load<u32>(teacherActivity + (<usize>j) * sizeof<T>());
    if (!word) continue;
    const words = i32x4.splat(<i32>word);
    const count = counts + ((<usize>(j * countColumns)) << 2);
    for (let k: usize = 0; k < end; k += VECTOR) {
      const both = countBits(v128.and(words, v128.load(activity + k)));
      v128.store(count + k, i32x4.add(v128.load(count + k), both));
    }
  }
}

/** Packs activity, [total x units] into [groups of rows x units] words of T's size, one bit a row. */
@inline
export function pack<T>(units: usize, total: i32, stride: usize, groupRows: i32, packed: usize): void {
  const end = units + (<usize>total) * stride;
  const groupBytes = (<usize>groupRows) * stride;
  for (; units < end; units += groupBytes) {
    const groupEnd = min<usize>(end, units + groupBytes);
    for (let j: usize = 0; j < stride; j += VECTOR) {
      let words = zero();
      for (let p = units + j; p < groupEnd; p += stride) words = shiftIn<T>(words, v128.load(p));
      v128.store(packed + j, words);
    }
    packed += stride;
  }
}
