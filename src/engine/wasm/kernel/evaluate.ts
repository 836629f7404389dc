// Loss, correlation sums and boundary counts of the student on a whole data set.
import { addProduct } from './accumulate';
import { forward } from './forward';
import {
  activity, activityRows, blockProducts, blockRows, counts, hidden, hiddenStride, hiddenUnits, inputStride, nodes, outputStride,
  products, squares, teacherStride, teacherUnits,
} from './state';
import { countTogether, drainSums, pack, summarize } from './statistics';

/** products += teacher^T hidden over a block: float32 sums stay within the block. */
function addProducts<T>(rows: i32, teacher: usize): void {
  const sums = sizeof<T>() == 8 ? products : blockProducts;
  addProduct<T>(
    rows, teacher, teacherStride, teacherUnits, hidden, hiddenStride, hiddenStride, sums, hiddenStride, <T>1,
  );
  if (sizeof<T>() == 4) drainSums<T>(products, blockProducts, (<usize>teacherUnits) * hiddenStride);
}

function summarizeHidden<T>(rows: i32, h: usize): void {
  summarize<T>(rows, h, hiddenStride, activity, squares);
}

function countHidden<T>(teacherActivity: usize): void {
  countTogether<T>(teacherActivity, teacherUnits, activity, nodes, counts, hiddenUnits);
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
      summarizeHidden<T>(min<i32>(activityRows, rows - row), hidden + (<usize>row) * hiddenStride);
      countHidden<T>(teacherActivity);
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

export function packActivityFloat32(units: usize, total: i32, packed: usize): void {
  pack<f32>(units, total, teacherStride, activityRows, packed);
}

export function packActivityFloat64(units: usize, total: i32, packed: usize): void {
  pack<f64>(units, total, teacherStride, activityRows, packed);
}
