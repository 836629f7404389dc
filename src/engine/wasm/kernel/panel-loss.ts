// Losses of a panel of samples, and the gradient at the outputs, which takes their place: -dL/dy times a divisor that
// depends on the number of samples only, so that a step multiplies by it once.
import { LINE } from './products/panel';
import { laneOf, multiplyAdd, zero } from './products/vector';

/** Sum of squared errors; half of it, averaged over samples, is what a step follows. Source: luckmatters recon_two_layer.py. */
export const HALF_SQUARED_ERROR: i32 = 0;
/** The same sum; its mean over samples and outputs is what a step follows. Source: torch.nn.MSELoss. */
export const MEAN_SQUARED_ERROR: i32 = 1;
/** Softmax cross-entropy against the teacher's class, mean over samples. Source: torch.nn.CrossEntropyLoss. */
export const CROSS_ENTROPY: i32 = 2;

/** Ranks of the label among the outputs that are counted. */
export const RANKS: i32 = 5;

/** What the stored gradient is multiplied by. */
@inline
export function gradientScale(loss: i32, samples: i32, outputs: i32): f64 {
  if (loss == MEAN_SQUARED_ERROR) return 2 / (<f64>samples * <f64>outputs);
  return 1 / <f64>samples;
}

/** What the sum of losses is divided by. */
@inline
export function lossCount(loss: i32, samples: i32, outputs: i32): f64 {
  return loss == CROSS_ENTROPY ? <f64>samples : <f64>samples * <f64>outputs;
}

/** y = target - y over a panel; returns the sum of squares of its first `samples` columns. scratch: a line. */
export function squaredError<T>(y: usize, target: usize, outputs: i32, samples: i32, scratch: usize): f64 {
  let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
  const end = y + ((<usize>outputs) << 6);
  for (; y < end; y += LINE) {
    const e0 = v128.sub<T>(v128.load(target), v128.load(y));
    const e1 = v128.sub<T>(v128.load(target, 16), v128.load(y, 16));
    const e2 = v128.sub<T>(v128.load(target, 32), v128.load(y, 32));
    const e3 = v128.sub<T>(v128.load(target, 48), v128.load(y, 48));
    s0 = multiplyAdd<T>(e0, e0, s0);
    s1 = multiplyAdd<T>(e1, e1, s1);
    s2 = multiplyAdd<T>(e2, e2, s2);
    s3 = multiplyAdd<T>(e3, e3, s3);
    v128.store(y, e1, 16);
    v128.store(y, e0);
    v128.store(y, e3, 48);
    v128.store(y, e2, 32);
    target += LINE;
  }
  v128.store(scratch, s1, 16);
  v128.store(scratch, s0);
  v128.store(scratch, s3, 48);
  v128.store(scratch, s2, 32);
  let sum: f64 = 0;
  for (let lane = 0; lane < samples; lane++) sum += laneOf<T>(scratch, lane);
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

@inline
function storePair<T>(p: usize, pair: v128): void {
  if (sizeof<T>() == 8) v128.store(p, pair);
  else v128.store64_lane(p, f32x4.demote_f64x2_zero(pair), 0);
}

/** 1 - e / total at the label, - e / total elsewhere, in place of the exponentials. */
@inline
function turnIntoGradient<T>(y: usize, end: usize, label0: i32, label1: i32, totals: v128): void {
  const at0 = y + ((<usize>label0) << 6), at1 = y + ((<usize>label1) << 6);
  for (let p = y; p < end; p += LINE) {
    const wanted = f64x2.replace_lane(f64x2.splat(p == at0 ? 1 : 0), 1, p == at1 ? 1 : 0);
    storePair<T>(p, f64x2.sub(wanted, f64x2.div(loadPair<T>(p), totals)));
  }
}

/** Cross-entropies of a panel in double precision, and their gradient in place of y. labels: of its samples. */
export function crossEntropy<T>(y: usize, labels: usize, outputs: i32, samples: i32): f64 {
  let sum: f64 = 0;
  for (let lane = 0; lane < samples; lane += 2) {
    const end = y + ((<usize>outputs) << 6);
    const label0 = load<i32>(labels + ((<usize>lane) << 2));
    const label1 = load<i32>(labels + ((<usize>min<i32>(lane + 1, samples - 1)) << 2));
    let largest = f64x2.splat(-Infinity);
    for (let p = y; p < end; p += LINE) largest = f64x2.max(largest, loadPair<T>(p));
    const largest0 = f64x2.extract_lane(largest, 0), largest1 = f64x2.extract_lane(largest, 1);
    const score0 = largest0 - <f64>load<T>(y + ((<usize>label0) << 6));
    const score1 = largest1 - <f64>load<T>(y + ((<usize>label1) << 6) + sizeof<T>());
    let totals = zero();
    for (let p = y; p < end; p += LINE) {
      const e = exponential(f64x2.sub(loadPair<T>(p), largest));
      totals = f64x2.add(totals, e);
      storePair<T>(p, e);
    }
    sum += Math.log(f64x2.extract_lane(totals, 0)) + score0;
    if (lane + 1 < samples) sum += Math.log(f64x2.extract_lane(totals, 1)) + score1;
    turnIntoGradient<T>(y, end, label0, label1, totals);
    y += 2 * sizeof<T>();
  }
  return sum;
}

/** Adds one to hits[rank] for every sample of a panel whose label has this rank below RANKS among the outputs. */
export function countHits<T>(y: usize, labels: usize, outputs: i32, samples: i32, hits: usize): void {
  for (let lane = 0; lane < samples; lane++) {
    const end = y + ((<usize>outputs) << 6);
    const score = load<T>(y + ((<usize>load<i32>(labels + ((<usize>lane) << 2))) << 6));
    let rank = 0;
    for (let p = y; p < end; p += LINE) rank += i32(load<T>(p) > score);
    if (rank < RANKS) {
      const hit = hits + ((<usize>rank) << 2);
      store<i32>(hit, load<i32>(hit) + 1);
    }
    y += sizeof<T>();
  }
}
