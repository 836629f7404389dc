// Correlation sums and boundary counts of one hidden layer of a multi-layer student over a block of rows.
import { addProduct } from './accumulate';
import { countTogether, drainSums, pack, summarize } from './statistics';

/** Rows whose activity is packed into a word, one bit a row. */
const GROUP: i32 = 32;

/**
 * Adds to `products` (float32: to `partial`, see drainProducts) the teacher's units times the student's, to `counts`
 * the samples on which both are active, [teacherUnits x student's units], and to `squares` the student's squares.
 *
 * teacher: [rows x teacherUnits]; teacherActivity: as packActivity leaves it; activity: room for a row of words.
 */
@inline
function addStatistics<T>(
  rows: i32, hidden: usize, stride: usize, nodes: i32, teacher: usize, teacherStride: usize, teacherActivity: usize,
  products: usize, partial: usize, activity: usize, counts: usize, squares: usize,
): void {
  const teacherUnits = <i32>(teacherStride / sizeof<T>());
  const units = <i32>(stride / sizeof<T>());
  const sums = sizeof<T>() == 8 ? products : partial;
  addProduct<T>(rows, teacher, teacherStride, teacherUnits, hidden, stride, stride, sums, stride, <T>1);
  for (let row = 0; row < rows; row += GROUP) {
    summarize<T>(min<i32>(GROUP, rows - row), hidden + (<usize>row) * stride, stride, activity, squares);
    countTogether<T>(teacherActivity, teacherUnits, activity, nodes, counts, units);
    teacherActivity += teacherStride;
  }
}

export function addStatisticsFloat32(
  rows: i32, hidden: usize, stride: usize, nodes: i32, teacher: usize, teacherStride: usize, teacherActivity: usize,
  products: usize, partial: usize, activity: usize, counts: usize, squares: usize,
): void {
  addStatistics<f32>(
    rows, hidden, stride, nodes, teacher, teacherStride, teacherActivity, products, partial, activity, counts, squares,
  );
}

export function addStatisticsFloat64(
  rows: i32, hidden: usize, stride: usize, nodes: i32, teacher: usize, teacherStride: usize, teacherActivity: usize,
  products: usize, partial: usize, activity: usize, counts: usize, squares: usize,
): void {
  addStatistics<f64>(
    rows, hidden, stride, nodes, teacher, teacherStride, teacherActivity, products, partial, activity, counts, squares,
  );
}

/** Adds float32 sums to their totals in double precision; they become zero. */
export function drainProductsFloat32(products: usize, partial: usize, bytes: usize): void {
  drainSums<f32>(products, partial, bytes);
}

/** Double precision has no partial sums. */
export function drainProductsFloat64(products: usize, partial: usize, bytes: usize): void {}

export function packActivityFloat32(units: usize, total: i32, stride: usize, packed: usize): void {
  pack<f32>(units, total, stride, GROUP, packed);
}

export function packActivityFloat64(units: usize, total: i32, stride: usize, packed: usize): void {
  pack<f64>(units, total, stride, GROUP, packed);
}
