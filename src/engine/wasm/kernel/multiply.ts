// Matrix products with register tiles of 4 rows x 2 vectors. Strides and widths are in bytes; every row starts
// on a vector boundary and is padded with zeros to whole vectors, so that columns need no edge code.
import { multiplyAdd, VECTOR, zero } from './vector';

/**
 * What happens to a finished tile: it becomes hidden units (of two-layer students, or of multi-layer ones), is
 * subtracted from the target, or stays as it is.
 */
export const HIDDEN: i32 = 0;
export const RESIDUAL: i32 = 1;
export const GATED: i32 = 2;
export const PLAIN: i32 = 3;

/**
 * Stores a finished vector. HIDDEN closes the gate of every z below the threshold (0, or -Infinity for linear
 * units) by storing -0 in its place, and leaves no other -0: the sign bit alone tells the gates apart. GATED closes
 * the gate at 0 too, as src/net/deep-network.ts does, and lets NaN through.
 */
@inline
function finish<T>(acc: v128, out: usize, target: usize, epilogue: i32, threshold: v128): void {
  if (epilogue == HIDDEN) {
    const z = v128.add<T>(acc, zero());
    v128.store(out, v128.bitselect(v128.splat<T>(<T>-0.0), z, v128.lt<T>(z, threshold)));
  } else if (epilogue == GATED) {
    v128.store(out, v128.bitselect(v128.splat<T>(<T>-0.0), acc, v128.le<T>(acc, zero())));
  } else if (epilogue == PLAIN) {
    v128.store(out, acc);
  } else {
    v128.store(out, v128.sub<T>(v128.load(target), acc));
  }
}

/** 4 rows x 2 vectors: as many accumulators as two pipes with a latency of four cycles need. */
@inline
function tile4x2<T>(
  a: usize, aStride: usize, end: usize, b: usize, bStride: usize,
  out: usize, outStride: usize, target: usize, epilogue: i32, threshold: v128,
): void {
  let c00 = zero(), c01 = zero(), c10 = zero(), c11 = zero();
  let c20 = zero(), c21 = zero(), c30 = zero(), c31 = zero();
  for (; a < end; a += sizeof<T>()) {
    const b0 = v128.load(b), b1 = v128.load(b, VECTOR);
    const a0 = v128.load_splat<T>(a);
    c00 = multiplyAdd<T>(a0, b0, c00);
    c01 = multiplyAdd<T>(a0, b1, c01);
    const a1 = v128.load_splat<T>(a + aStride);
    c10 = multiplyAdd<T>(a1, b0, c10);
    c11 = multiplyAdd<T>(a1, b1, c11);
    const a2 = v128.load_splat<T>(a + 2 * aStride);
    c20 = multiplyAdd<T>(a2, b0, c20);
    c21 = multiplyAdd<T>(a2, b1, c21);
    const a3 = v128.load_splat<T>(a + 3 * aStride);
    c30 = multiplyAdd<T>(a3, b0, c30);
    c31 = multiplyAdd<T>(a3, b1, c31);
    b += bStride;
  }
  finish<T>(c00, out, target, epilogue, threshold);
  finish<T>(c01, out + VECTOR, target + VECTOR, epilogue, threshold);
  out += outStride;
  target += outStride;
  finish<T>(c10, out, target, epilogue, threshold);
  finish<T>(c11, out + VECTOR, target + VECTOR, epilogue, threshold);
  out += outStride;
  target += outStride;
  finish<T>(c20, out, target, epilogue, threshold);
  finish<T>(c21, out + VECTOR, target + VECTOR, epilogue, threshold);
  out += outStride;
  target += outStride;
  finish<T>(c30, out, target, epilogue, threshold);
  finish<T>(c31, out + VECTOR, target + VECTOR, epilogue, threshold);
}

/** 4 rows x 1 vector, for the last vector of an odd number. */
@inline
function tile4x1<T>(
  a: usize, aStride: usize, end: usize, b: usize, bStride: usize,
  out: usize, outStride: usize, target: usize, epilogue: i32, threshold: v128,
): void {
  let c0 = zero(), c1 = zero(), c2 = zero(), c3 = zero();
  for (; a < end; a += sizeof<T>()) {
    const b0 = v128.load(b);
    c0 = multiplyAdd<T>(v128.load_splat<T>(a), b0, c0);
    c1 = multiplyAdd<T>(v128.load_splat<T>(a + aStride), b0, c1);
    c2 = multiplyAdd<T>(v128.load_splat<T>(a + 2 * aStride), b0, c2);
    c3 = multiplyAdd<T>(v128.load_splat<T>(a + 3 * aStride), b0, c3);
    b += bStride;
  }
  finish<T>(c0, out, target, epilogue, threshold);
  finish<T>(c1, out + outStride, target + outStride, epilogue, threshold);
  finish<T>(c2, out + 2 * outStride, target + 2 * outStride, epilogue, threshold);
  finish<T>(c3, out + 3 * outStride, target + 3 * outStride, epilogue, threshold);
}

/** One row, four vectors at a time. */
@inline
function row1<T>(
  a: usize, end: usize, b: usize, bStride: usize, out: usize, width: usize, target: usize, epilogue: i32,
  threshold: v128,
): void {
  let j: usize = 0;
  for (; j + 4 * VECTOR <= width; j += 4 * VECTOR) {
    let c0 = zero(), c1 = zero(), c2 = zero(), c3 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      const a0 = v128.load_splat<T>(pa);
      c0 = multiplyAdd<T>(a0, v128.load(pb), c0);
      c1 = multiplyAdd<T>(a0, v128.load(pb, VECTOR), c1);
      c2 = multiplyAdd<T>(a0, v128.load(pb, 2 * VECTOR), c2);
      c3 = multiplyAdd<T>(a0, v128.load(pb, 3 * VECTOR), c3);
      pb += bStride;
    }
    const o = out + j, t = target + j;
    finish<T>(c0, o, t, epilogue, threshold);
    finish<T>(c1, o + VECTOR, t + VECTOR, epilogue, threshold);
    finish<T>(c2, o + 2 * VECTOR, t + 2 * VECTOR, epilogue, threshold);
    finish<T>(c3, o + 3 * VECTOR, t + 3 * VECTOR, epilogue, threshold);
  }
  for (; j < width; j += VECTOR) {
    let c0 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      c0 = multiplyAdd<T>(v128.load_splat<T>(pa), v128.load(pb), c0);
      pb += bStride;
    }
    finish<T>(c0, out + j, target + j, epilogue, threshold);
  }
}

/**
 * out = finish(a b). a: [rows x depth], b: [depth x width], out and target: [rows x width] with one stride.
 * Column by column, so that a panel of b stays in the first-level cache for all rows. Each sum runs over the
 * depth in order, so that tiling leaves the bits alone.
 */
@inline
export function multiply<T>(
  rows: i32, a: usize, aStride: usize, depth: i32, b: usize, bStride: usize,
  out: usize, outStride: usize, width: usize, target: usize, epilogue: i32, threshold: v128,
): void {
  const depthBytes = (<usize>depth) * sizeof<T>();
  const end4 = a + (<usize>(rows & ~3)) * aStride;
  const end = a + (<usize>rows) * aStride;
  let j: usize = 0;
  for (; j + 2 * VECTOR <= width; j += 2 * VECTOR) {
    let o = out + j, t = target + j;
    for (let row = a; row < end4; row += 4 * aStride) {
      tile4x2<T>(row, aStride, row + depthBytes, b + j, bStride, o, outStride, t, epilogue, threshold);
      o += 4 * outStride;
      t += 4 * outStride;
    }
  }
  if (j < width) {
    let o = out + j, t = target + j;
    for (let row = a; row < end4; row += 4 * aStride) {
      tile4x1<T>(row, aStride, row + depthBytes, b + j, bStride, o, outStride, t, epilogue, threshold);
      o += 4 * outStride;
      t += 4 * outStride;
    }
  }
  out += (<usize>(rows & ~3)) * outStride;
  target += (<usize>(rows & ~3)) * outStride;
  for (let row = end4; row < end; row += aStride) {
    row1<T>(row, row + depthBytes, b, bStride, out, width, target, epilogue, threshold);
    out += outStride;
    target += outStride;
  }
}

/** Sums of four vectors' lanes, one a lane (f32), or of two vectors' lanes (f64: the last two are ignored). */
@inline
function transposeSum<T>(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  if (sizeof<T>() == 4) {
    const s01 = f32x4.add(v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), v128.shuffle<f32>(v0, v1, 2, 6, 3, 7));
    const s23 = f32x4.add(v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), v128.shuffle<f32>(v2, v3, 2, 6, 3, 7));
    return f32x4.add(v128.shuffle<f32>(s01, s23, 0, 1, 4, 5), v128.shuffle<f32>(s01, s23, 2, 3, 6, 7));
  }
  return f64x2.add(v128.shuffle<f64>(v0, v1, 0, 2), v128.shuffle<f64>(v0, v1, 1, 3));
}

/** Clears what lies behind a closed gate, the sign bit of the hidden unit; no bit of `gates` set: all are open. */
@inline
function gate<T>(g: v128, hidden: usize, gates: v128): v128 {
  const h = v128.and(v128.load(hidden), gates);
  const closed = sizeof<T>() == 4 ? i32x4.shr_s(h, 31) : i64x2.shr_s(h, 63);
  return v128.andnot(g, closed);
}

/** Stores four nodes' sums of one row, gated. */
@inline
function storeNodes<T>(
  v0: v128, v1: v128, v2: v128, v3: v128, out: usize, hidden: usize, gates: v128,
): void {
  v128.store(out, gate<T>(transposeSum<T>(v0, v1, v2, v3), hidden, gates));
  if (sizeof<T>() == 8)
    v128.store(out + 16, gate<T>(transposeSum<T>(v2, v3, v2, v3), hidden + 16, gates));
}

/**
 * out = gate(g w^T), four nodes at a time. g: [rows x width], w: [nodes x width], out and hidden: [rows x nodes]
 * with one stride; nodes is a multiple of 4.
 */
@inline
export function multiplyTransposed<T>(
  rows: i32, g: usize, gStride: usize, width: usize, w: usize, nodes: i32,
  out: usize, hidden: usize, outStride: usize, gates: v128,
): void {
  const nodeStep = 4 * sizeof<T>();
  let r = 0;
  for (; r + 2 <= rows; r += 2) {
    let pw = w, o: usize = 0;
    for (let k = 0; k < nodes; k += 4) {
      let s00 = zero(), s01 = zero(), s02 = zero(), s03 = zero();
      let s10 = zero(), s11 = zero(), s12 = zero(), s13 = zero();
      const end = g + width;
      let p = pw;
      for (let pg = g; pg < end; pg += VECTOR) {
        const g0 = v128.load(pg), g1 = v128.load(pg + gStride);
        const w0 = v128.load(p);
        s00 = multiplyAdd<T>(g0, w0, s00);
        s10 = multiplyAdd<T>(g1, w0, s10);
        const w1 = v128.load(p + gStride);
        s01 = multiplyAdd<T>(g0, w1, s01);
        s11 = multiplyAdd<T>(g1, w1, s11);
        const w2 = v128.load(p + 2 * gStride);
        s02 = multiplyAdd<T>(g0, w2, s02);
        s12 = multiplyAdd<T>(g1, w2, s12);
        const w3 = v128.load(p + 3 * gStride);
        s03 = multiplyAdd<T>(g0, w3, s03);
        s13 = multiplyAdd<T>(g1, w3, s13);
        p += VECTOR;
      }
      storeNodes<T>(s00, s01, s02, s03, out + o, hidden + o, gates);
      storeNodes<T>(s10, s11, s12, s13, out + outStride + o, hidden + outStride + o, gates);
      pw += 4 * gStride;
      o += nodeStep;
    }
    g += 2 * gStride;
    out += 2 * outStride;
    hidden += 2 * outStride;
  }
  if (r < rows) {
    let pw = w, o: usize = 0;
    for (let k = 0; k < nodes; k += 4) {
      let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
      const end = g + width;
      let p = pw;
      for (let pg = g; pg < end; pg += VECTOR) {
        const g0 = v128.load(pg);
        s0 = multiplyAdd<T>(g0, v128.load(p), s0);
        s1 = multiplyAdd<T>(g0, v128.load(p + gStride), s1);
        s2 = multiplyAdd<T>(g0, v128.load(p + 2 * gStride), s2);
        s3 = multiplyAdd<T>(g0, v128.load(p + 3 * gStride), s3);
        p += VECTOR;
      }
      storeNodes<T>(s0, s1, s2, s3, out + o, hidden + o, gates);
      pw += 4 * gStride;
      o += nodeStep;
    }
  }
}
