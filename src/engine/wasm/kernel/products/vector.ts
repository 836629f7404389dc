// Vectors of T (f32: 4 lanes, f64: 2 lanes) and the one operation that strict and relaxed builds do differently.

/** Bytes in a vector. */
export const VECTOR: usize = 16;

/** a * b + c: fused in the relaxed builds where the processor fuses, rounded twice in the strict ones. */
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

@inline
export function zero(): v128 {
  return i64x2.splat(0);
}

/** A lane known only when the program runs, in double precision. */
@inline
export function laneOf<T>(p: usize, lane: i32): f64 {
  return <f64>load<T>(p + (<usize>lane) * sizeof<T>());
}
