// xoshiro128** (Blackman and Vigna 2018), the same generator and index rule as src/net/random.ts.

@inline
function next(state: usize): u32 {
  let s0 = load<u32>(state), s1 = load<u32>(state, 4), s2 = load<u32>(state, 8), s3 = load<u32>(state, 12);
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl<u32>(s3, 11);
  store<u32>(state, s0);
  store<u32>(state, s1, 4);
  store<u32>(state, s2, 8);
  store<u32>(state, s3, 12);
  return result;
}

/** A uniform number in [0, 1) with 53 random bits. */
@inline
function nextUniform(state: usize): f64 {
  const high = next(state) >>> 5, low = next(state) >>> 6;
  return (<f64>high * 67108864 + <f64>low) / 9007199254740992;
}

/** A standard normal number by Box and Muller's method, one of each pair. Mutates the generator's four words. */
export function nextNormal(state: usize): f64 {
  const radius = Math.sqrt(-2 * Math.log(1 - nextUniform(state)));
  return radius * Math.cos(2 * Math.PI * nextUniform(state));
}

/** Fills a list with uniform indices below `bound`. Mutates the generator's four words. */
export function drawIndices(state: usize, bound: i32, list: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++)
    store<i32>(list + (i << 2), <i32>((<u64>next(state) * <u64>bound) >> 32));
}
