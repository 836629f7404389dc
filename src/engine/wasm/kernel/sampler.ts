// xoshiro128** (Blackman and Vigna 2018), the same generator and index rule as src/experiment/random.ts.
import { samplerState } from './state';

@inline
function next(): u32 {
  const s = samplerState;
  let s0 = load<u32>(s), s1 = load<u32>(s, 4), s2 = load<u32>(s, 8), s3 = load<u32>(s, 12);
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl<u32>(s3, 11);
  store<u32>(s, s0);
  store<u32>(s, s1, 4);
  store<u32>(s, s2, 8);
  store<u32>(s, s3, 12);
  return result;
}

/** A uniform index below `bound`. */
export function nextIndex(bound: i32): i32 {
  return <i32>((<u64>next() * <u64>bound) >> 32);
}
