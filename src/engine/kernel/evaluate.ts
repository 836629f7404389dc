// Loss, correlation sums and boundary counts of the student on a whole data set.
import { addProduct } from './accumulate';
import { forward } from './forward';
import {
  blockCounts, blockProducts, blockRows, counts, hidden, hiddenStride, hiddenUnits, inputStride, nodeGradient,
  outputStride, products, squares, teacherStride, teacherUnits,
} from './state';
import { VECTOR, zero } from './vector';

/** nodeGradient = 1 where a hidden unit is active, else 0. */
function markActive<T>(rows: i32): void {
  const one = v128.splat<T>(<T>1);
  const bytes = (<usize>rows) * hiddenStride;
  for (let j: usize = 0; j < bytes; j += VECTOR)
    v128.store(nodeGradient + j, v128.and(one, v128.gt<T>(v128.load(hidden + j), zero())));
}

/** totals += block in double precision, and block = 0. */
function drainInto<T>(totals: usize, block: usize, values: i32): void {
  for (let i: usize = 0; i < <usize>values; i++) {
    const from = block + i * sizeof<T>(), to = totals + (i << 3);
    store<f64>(to, load<f64>(to) + <f64>load<T>(from));
  }
  memory.fill(block, 0, (<usize>values) * sizeof<T>());
}

/** Adds every hidden unit's squares to `squares`. */
function addSquares<T>(rows: i32): void {
  for (let j: usize = 0; j < hiddenStride; j += VECTOR) {
    let sum = zero();
    for (let r = 0; r < rows; r++) {
      const h = v128.load(hidden + (<usize>r) * hiddenStride + j);
      sum = v128.add<T>(sum, v128.mul<T>(h, h));
    }
    v128.store(nodeGradient + j, sum);
  }
  for (let k: usize = 0; k < <usize>hiddenUnits; k++) {
    const to = squares + (k << 3);
    store<f64>(to, load<f64>(to) + <f64>load<T>(nodeGradient + k * sizeof<T>()));
  }
}

/**
 * Sum of squared errors over `total` rows of a data set. With `metrics`, also adds to `products` the teacher's
 * centred units times the student's (and their plain sums in row m), to `counts` the samples on which both are
 * active (and on which the student is, in row m), and to `squares` the student's sums of squares.
 *
 * teacher and teacherActive: [total x teacherUnits], column m all ones.
 */
// @ts-ignore: decorator
@inline
function evaluate<T>(x: usize, target: usize, total: i32, teacher: usize, teacherActive: usize, metrics: bool): f64 {
  const values = teacherUnits * hiddenUnits;
  let sum: f64 = 0;
  for (let start = 0; start < total; start += blockRows) {
    const rows = min<i32>(blockRows, total - start);
    sum += forward<T>(rows, x, target);
    x += (<usize>rows) * inputStride;
    target += (<usize>rows) * outputStride;
    if (!metrics) continue;
    addProduct<T>(rows, teacher, teacherStride, teacherUnits, hidden, hiddenStride, hiddenStride, blockProducts, <T>1);
    drainInto<T>(products, blockProducts, values);
    addSquares<T>(rows);
    markActive<T>(rows);
    addProduct<T>(rows, teacherActive, teacherStride, teacherUnits, nodeGradient, hiddenStride, hiddenStride, blockCounts, <T>1);
    drainInto<T>(counts, blockCounts, values);
    teacher += (<usize>rows) * teacherStride;
    teacherActive += (<usize>rows) * teacherStride;
  }
  return sum;
}

export function evaluateFloat32(x: usize, target: usize, total: i32, teacher: usize, teacherActive: usize, metrics: bool): f64 {
  return evaluate<f32>(x, target, total, teacher, teacherActive, metrics);
}

export function evaluateFloat64(x: usize, target: usize, total: i32, teacher: usize, teacherActive: usize, metrics: bool): f64 {
  return evaluate<f64>(x, target, total, teacher, teacherActive, metrics);
}
