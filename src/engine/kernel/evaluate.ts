// Loss, correlation sums and boundary counts of the student on a whole data set.
import { addProduct } from './accumulate';
import { forward } from './forward';
import {
  activity, activityRows, blockProducts, blockRows, counts, hidden, hiddenStride, hiddenUnits, inputStride, nodes, outputStride,
  products, squares, teacherStride, teacherUnits,
} from './state';
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

/** products += teacher^T hidden over a block: float32 sums stay within the block. */
function addProducts<T>(rows: i32, teacher: usize): void {
  const sums = sizeof<T>() == 8 ? products : blockProducts;
  addProduct<T>(rows, teacher, teacherStride, teacherUnits, hidden, hiddenStride, hiddenStride, sums, <T>1);
  if (sizeof<T>() == 8) return;
  const bytes = (<usize>teacherUnits) * hiddenStride;
  for (let j: usize = 0; j < bytes; j += VECTOR) {
    addLanes<T>(products + 2 * j, v128.load(blockProducts + j));
    v128.store(blockProducts + j, zero());
  }
}

/** Shifts one more row's activity into the words' lanes. */
@inline
function shiftIn<T>(words: v128, units: v128): v128 {
  const active = v128.gt<T>(units, zero());
  if (sizeof<T>() == 4) return i32x4.sub(i32x4.shl(words, 1), active);
  return i64x2.sub(i64x2.shl(words, 1), active);
}

/** Packs the hidden units' activity on a group of rows, and adds their squares to `squares`. */
function summarize<T>(rows: i32, h: usize): void {
  const end = h + (<usize>rows) * hiddenStride;
  for (let j: usize = 0; j < hiddenStride; j += VECTOR) {
    let words = zero(), sum = zero();
    for (let p = h + j; p < end; p += hiddenStride) {
      const units = v128.load(p);
      words = shiftIn<T>(words, units);
      sum = v128.add<T>(sum, v128.mul<T>(units, units));
    }
    v128.store(activity + j, words);
    addLanes<T>(squares + j * (8 / sizeof<T>()), sum);
  }
}

/** Adds the group's samples on which teacher and student are both active to `counts`. */
function countTogether<T>(teacherActivity: usize): void {
  for (let j = 0; j < teacherUnits; j++) {
    const word = load<u32>(teacherActivity + (<usize>j) * sizeof<T>());
    if (!word) continue;
    let count = counts + ((<usize>(j * hiddenUnits)) << 2);
    for (let k = 0; k < nodes; k++) {
      store<u32>(count, load<u32>(count) + popcnt<u32>(word & load<u32>(activity + (<usize>k) * sizeof<T>())));
      count += 4;
    }
  }
}

/**
 * Sum of squared errors over `total` rows of a data set. With `metrics`, also adds to `products` the teacher's
 * centred units times the student's (and the student's plain sums in row m), to `counts` the samples on which
 * both are active (and on which the student is, in row m), and to `squares` the student's sums of squares.
 *
 * teacher: [total x teacherUnits], column m all ones. teacherActivity: as packActivity leaves it.
 */
@inline
function evaluate<T>(x: usize, target: usize, total: i32, teacher: usize, teacherActivity: usize, metrics: bool): f64 {
  let sum: f64 = 0;
  for (let start = 0; start < total; start += blockRows) {
    const rows = min<i32>(blockRows, total - start);
    sum += forward<T>(rows, x, target);
    x += (<usize>rows) * inputStride;
    target += (<usize>rows) * outputStride;
    if (!metrics) continue;
    addProducts<T>(rows, teacher);
    teacher += (<usize>rows) * teacherStride;
    for (let row = 0; row < rows; row += activityRows) {
      summarize<T>(min<i32>(activityRows, rows - row), hidden + (<usize>row) * hiddenStride);
      countTogether<T>(teacherActivity);
      teacherActivity += teacherStride;
    }
  }
  return sum;
}

export function evaluateFloat32(x: usize, target: usize, total: i32, teacher: usize, teacherActivity: usize, metrics: bool): f64 {
  return evaluate<f32>(x, target, total, teacher, teacherActivity, metrics);
}

export function evaluateFloat64(x: usize, target: usize, total: i32, teacher: usize, teacherActivity: usize, metrics: bool): f64 {
  return evaluate<f64>(x, target, total, teacher, teacherActivity, metrics);
}

/** Packs the teacher's activity, [total x teacherUnits] units into [groups of rows x teacherUnits] words of T's size. */
@inline
function packActivity<T>(units: usize, total: i32, packed: usize): void {
  const end = units + (<usize>total) * teacherStride;
  const groupBytes = (<usize>activityRows) * teacherStride;
  for (; units < end; units += groupBytes) {
    const groupEnd = min<usize>(end, units + groupBytes);
    for (let j: usize = 0; j < teacherStride; j += VECTOR) {
      let words = zero();
      for (let p = units + j; p < groupEnd; p += teacherStride) words = shiftIn<T>(words, v128.load(p));
      v128.store(packed + j, words);
    }
    packed += teacherStride;
  }
}

export function packActivityFloat32(units: usize, total: i32, packed: usize): void {
  packActivity<f32>(units, total, packed);
}

export function packActivityFloat64(units: usize, total: i32, packed: usize): void {
  packActivity<f64>(units, total, packed);
}
