// The register tile of every product: up to 6 rows by a line of 64 bytes, or by half a line in the narrow builds. Each
// round multiplies a line of b by one scalar for each row; nothing is added up across lanes, so that the sum of every
// element runs over the depth in order, whatever the tile. Written for V8's vectorizer, see docs/internals/kernels.md.
//
// `rows` is a constant wherever a tile is inlined: the rows beyond it vanish.
import { closeRow, deliverRow, gateRow, leakRow, openRow, squareRow, storeRow } from './finish';
import { perPanel, ZEROS } from './panel';
import { multiplyAdd, zero } from './vector';

/** What becomes of a finished tile of units: stored, or passed through the activation. */
export const LINEAR: i32 = 0;
/** ReLU whose gate is closed at 0, as in PyTorch. */
export const CLOSED_AT_ZERO: i32 = 1;
/** ReLU whose gate is open at 0, as in luckmatters recon_two_layer.py. */
export const OPEN_AT_ZERO: i32 = 2;
/** x for x > 0, slope * x below. */
export const LEAKY: i32 = 3;
/** The same, but that the gradient at exactly 0 is 1. */
export const LEAKY_OPEN_AT_ZERO: i32 = 5;
/** erf(x / sqrt 2), which comes after the tile: see layers/sigmoid.ts. */
export const ERF: i32 = 4;

/** What becomes of any other finished tile: stored, added to what is there, gated by units, added to weights at a rate. */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
export const GATE: i32 = 2;
export const DELIVER: i32 = 3;

/**
 * out = activation(a^T b): the scalars of a round are `rows` neighbours in a line of a; depth lines of a and of b.
 * `more`: out already holds the sum over the depth before.
 */
@inline
export function tileOfColumns<T>(
  rows: i32, a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T,
): void {
  const sums = more ? out : ZEROS;
  let c00 = v128.load(sums), c01 = v128.load(sums, 16), c02 = v128.load(sums, 32), c03 = v128.load(sums, 48);
  let c10 = v128.load(sums, 64), c11 = v128.load(sums, 80), c12 = v128.load(sums, 96), c13 = v128.load(sums, 112);
  let c20 = v128.load(sums, 128), c21 = v128.load(sums, 144), c22 = v128.load(sums, 160), c23 = v128.load(sums, 176);
  let c30 = v128.load(sums, 192), c31 = v128.load(sums, 208), c32 = v128.load(sums, 224), c33 = v128.load(sums, 240);
  let c40 = v128.load(sums, 256), c41 = v128.load(sums, 272), c42 = v128.load(sums, 288), c43 = v128.load(sums, 304);
  let c50 = v128.load(sums, 320), c51 = v128.load(sums, 336), c52 = v128.load(sums, 352), c53 = v128.load(sums, 368);
  const end = a + ((<usize>depth) << 6);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const b2 = WIDE ? v128.load(b, 32) : b0, b3 = WIDE ? v128.load(b, 48) : b1;
    const s0 = v128.load_splat<T>(a);
    c00 = multiplyAdd<T>(s0, b0, c00); c01 = multiplyAdd<T>(s0, b1, c01);
    if (WIDE) { c02 = multiplyAdd<T>(s0, b2, c02); c03 = multiplyAdd<T>(s0, b3, c03); }
    if (rows > 1) {
      const s1 = v128.load_splat<T>(a, 1 * sizeof<T>());
      c10 = multiplyAdd<T>(s1, b0, c10); c11 = multiplyAdd<T>(s1, b1, c11);
      if (WIDE) { c12 = multiplyAdd<T>(s1, b2, c12); c13 = multiplyAdd<T>(s1, b3, c13); }
    }
    if (rows > 2) {
      const s2 = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = multiplyAdd<T>(s2, b0, c20); c21 = multiplyAdd<T>(s2, b1, c21);
      if (WIDE) { c22 = multiplyAdd<T>(s2, b2, c22); c23 = multiplyAdd<T>(s2, b3, c23); }
    }
    if (rows > 3) {
      const s3 = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = multiplyAdd<T>(s3, b0, c30); c31 = multiplyAdd<T>(s3, b1, c31);
      if (WIDE) { c32 = multiplyAdd<T>(s3, b2, c32); c33 = multiplyAdd<T>(s3, b3, c33); }
    }
    if (rows > 4) {
      const s4 = v128.load_splat<T>(a, 4 * sizeof<T>());
      c40 = multiplyAdd<T>(s4, b0, c40); c41 = multiplyAdd<T>(s4, b1, c41);
      if (WIDE) { c42 = multiplyAdd<T>(s4, b2, c42); c43 = multiplyAdd<T>(s4, b3, c43); }
    }
    if (rows > 5) {
      const s5 = v128.load_splat<T>(a, 5 * sizeof<T>());
      c50 = multiplyAdd<T>(s5, b0, c50); c51 = multiplyAdd<T>(s5, b1, c51);
      if (WIDE) { c52 = multiplyAdd<T>(s5, b2, c52); c53 = multiplyAdd<T>(s5, b3, c53); }
    }
    a += 64;
    b += 64;
  } while (a < end);
  if (activation == LINEAR) {
    storeRow<T>(c00, c01, c02, c03, out);
    if (rows > 1) storeRow<T>(c10, c11, c12, c13, out + 64);
    if (rows > 2) storeRow<T>(c20, c21, c22, c23, out + 128);
    if (rows > 3) storeRow<T>(c30, c31, c32, c33, out + 192);
    if (rows > 4) storeRow<T>(c40, c41, c42, c43, out + 256);
    if (rows > 5) storeRow<T>(c50, c51, c52, c53, out + 320);
  } else if (activation == CLOSED_AT_ZERO) {
    closeRow<T>(c00, c01, c02, c03, out);
    if (rows > 1) closeRow<T>(c10, c11, c12, c13, out + 64);
    if (rows > 2) closeRow<T>(c20, c21, c22, c23, out + 128);
    if (rows > 3) closeRow<T>(c30, c31, c32, c33, out + 192);
    if (rows > 4) closeRow<T>(c40, c41, c42, c43, out + 256);
    if (rows > 5) closeRow<T>(c50, c51, c52, c53, out + 320);
  } else if (activation == OPEN_AT_ZERO) {
    openRow<T>(c00, c01, c02, c03, out);
    if (rows > 1) openRow<T>(c10, c11, c12, c13, out + 64);
    if (rows > 2) openRow<T>(c20, c21, c22, c23, out + 128);
    if (rows > 3) openRow<T>(c30, c31, c32, c33, out + 192);
    if (rows > 4) openRow<T>(c40, c41, c42, c43, out + 256);
    if (rows > 5) openRow<T>(c50, c51, c52, c53, out + 320);
  } else {
    leakRow<T>(c00, c01, c02, c03, out, slope);
    if (rows > 1) leakRow<T>(c10, c11, c12, c13, out + 64, slope);
    if (rows > 2) leakRow<T>(c20, c21, c22, c23, out + 128, slope);
    if (rows > 3) leakRow<T>(c30, c31, c32, c33, out + 192, slope);
    if (rows > 4) leakRow<T>(c40, c41, c42, c43, out + 256, slope);
    if (rows > 5) leakRow<T>(c50, c51, c52, c53, out + 320, slope);
  }
}

/**
 * out = finish(a b): the scalars of a round stand in `rows` lines of a, one below the other; the depth runs along them,
 * from panel to panel (`aStep`). `more`: out already holds the sum over the depth before.
 */
@inline
export function tileOfRows<T>(
  rows: i32, a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32,
  gates: usize, scale: T, squares: usize, lastSquares: usize,
): void {
  let c00 = zero(), c01 = zero(), c02 = zero(), c03 = zero();
  let c10 = zero(), c11 = zero(), c12 = zero(), c13 = zero();
  let c20 = zero(), c21 = zero(), c22 = zero(), c23 = zero();
  let c30 = zero(), c31 = zero(), c32 = zero(), c33 = zero();
  let c40 = zero(), c41 = zero(), c42 = zero(), c43 = zero();
  let c50 = zero(), c51 = zero(), c52 = zero(), c53 = zero();
  do {
    const next = a + aStep;
    const end = a + (<usize>min<i32>(depth, perPanel<T>())) * sizeof<T>();
    do {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      const b2 = WIDE ? v128.load(b, 32) : b0, b3 = WIDE ? v128.load(b, 48) : b1;
      const s0 = v128.load_splat<T>(a);
      c00 = multiplyAdd<T>(s0, b0, c00); c01 = multiplyAdd<T>(s0, b1, c01);
      if (WIDE) { c02 = multiplyAdd<T>(s0, b2, c02); c03 = multiplyAdd<T>(s0, b3, c03); }
      if (rows > 1) {
        const s1 = v128.load_splat<T>(a, 64);
        c10 = multiplyAdd<T>(s1, b0, c10); c11 = multiplyAdd<T>(s1, b1, c11);
        if (WIDE) { c12 = multiplyAdd<T>(s1, b2, c12); c13 = multiplyAdd<T>(s1, b3, c13); }
      }
      if (rows > 2) {
        const s2 = v128.load_splat<T>(a, 128);
        c20 = multiplyAdd<T>(s2, b0, c20); c21 = multiplyAdd<T>(s2, b1, c21);
        if (WIDE) { c22 = multiplyAdd<T>(s2, b2, c22); c23 = multiplyAdd<T>(s2, b3, c23); }
      }
      if (rows > 3) {
        const s3 = v128.load_splat<T>(a, 192);
        c30 = multiplyAdd<T>(s3, b0, c30); c31 = multiplyAdd<T>(s3, b1, c31);
        if (WIDE) { c32 = multiplyAdd<T>(s3, b2, c32); c33 = multiplyAdd<T>(s3, b3, c33); }
      }
      if (rows > 4) {
        const s4 = v128.load_splat<T>(a, 256);
        c40 = multiplyAdd<T>(s4, b0, c40); c41 = multiplyAdd<T>(s4, b1, c41);
        if (WIDE) { c42 = multiplyAdd<T>(s4, b2, c42); c43 = multiplyAdd<T>(s4, b3, c43); }
      }
      if (rows > 5) {
        const s5 = v128.load_splat<T>(a, 320);
        c50 = multiplyAdd<T>(s5, b0, c50); c51 = multiplyAdd<T>(s5, b1, c51);
        if (WIDE) { c52 = multiplyAdd<T>(s5, b2, c52); c53 = multiplyAdd<T>(s5, b3, c53); }
      }
      a += sizeof<T>();
      b += 64;
    } while (a < end);
    a = next;
    depth -= perPanel<T>();
  } while (depth > 0);
  if (finish == DELIVER) {
    const rate = v128.splat<T>(scale);
    deliverRow<T>(c00, c01, c02, c03, out, rate);
    if (rows > 1) deliverRow<T>(c10, c11, c12, c13, out + 64, rate);
    if (rows > 2) deliverRow<T>(c20, c21, c22, c23, out + 128, rate);
    if (rows > 3) deliverRow<T>(c30, c31, c32, c33, out + 192, rate);
    if (rows > 4) deliverRow<T>(c40, c41, c42, c43, out + 256, rate);
    if (rows > 5) deliverRow<T>(c50, c51, c52, c53, out + 320, rate);
    if (squares) {
      let q0 = v128.load(squares), q1 = v128.load(squares, 16);
      let q2 = WIDE ? v128.load(squares, 32) : q0, q3 = WIDE ? v128.load(squares, 48) : q1;
      if (rows > 1) {
        q0 = multiplyAdd<T>(c00, c00, q0); q1 = multiplyAdd<T>(c01, c01, q1);
        if (WIDE) { q2 = multiplyAdd<T>(c02, c02, q2); q3 = multiplyAdd<T>(c03, c03, q3); }
      }
      if (rows > 2) {
        q0 = multiplyAdd<T>(c10, c10, q0); q1 = multiplyAdd<T>(c11, c11, q1);
        if (WIDE) { q2 = multiplyAdd<T>(c12, c12, q2); q3 = multiplyAdd<T>(c13, c13, q3); }
      }
      if (rows > 3) {
        q0 = multiplyAdd<T>(c20, c20, q0); q1 = multiplyAdd<T>(c21, c21, q1);
        if (WIDE) { q2 = multiplyAdd<T>(c22, c22, q2); q3 = multiplyAdd<T>(c23, c23, q3); }
      }
      if (rows > 4) {
        q0 = multiplyAdd<T>(c30, c30, q0); q1 = multiplyAdd<T>(c31, c31, q1);
        if (WIDE) { q2 = multiplyAdd<T>(c32, c32, q2); q3 = multiplyAdd<T>(c33, c33, q3); }
      }
      if (rows > 5) {
        q0 = multiplyAdd<T>(c40, c40, q0); q1 = multiplyAdd<T>(c41, c41, q1);
        if (WIDE) { q2 = multiplyAdd<T>(c42, c42, q2); q3 = multiplyAdd<T>(c43, c43, q3); }
      }
      if (rows > 1) storeRow<T>(q0, q1, q2, q3, squares);
      if (rows == 1) squareRow<T>(c00, c01, c02, c03, lastSquares);
      if (rows == 2) squareRow<T>(c10, c11, c12, c13, lastSquares);
      if (rows == 3) squareRow<T>(c20, c21, c22, c23, lastSquares);
      if (rows == 4) squareRow<T>(c30, c31, c32, c33, lastSquares);
      if (rows == 5) squareRow<T>(c40, c41, c42, c43, lastSquares);
      if (rows == 6) squareRow<T>(c50, c51, c52, c53, lastSquares);
    }
    return;
  }
  if (more || finish == ADD) {
    c00 = v128.add<T>(c00, v128.load(out, 0)); c01 = v128.add<T>(c01, v128.load(out, 16));
    if (WIDE) { c02 = v128.add<T>(c02, v128.load(out, 32)); c03 = v128.add<T>(c03, v128.load(out, 48)); }
    if (rows > 1) {
      c10 = v128.add<T>(c10, v128.load(out, 64)); c11 = v128.add<T>(c11, v128.load(out, 80));
      if (WIDE) { c12 = v128.add<T>(c12, v128.load(out, 96)); c13 = v128.add<T>(c13, v128.load(out, 112)); }
    }
    if (rows > 2) {
      c20 = v128.add<T>(c20, v128.load(out, 128)); c21 = v128.add<T>(c21, v128.load(out, 144));
      if (WIDE) { c22 = v128.add<T>(c22, v128.load(out, 160)); c23 = v128.add<T>(c23, v128.load(out, 176)); }
    }
    if (rows > 3) {
      c30 = v128.add<T>(c30, v128.load(out, 192)); c31 = v128.add<T>(c31, v128.load(out, 208));
      if (WIDE) { c32 = v128.add<T>(c32, v128.load(out, 224)); c33 = v128.add<T>(c33, v128.load(out, 240)); }
    }
    if (rows > 4) {
      c40 = v128.add<T>(c40, v128.load(out, 256)); c41 = v128.add<T>(c41, v128.load(out, 272));
      if (WIDE) { c42 = v128.add<T>(c42, v128.load(out, 288)); c43 = v128.add<T>(c43, v128.load(out, 304)); }
    }
    if (rows > 5) {
      c50 = v128.add<T>(c50, v128.load(out, 320)); c51 = v128.add<T>(c51, v128.load(out, 336));
      if (WIDE) { c52 = v128.add<T>(c52, v128.load(out, 352)); c53 = v128.add<T>(c53, v128.load(out, 368)); }
    }
  }
  if (finish == GATE) {
    gateRow<T>(c00, c01, c02, c03, out, gates);
    if (rows > 1) gateRow<T>(c10, c11, c12, c13, out + 64, gates + 64);
    if (rows > 2) gateRow<T>(c20, c21, c22, c23, out + 128, gates + 128);
    if (rows > 3) gateRow<T>(c30, c31, c32, c33, out + 192, gates + 192);
    if (rows > 4) gateRow<T>(c40, c41, c42, c43, out + 256, gates + 256);
    if (rows > 5) gateRow<T>(c50, c51, c52, c53, out + 320, gates + 320);
  } else {
    storeRow<T>(c00, c01, c02, c03, out);
    if (rows > 1) storeRow<T>(c10, c11, c12, c13, out + 64);
    if (rows > 2) storeRow<T>(c20, c21, c22, c23, out + 128);
    if (rows > 3) storeRow<T>(c30, c31, c32, c33, out + 192);
    if (rows > 4) storeRow<T>(c40, c41, c42, c43, out + 256);
    if (rows > 5) storeRow<T>(c50, c51, c52, c53, out + 320);
  }
}
