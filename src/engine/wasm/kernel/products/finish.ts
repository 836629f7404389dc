// What becomes of a row of a finished tile: four vectors, or two in the narrow builds. Within a row all loads come before
// all stores, and of two neighbouring stores the higher address comes first: what V8's vectorizer joins.
import { multiplyAdd, zero } from './vector';

@inline
export function storeRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize): void {
  v128.store(out, c1, 16);
  v128.store(out, c0);
  if (!WIDE) return;
  v128.store(out, c3, 48);
  v128.store(out, c2, 32);
}

/** -0 where the gate is closed: at 0 and below. NaN passes. */
@inline
export function closed<T>(c: v128): v128 {
  return v128.bitselect(v128.splat<T>(<T>-0.0), c, v128.le<T>(c, zero()));
}

@inline
export function closeRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize): void {
  storeRow<T>(closed<T>(c0), closed<T>(c1), closed<T>(c2), closed<T>(c3), out);
}

/** -0 where the gate is closed: below 0. NaN passes. */
@inline
function open<T>(c: v128): v128 {
  return v128.bitselect(v128.splat<T>(<T>-0.0), c, v128.lt<T>(c, zero()));
}

@inline
export function openRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize): void {
  storeRow<T>(open<T>(c0), open<T>(c1), open<T>(c2), open<T>(c3), out);
}

@inline
export function leaked<T>(c: v128, slope: v128): v128 {
  return v128.bitselect(c, v128.mul<T>(slope, c), v128.gt<T>(c, zero()));
}

@inline
export function leakRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize, slope: T): void {
  const s = v128.splat<T>(slope);
  storeRow<T>(leaked<T>(c0, s), leaked<T>(c1, s), leaked<T>(c2, s), leaked<T>(c3, s), out);
}

/** c, or 0 where the unit's sign bit says that its gate is closed. */
@inline
export function gated<T>(c: v128, unit: v128): v128 {
  return v128.andnot(c, sizeof<T>() == 4 ? i32x4.gt_s(zero(), unit) : i64x2.gt_s(zero(), unit));
}

/** c, times the slope where a leaky unit is below 0, or at 0 unless its gate is open there. */
@inline
export function leakedBack<T>(c: v128, unit: v128, slope: v128, openAtZero: bool): v128 {
  const below = openAtZero ? v128.lt<T>(unit, zero()) : v128.le<T>(unit, zero());
  return v128.bitselect(v128.mul<T>(slope, c), c, below);
}

@inline
export function gateRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize, units: usize): void {
  const u0 = v128.load(units), u1 = v128.load(units, 16);
  const u2 = WIDE ? v128.load(units, 32) : u0, u3 = WIDE ? v128.load(units, 48) : u1;
  storeRow<T>(gated<T>(c0, u0), gated<T>(c1, u1), gated<T>(c2, u2), gated<T>(c3, u3), out);
}

/** out += rate * c */
@inline
export function deliverRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, out: usize, rate: v128): void {
  const w0 = v128.load(out), w1 = v128.load(out, 16);
  const w2 = WIDE ? v128.load(out, 32) : w0, w3 = WIDE ? v128.load(out, 48) : w1;
  storeRow<T>(
    multiplyAdd<T>(rate, c0, w0), multiplyAdd<T>(rate, c1, w1), multiplyAdd<T>(rate, c2, w2),
    multiplyAdd<T>(rate, c3, w3), out,
  );
}

/** squares += c^2 */
@inline
export function squareRow<T>(c0: v128, c1: v128, c2: v128, c3: v128, squares: usize): void {
  const s0 = v128.load(squares), s1 = v128.load(squares, 16);
  const s2 = WIDE ? v128.load(squares, 32) : s0, s3 = WIDE ? v128.load(squares, 48) : s1;
  storeRow<T>(
    multiplyAdd<T>(c0, c0, s0), multiplyAdd<T>(c1, c1, s1), multiplyAdd<T>(c2, c2, s2), multiplyAdd<T>(c3, c3, s3),
    squares,
  );
}
