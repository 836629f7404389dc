// Vectors of T (f32: 4 lanes, f64: 2 lanes) and the one operation that the two builds do differently.

/** Bytes in a vector. */
export const VECTOR: usize = 16;

/** a * b + c: fused in the relaxed build where the processor fuses, rounded twice in the strict one. */
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

@inline
export function zero(): v128 {
  return i64x2.splat(0);
}

/** The lanes' sum, in a fixed order. */
@inline
export function horizontalSum<T>(v: v128): f64 {
  if (sizeof<T>() == 4)
    return (
      <f64>f32x4.extract_lane(v, 0) +
      <f64>f32x4.extract_lane(v, 1) +
      (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
    );
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
