// Losses of a block of rows, in double precision, and their gradients, which take the outputs' place.
import { horizontalSum, multiplyAdd, VECTOR, zero } from './vector';

/** The host's natural logarithm. */
@external("env", "log")
declare function log(x: f64): f64;

/**
 * Sum of squared errors. y, target: [rows x outputs] with one stride. With a gradientScale that is not 0, y becomes
 * gradientScale * (y - target).
 */
@inline
function squaredError<T>(rows: i32, y: usize, stride: usize, target: usize, gradientScale: f64): f64 {
  const scale = v128.splat<T>(<T>gradientScale);
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    let acc = zero();
    for (let j: usize = 0; j < stride; j += VECTOR) {
      const error = v128.sub<T>(v128.load(y + j), v128.load(target + j));
      acc = multiplyAdd<T>(error, error, acc);
      if (gradientScale != 0) v128.store(y + j, v128.mul<T>(scale, error));
    }
    sum += horizontalSum<T>(acc);
    y += stride;
    target += stride;
  }
  return sum;
}

/** e^x of both lanes within a rounding or two, for x <= 0; at least e^-708. Cody and Waite's reduction, Taylor's series. */
@inline
function exponential(x: v128): v128 {
  const bounded = f64x2.max(x, f64x2.splat(-708));
  const k = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(1.4426950408889634)));
  const high = f64x2.sub(bounded, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)));
  let series = f64x2.splat(1.0 / 6227020800.0);
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 479001600.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 39916800.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 3628800.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 362880.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 40320.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 5040.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 720.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 120.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 24.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1.0 / 6.0));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(0.5));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1));
  series = f64x2.add(f64x2.mul(series, r), f64x2.splat(1));
  const power = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  return f64x2.mul(series, i64x2.shl(i64x2.add(power, i64x2.splat(1023)), 52));
}

/** Two outputs in double precision. */
@inline
function loadPair<T>(p: usize): v128 {
  return sizeof<T>() == 8 ? v128.load(p) : f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/**
 * Sum of the cross-entropies. y: [rows x outputs]; labels: [rows x labelStride], the class in the first column;
 * scratch: `stride` doubles. With a gradientScale that is not 0, y becomes gradientScale * (softmax - label).
 */
@inline
function crossEntropy<T>(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, scratch: usize,
  gradientScale: f64,
): f64 {
  let sum: f64 = 0;
  const end = (<usize>outputs) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    let largest: f64 = -Infinity;
    for (let j: usize = 0; j < end; j += sizeof<T>()) largest = max<f64>(largest, <f64>load<T>(y + j));
    const shift = f64x2.splat(largest);
    let e = scratch;
    for (let j: usize = 0; j < end; j += 2 * sizeof<T>()) {
      v128.store(e, exponential(f64x2.sub(loadPair<T>(y + j), shift)));
      e += VECTOR;
    }
    let total: f64 = 0;
    for (let j: usize = 0; j < <usize>outputs; j++) total += load<f64>(scratch + (j << 3));
    const label = <usize>load<T>(labels);
    sum += log(total) + largest - <f64>load<T>(y + label * sizeof<T>());
    if (gradientScale != 0) {
      for (let j: usize = 0; j < <usize>outputs; j++) {
        const excess = load<f64>(scratch + (j << 3)) / total - (j == label ? 1 : 0);
        store<T>(y + j * sizeof<T>(), <T>(excess * gradientScale));
      }
    }
    y += stride;
    labels += labelStride;
  }
  return sum;
}

/** Adds one to hits[rank] for every row whose label has this rank below `ranks` among the outputs. hits: [ranks] i32 */
@inline
function countHits<T>(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, hits: usize, ranks: i32,
): void {
  const end = (<usize>outputs) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const score = load<T>(y + (<usize>load<T>(labels)) * sizeof<T>());
    let rank = 0;
    for (let j: usize = 0; j < end; j += sizeof<T>()) rank += i32(load<T>(y + j) > score);
    if (rank < ranks) {
      const hit = hits + ((<usize>rank) << 2);
      store<i32>(hit, load<i32>(hit) + 1);
    }
    y += stride;
    labels += labelStride;
  }
}

export function squaredErrorFloat32(rows: i32, y: usize, stride: usize, target: usize, gradientScale: f64): f64 {
  return squaredError<f32>(rows, y, stride, target, gradientScale);
}

export function squaredErrorFloat64(rows: i32, y: usize, stride: usize, target: usize, gradientScale: f64): f64 {
  return squaredError<f64>(rows, y, stride, target, gradientScale);
}

export function crossEntropyFloat32(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, scratch: usize,
  gradientScale: f64,
): f64 {
  return crossEntropy<f32>(rows, y, stride, outputs, labels, labelStride, scratch, gradientScale);
}

export function crossEntropyFloat64(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, scratch: usize,
  gradientScale: f64,
): f64 {
  return crossEntropy<f64>(rows, y, stride, outputs, labels, labelStride, scratch, gradientScale);
}

export function countHitsFloat32(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, hits: usize, ranks: i32,
): void {
  countHits<f32>(rows, y, stride, outputs, labels, labelStride, hits, ranks);
}

export function countHitsFloat64(
  rows: i32, y: usize, stride: usize, outputs: i32, labels: usize, labelStride: usize, hits: usize, ranks: i32,
): void {
  countHits<f64>(rows, y, stride, outputs, labels, labelStride, hits, ranks);
}
