// Matrix products with register tiles of 4 rows x 2 vectors. Strides and widths are in bytes; every row starts
// on a vector boundary and is padded with zeros to whole vectors, so that columns need no edge code.
import { multiplyAdd, VECTOR, zero } from './vector';

/** What happens to a finished tile: kept, gated as hidden units, or subtracted from the target. */
export const PLAIN: i32 = 0;
export const RELU: i32 = 1;
export const RESIDUAL: i32 = 2;

/**
 * Stores a finished vector. RELU stores -0 for a closed gate (z < 0) and +0 for an open one at zero, so that
 * the sign bit alone tells the gates apart.
 */
// @ts-ignore: decorator
@inline
function finish<T>(acc: v128, out: usize, target: usize, epilogue: i32): void {
  if (epilogue == RELU) {
    const z = v128.add<T>(acc, zero());
    v128.store(out, v128.bitselect(v128.splat<T>(<T>-0.0), z, v128.lt<T>(z, zero())));
  } else if (epilogue == RESIDUAL) {
    v128.store(out, v128.sub<T>(v128.load(target), acc));
  } else {
    v128.store(out, acc);
  }
}

// @ts-ignore: decorator
@inline
function rows4<T>(
  a: usize, aStride: usize, depth: i32, b: usize, bStride: usize,
  out: usize, outStride: usize, width: usize, target: usize, epilogue: i32,
): void {
  const end = a + (<usize>depth) * sizeof<T>();
  let j: usize = 0;
  for (; j + 2 * VECTOR <= width; j += 2 * VECTOR) {
    let c00 = zero(), c01 = zero(), c10 = zero(), c11 = zero();
    let c20 = zero(), c21 = zero(), c30 = zero(), c31 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      const b0 = v128.load(pb), b1 = v128.load(pb, 16);
      const a0 = v128.load_splat<T>(pa);
      c00 = multiplyAdd<T>(a0, b0, c00);
      c01 = multiplyAdd<T>(a0, b1, c01);
      const a1 = v128.load_splat<T>(pa + aStride);
      c10 = multiplyAdd<T>(a1, b0, c10);
      c11 = multiplyAdd<T>(a1, b1, c11);
      const a2 = v128.load_splat<T>(pa + 2 * aStride);
      c20 = multiplyAdd<T>(a2, b0, c20);
      c21 = multiplyAdd<T>(a2, b1, c21);
      const a3 = v128.load_splat<T>(pa + 3 * aStride);
      c30 = multiplyAdd<T>(a3, b0, c30);
      c31 = multiplyAdd<T>(a3, b1, c31);
      pb += bStride;
    }
    const o0 = out + j, o1 = o0 + outStride, o2 = o1 + outStride, o3 = o2 + outStride;
    const t0 = target + j, t1 = t0 + outStride, t2 = t1 + outStride, t3 = t2 + outStride;
    finish<T>(c00, o0, t0, epilogue);
    finish<T>(c01, o0 + VECTOR, t0 + VECTOR, epilogue);
    finish<T>(c10, o1, t1, epilogue);
    finish<T>(c11, o1 + VECTOR, t1 + VECTOR, epilogue);
    finish<T>(c20, o2, t2, epilogue);
    finish<T>(c21, o2 + VECTOR, t2 + VECTOR, epilogue);
    finish<T>(c30, o3, t3, epilogue);
    finish<T>(c31, o3 + VECTOR, t3 + VECTOR, epilogue);
  }
  if (j < width) {
    let c0 = zero(), c1 = zero(), c2 = zero(), c3 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      const b0 = v128.load(pb);
      c0 = multiplyAdd<T>(v128.load_splat<T>(pa), b0, c0);
      c1 = multiplyAdd<T>(v128.load_splat<T>(pa + aStride), b0, c1);
      c2 = multiplyAdd<T>(v128.load_splat<T>(pa + 2 * aStride), b0, c2);
      c3 = multiplyAdd<T>(v128.load_splat<T>(pa + 3 * aStride), b0, c3);
      pb += bStride;
    }
    const o = out + j, t = target + j;
    finish<T>(c0, o, t, epilogue);
    finish<T>(c1, o + outStride, t + outStride, epilogue);
    finish<T>(c2, o + 2 * outStride, t + 2 * outStride, epilogue);
    finish<T>(c3, o + 3 * outStride, t + 3 * outStride, epilogue);
  }
}

// @ts-ignore: decorator
@inline
function row1<T>(
  a: usize, depth: i32, b: usize, bStride: usize, out: usize, width: usize, target: usize, epilogue: i32,
): void {
  const end = a + (<usize>depth) * sizeof<T>();
  let j: usize = 0;
  for (; j + 4 * VECTOR <= width; j += 4 * VECTOR) {
    let c0 = zero(), c1 = zero(), c2 = zero(), c3 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      const a0 = v128.load_splat<T>(pa);
      c0 = multiplyAdd<T>(a0, v128.load(pb), c0);
      c1 = multiplyAdd<T>(a0, v128.load(pb, 16), c1);
      c2 = multiplyAdd<T>(a0, v128.load(pb, 32), c2);
      c3 = multiplyAdd<T>(a0, v128.load(pb, 48), c3);
      pb += bStride;
    }
    finish<T>(c0, out + j, target + j, epilogue);
    finish<T>(c1, out + j + 16, target + j + 16, epilogue);
    finish<T>(c2, out + j + 32, target + j + 32, epilogue);
    finish<T>(c3, out + j + 48, target + j + 48, epilogue);
  }
  for (; j < width; j += VECTOR) {
    let c0 = zero();
    let pb = b + j;
    for (let pa = a; pa < end; pa += sizeof<T>()) {
      c0 = multiplyAdd<T>(v128.load_splat<T>(pa), v128.load(pb), c0);
      pb += bStride;
    }
    finish<T>(c0, out + j, target + j, epilogue);
  }
}

/**
 * out = finish(a b). a: [rows x depth], b: [depth x width], out and target: [rows x width] with one stride.
 * Each sum runs over the depth in order, so that tiling leaves the bits alone.
 */
// @ts-ignore: decorator
@inline
export function multiply<T>(
  rows: i32, a: usize, aStride: usize, depth: i32, b: usize, bStride: usize,
  out: usize, outStride: usize, width: usize, target: usize, epilogue: i32,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    rows4<T>(a, aStride, depth, b, bStride, out, outStride, width, target, epilogue);
    a += 4 * aStride;
    out += 4 * outStride;
    target += 4 * outStride;
  }
  for (; r < rows; r++) {
    row1<T>(a, depth, b, bStride, out, width, target, epilogue);
    a += aStride;
    out += outStride;
    target += outStride;
  }
}

/** Sums of four vectors' lanes, one a lane (f32), or of two vectors' lanes (f64: the last two are ignored). */
// @ts-ignore: decorator
@inline
function transposeSum<T>(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  if (sizeof<T>() == 4) {
    const s01 = f32x4.add(v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), v128.shuffle<f32>(v0, v1, 2, 6, 3, 7));
    const s23 = f32x4.add(v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), v128.shuffle<f32>(v2, v3, 2, 6, 3, 7));
    return f32x4.add(v128.shuffle<f32>(s01, s23, 0, 1, 4, 5), v128.shuffle<f32>(s01, s23, 2, 3, 6, 7));
  }
  return f64x2.add(v128.shuffle<f64>(v0, v1, 0, 2), v128.shuffle<f64>(v0, v1, 1, 3));
}

/** Clears what lies behind a closed gate, the sign bit of the hidden unit. */
// @ts-ignore: decorator
@inline
function gate<T>(g: v128, hidden: usize, gated: bool): v128 {
  if (!gated) return g;
  const h = v128.load(hidden);
  const closed = sizeof<T>() == 4 ? i32x4.shr_s(h, 31) : i64x2.shr_s(h, 63);
  return v128.andnot(g, closed);
}

/** Stores four nodes' sums of one row, gated. */
// @ts-ignore: decorator
@inline
function storeNodes<T>(
  v0: v128, v1: v128, v2: v128, v3: v128, out: usize, hidden: usize, gated: bool,
): void {
  v128.store(out, gate<T>(transposeSum<T>(v0, v1, v2, v3), hidden, gated));
  if (sizeof<T>() == 8)
    v128.store(out + 16, gate<T>(transposeSum<T>(v2, v3, v2, v3), hidden + 16, gated));
}

/**
 * out = gate(g w^T), four nodes at a time. g: [rows x width], w: [nodes x width], out and hidden: [rows x nodes]
 * with one stride; nodes is a multiple of 4.
 */
// @ts-ignore: decorator
@inline
export function multiplyTransposed<T>(
  rows: i32, g: usize, gStride: usize, width: usize, w: usize, nodes: i32,
  out: usize, hidden: usize, outStride: usize, gated: bool,
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
      storeNodes<T>(s00, s01, s02, s03, out + o, hidden + o, gated);
      storeNodes<T>(s10, s11, s12, s13, out + outStride + o, hidden + outStride + o, gated);
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
      storeNodes<T>(s0, s1, s2, s3, out + o, hidden + o, gated);
      pw += 4 * gStride;
      o += nodeStep;
    }
  }
}
