// w += scale * a^T b over the rows of a batch, in register tiles of 4 weights rows x 2 vectors.
import { multiplyAdd, VECTOR, zero } from './vector';

@inline
function add<T>(w: usize, acc: v128, scale: v128): void {
  v128.store(w, multiplyAdd<T>(scale, acc, v128.load(w)));
}

/** w = scale * acc, or added to w where it is not fresh. */
@inline
function deliver<T>(w: usize, acc: v128, scale: v128, fresh: bool): void {
  if (fresh) v128.store(w, v128.mul<T>(scale, acc));
  else add<T>(w, acc, scale);
}

/**
 * w += scale * a^T b, or w = scale * a^T b where it is fresh. a: [rows x units], b: [rows x width], w: [units x width].
 * `units` is a multiple of 4; padding columns of a are zero, and padding rows of w stay zero.
 */
@inline
export function addProduct<T>(
  rows: i32, a: usize, aStride: usize, units: i32, b: usize, bStride: usize, width: usize, w: usize, wStride: usize,
  scale: T, fresh: bool = false,
): void {
  const s = v128.splat<T>(scale);
  const end = a + (<usize>rows) * aStride;
  for (let i = 0; i < units; i += 4) {
    const first = a + (<usize>i) * sizeof<T>();
    const last = end + (<usize>i) * sizeof<T>();
    let j: usize = 0;
    for (; j + 2 * VECTOR <= width; j += 2 * VECTOR) {
      let c00 = zero(), c01 = zero(), c10 = zero(), c11 = zero();
      let c20 = zero(), c21 = zero(), c30 = zero(), c31 = zero();
      let pb = b + j;
      for (let pa = first; pa < last; pa += aStride) {
        const b0 = v128.load(pb), b1 = v128.load(pb, 16);
        const a0 = v128.load_splat<T>(pa);
        c00 = multiplyAdd<T>(a0, b0, c00);
        c01 = multiplyAdd<T>(a0, b1, c01);
        const a1 = v128.load_splat<T>(pa + sizeof<T>());
        c10 = multiplyAdd<T>(a1, b0, c10);
        c11 = multiplyAdd<T>(a1, b1, c11);
        const a2 = v128.load_splat<T>(pa + 2 * sizeof<T>());
        c20 = multiplyAdd<T>(a2, b0, c20);
        c21 = multiplyAdd<T>(a2, b1, c21);
        const a3 = v128.load_splat<T>(pa + 3 * sizeof<T>());
        c30 = multiplyAdd<T>(a3, b0, c30);
        c31 = multiplyAdd<T>(a3, b1, c31);
        pb += bStride;
      }
      const w0 = w + j, w1 = w0 + wStride, w2 = w1 + wStride, w3 = w2 + wStride;
      deliver<T>(w0, c00, s, fresh);
      deliver<T>(w0 + VECTOR, c01, s, fresh);
      deliver<T>(w1, c10, s, fresh);
      deliver<T>(w1 + VECTOR, c11, s, fresh);
      deliver<T>(w2, c20, s, fresh);
      deliver<T>(w2 + VECTOR, c21, s, fresh);
      deliver<T>(w3, c30, s, fresh);
      deliver<T>(w3 + VECTOR, c31, s, fresh);
    }
    if (j < width) {
      let c0 = zero(), c1 = zero(), c2 = zero(), c3 = zero();
      let pb = b + j;
      for (let pa = first; pa < last; pa += aStride) {
        const b0 = v128.load(pb);
        c0 = multiplyAdd<T>(v128.load_splat<T>(pa), b0, c0);
        c1 = multiplyAdd<T>(v128.load_splat<T>(pa + sizeof<T>()), b0, c1);
        c2 = multiplyAdd<T>(v128.load_splat<T>(pa + 2 * sizeof<T>()), b0, c2);
        c3 = multiplyAdd<T>(v128.load_splat<T>(pa + 3 * sizeof<T>()), b0, c3);
        pb += bStride;
      }
      deliver<T>(w + j, c0, s, fresh);
      deliver<T>(w + j + wStride, c1, s, fresh);
      deliver<T>(w + j + 2 * wStride, c2, s, fresh);
      deliver<T>(w + j + 3 * wStride, c3, s, fresh);
    }
    w += 4 * wStride;
  }
}

/** w += scale * delta, and delta = 0. Both [bytes]. */
@inline
export function drain<T>(w: usize, delta: usize, bytes: usize, scale: T): void {
  const s = v128.splat<T>(scale);
  for (let j: usize = 0; j < bytes; j += VECTOR) {
    add<T>(w + j, v128.load(delta + j), s);
    v128.store(delta + j, zero());
  }
}
