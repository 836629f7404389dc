// What a kept gradient does to the weights, and what holds the weights to their constraints. The formulas are those of
// src/net/optimizer.ts; `gradient` is the sum of -dL/dw over samples, `scale` what it is multiplied by.
import { LINE, rowAt } from '../products/panel';
import { bandAt, tileStart } from '../products/tiled-products';
import { multiplyAdd, VECTOR, zero } from '../products/vector';

export const DESCENT: i32 = 0;
export const MOMENTUM: i32 = 1;
export const ADAM: i32 = 2;

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/** 1 - beta^steps of both moments' corrections. */
@inline
export function firstCorrection(steps: f64): f64 {
  return 1 - Math.pow(BETA1, steps);
}

@inline
export function secondCorrection(steps: f64): f64 {
  return Math.sqrt(1 - Math.pow(BETA2, steps));
}

/** The new weights of a vector. Mutates the moments. */
@inline
function updated<T>(
  rule: i32, weights: v128, gradient: v128, first: usize, second: usize,
  rate: v128, decay: v128, momentum: v128, secondScale: v128,
): v128 {
  const total = multiplyAdd<T>(decay, weights, gradient);
  if (rule == DESCENT) return v128.sub<T>(weights, v128.mul<T>(rate, total));
  if (rule == MOMENTUM) {
    const velocity = multiplyAdd<T>(momentum, v128.load(first), total);
    v128.store(first, velocity);
    return v128.sub<T>(weights, v128.mul<T>(rate, velocity));
  }
  const mean = multiplyAdd<T>(
    v128.splat<T>(<T>BETA1), v128.load(first), v128.mul<T>(v128.splat<T>(<T>(1 - BETA1)), total),
  );
  v128.store(first, mean);
  const square = v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>(1 - BETA2)), total), total);
  const spread = multiplyAdd<T>(v128.splat<T>(<T>BETA2), v128.load(second), square);
  v128.store(second, spread);
  const root = v128.div<T>(v128.sqrt<T>(spread), secondScale);
  const denominator = v128.add<T>(root, v128.splat<T>(<T>EPSILON));
  return v128.sub<T>(weights, v128.div<T>(v128.mul<T>(rate, mean), denominator));
}

/** A row's squares to a line. */
@inline
function addSquares<T>(row: usize, squares: usize): void {
  for (let j: usize = 0; j < LINE; j += VECTOR) {
    const g = v128.load(row + j);
    v128.store(squares + j, multiplyAdd<T>(g, g, v128.load(squares + j)));
  }
}

/**
 * Updates row tiles [from, to) of one panel of weights. Pointers: the panel in the weights, in the kept gradient and in
 * the moments. `scale`: what makes the kept sums -dL/dw. squares: a line for each band, 0 for none; the last row's go to
 * lastSquares.
 */
@inline
function update<T>(
  rule: i32, rows: i32, w: usize, kept: usize, first: usize, second: usize, scale: f64, rate: f64, weightDecay: f64,
  momentum: f64, secondScale: f64, squares: usize, lastSquares: usize, from: i32, to: i32,
): void {
  const rates = v128.splat<T>(<T>rate), decays = v128.splat<T>(<T>weightDecay), scales = v128.splat<T>(<T>-scale);
  const momenta = v128.splat<T>(<T>momentum), seconds = v128.splat<T>(<T>secondScale);
  const end = tileStart(rows, to);
  for (let row = tileStart(rows, from); row < end; row++) {
    const offset = rowAt(0, row);
    if (squares) addSquares<T>(kept + offset, row == rows - 1 ? lastSquares : rowAt(squares, bandAt(rows, row)));
    for (let j = offset; j < offset + LINE; j += VECTOR) {
      const gradient = v128.mul<T>(scales, v128.load(kept + j));
      const weights = v128.load(w + j);
      const next = updated<T>(rule, weights, gradient, first + j, second + j, rates, decays, momenta, seconds);
      v128.store(w + j, next);
    }
  }
}

/** `update` by the rule that an optimizer follows. */
export function updateTiles<T>(
  rule: i32, rows: i32, w: usize, kept: usize, first: usize, second: usize, scale: f64, rate: f64, weightDecay: f64,
  momentum: f64, secondScale: f64, squares: usize, lastSquares: usize, from: i32, to: i32,
): void {
  if (rule == DESCENT)
    update<T>(
      DESCENT, rows, w, kept, 0, 0, scale, rate, weightDecay, momentum, secondScale, squares, lastSquares, from, to,
    );
  else if (rule == MOMENTUM)
    update<T>(
      MOMENTUM, rows, w, kept, first, 0, scale, rate, weightDecay, momentum, secondScale, squares, lastSquares, from, to,
    );
  else
    update<T>(
      ADAM, rows, w, kept, first, second, scale, rate, weightDecay, momentum, secondScale, squares, lastSquares, from, to,
    );
}

/** Constraints on the columns of weights, one of which is a unit's. */
export const AS_IS: i32 = 0;
/** Unit length without the bias, which stays; a column of zeros stays. Source: luckmatters recon_two_layer.py. */
export const UNIT_COLUMNS: i32 = 1;
/** Divided by (length without the bias + 1e-5), the bias too. Source: luckmatters model_gen.py, normalize_layer. */
export const FLOORED_COLUMNS: i32 = 2;

/** Holds the columns of a panel of weights [inputs + 1 x 64 bytes] to a constraint. */
export function constrainPanel<T>(constraint: i32, inputs: i32, w: usize): void {
  const divided = constraint == UNIT_COLUMNS ? inputs : inputs + 1;
  for (let j: usize = 0; j < LINE; j += VECTOR) {
    let sum = zero();
    for (let row = 0; row < inputs; row++) {
      const weights = v128.load(rowAt(w, row) + j);
      sum = multiplyAdd<T>(weights, weights, sum);
    }
    const length = v128.sqrt<T>(sum);
    const norm =
      constraint == UNIT_COLUMNS
        ? v128.bitselect(v128.splat<T>(<T>1), length, v128.eq<T>(sum, zero()))
        : v128.add<T>(length, v128.splat<T>(<T>1e-5));
    for (let row = 0; row < divided; row++) {
      const p = rowAt(w, row) + j;
      v128.store(p, v128.div<T>(v128.load(p), norm));
    }
  }
}
